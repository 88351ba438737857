//! `cargo xtask lint`: clippy with the lints of each workspace, a warning is an error.
//!
//! They share the target directory: what they depend on with the same features is compiled once.

use crate::shell::{Failure, Step};
use crate::workspace;

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    for manifest in ["Cargo.toml", "benches/Cargo.toml", "fuzz/Cargo.toml"] {
        Step::cargo([
            "clippy",
            "--manifest-path",
            manifest,
            "--workspace",
            "--all-targets",
            "--all-features",
        ])
        .args(["--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", workspace::target(None))
        .run()?;
    }
    Ok(())
}
