//! `cargo xtask lint`: clippy with the lints of each workspace, a warning is an error.

use crate::shell::{Failure, Step};
use crate::workspace;

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    let workspaces =
        [("Cargo.toml", None), ("benches/Cargo.toml", Some("benches")), ("fuzz/Cargo.toml", Some("fuzz"))];
    for (manifest, target) in workspaces {
        Step::cargo([
            "clippy",
            "--manifest-path",
            manifest,
            "--workspace",
            "--all-targets",
            "--all-features",
        ])
        .args(["--", "-D", "warnings"])
        .env("CARGO_TARGET_DIR", workspace::target(target))
        .run()?;
    }
    Step::cargo(["clippy", "--package", "larder-redis", "--all-features", "--all-targets"])
        .args(["--", "-D", "warnings"])
        .run()
}
