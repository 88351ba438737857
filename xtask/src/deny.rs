//! `cargo xtask deny [advisories]`: licences, sources and duplicates as `deny.toml` wants them.

use crate::shell::{Failure, Step, answers};

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    if !answers("cargo-deny", "--version") {
        return Err(Failure::new(
            "cargo-deny is not installed; `cargo install cargo-deny --locked` installs it",
        ));
    }
    // advisories need a data base that is fetched from elsewhere, so they are asked for by name
    Step::cargo(["deny", "--all-features", "check", "bans", "licenses", "sources"])
        .args(arguments.iter().map(String::as_str))
        .run()
}
