//! `cargo xtask fmt [--check]`: one format for every file, also of the packages outside the workspace.

use crate::shell::{Failure, Step, flag};
use crate::workspace;

/// Packages with a workspace of their own.
const OUTSIDE: &[&str] = &["benches", "fuzz", "tests/downstream"];

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let check: &[&str] = if flag(arguments, "--check") { &["--check"] } else { &[] };
    Step::cargo(["fmt", "--all"]).args(check.iter().copied()).run()?;
    for package in OUTSIDE {
        let manifest = workspace::root().join(package).join("Cargo.toml");
        if manifest.is_file() {
            let manifest = format!("{package}/Cargo.toml");
            Step::cargo(["fmt", "--all", "--manifest-path", &manifest]).args(check.iter().copied()).run()?;
        }
    }
    Ok(())
}
