//! `cargo xtask downstream`: a crate that uses larder as a stranger would: renamed, every lint denied, items named like ours.

use crate::shell::{Failure, Step};
use crate::workspace;

const MANIFEST: &str = "tests/downstream/Cargo.toml";

/// Clippy decides first: that the expansion passes under denied lints is what the crate is for.
pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    if !workspace::root().join(MANIFEST).is_file() {
        return Err(Failure::new(format!("{MANIFEST} is missing")));
    }
    for words in [&["clippy", "--all-targets"][..], &["test"]] {
        Step::cargo(words.iter().copied())
            .args(["--manifest-path", MANIFEST])
            .env("CARGO_TARGET_DIR", workspace::target(Some("downstream")))
            .run()?;
    }
    Ok(())
}
