//! `cargo xtask fmt [--check]`: one format for every file, also of the packages outside the workspace.

use std::path::{Path, PathBuf};

use crate::shell::{Failure, Step, flag};
use crate::workspace;

/// Packages with a workspace of their own.
const OUTSIDE: &[&str] = &["benches", "fuzz", "tests/downstream"];

/// rustfmt does not look for modules inside of macros, and `without_model!` has most of this crate's.
const BEHIND_A_MACRO: &str = "crates/larder-core/src";

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let check: &[&str] = if flag(arguments, "--check") { &["--check"] } else { &[] };
    Step::cargo(["fmt", "--all"]).args(check.iter().copied()).run()?;
    let mut files = Vec::new();
    sources(&workspace::root().join(BEHIND_A_MACRO), &mut files)?;
    let files: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
    let files = files.iter().map(AsRef::as_ref);
    Step::new("rustfmt").args(["--edition", "2024"]).args(check.iter().copied()).args(files).run()?;
    for package in OUTSIDE {
        let manifest = workspace::root().join(package).join("Cargo.toml");
        if manifest.is_file() {
            let manifest = format!("{package}/Cargo.toml");
            Step::cargo(["fmt", "--all", "--manifest-path", &manifest]).args(check.iter().copied()).run()?;
        }
    }
    Ok(())
}

/// The Rust files below a folder.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unread = |error| Failure::new(format!("{}: {error}", folder.display()));
    for entry in std::fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            sources(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
