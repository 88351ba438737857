//! `cargo xtask deny`: licences, advisories, sources and duplicates as `deny.toml` wants them.

use crate::shell::{Failure, Step, answers};

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    if !answers("cargo-deny", "--version") {
        return Err(Failure::new(
            "cargo-deny is not installed; `cargo install cargo-deny --locked` installs it",
        ));
    }
    // advisories need a data base that is fetched from elsewhere; the rest needs no network
    Step::cargo(["deny", "--all-features", "check", "bans", "licenses", "sources"]).run()
}
