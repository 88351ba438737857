//! `cargo xtask msrv [--install]`: the oldest compiler we promise still suffices.
//!
//! With that toolchain at hand, the published crates are compiled by it. `--install`, which CI says, puts it below the
//! target directory where it is missing; the toolchains of the machine stay as they are. Without it (no network, no
//! rustup) three things stand in: every published crate declares it, no dependency asks for a newer one, and clippy's
//! `incompatible_msrv`, which knows when each part of std appeared, is an error.

use std::path::PathBuf;

use crate::shell::{Failure, Step, answers, flag};
use crate::workspace;

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let promised = promised()?;
    for package in workspace::PUBLISHED {
        declares(package)?;
    }
    dependencies_suffice(&promised)?;
    match toolchain(&promised, flag(arguments, "--install")) {
        Some(toolchain) => {
            let mut step =
                Step::new("cargo").args([&format!("+{}", toolchain.name), "check", "--all-features"]);
            if let Some(home) = toolchain.home {
                step = step.env("RUSTUP_HOME", home);
            }
            published(step).env("CARGO_TARGET_DIR", workspace::target(Some("msrv"))).run()
        }
        None => {
            println!(
                "rustc {promised} is not here, so clippy's record of what std had then stands in for it"
            );
            println!("(`cargo xtask msrv --install` fetches it, `rustup toolchain install {promised}` too)");
            published(Step::cargo(["clippy", "--all-features"]))
                .args(["--", "-D", "clippy::incompatible_msrv"])
                .run()
        }
    }
}

fn published(step: Step) -> Step {
    workspace::PUBLISHED.iter().fold(step, |step, package| step.args(["--package", package]))
}

/// A toolchain, and where rustup keeps it if not in its usual place.
struct Toolchain {
    name: String,
    home: Option<PathBuf>,
}

/// The promised compiler: the machine's, or one below the target directory.
fn toolchain(promised: &str, install: bool) -> Option<Toolchain> {
    if !answers("rustup", "--version") {
        return None;
    }
    if let Some(name) = listed(promised, None) {
        return Some(Toolchain { name, home: None });
    }
    let home = workspace::target(Some("msrv")).join("rustup");
    if install && listed(promised, Some(&home)).is_none() {
        // a failure, most likely of the network, leaves the stand-in
        let _ = Step::new("rustup")
            .args(["toolchain", "install", promised, "--profile", "minimal", "--no-self-update"])
            .env("RUSTUP_HOME", &home)
            .run();
    }
    let name = listed(promised, Some(&home))?;
    Some(Toolchain { name, home: Some(home) })
}

/// The name by which rustup knows the promised compiler.
fn listed(promised: &str, home: Option<&PathBuf>) -> Option<String> {
    let mut step = Step::new("rustup").args(["toolchain", "list"]);
    if let Some(home) = home {
        step = step.env("RUSTUP_HOME", home);
    }
    let (list, _) = step.read().ok()?;
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).find(|name| is(name, promised))
}

/// Whether `1.88-x86_64-..` or `1.88.0-x86_64-..` is the promised `1.88`.
fn is(name: &str, promised: &str) -> bool {
    name.strip_prefix(promised).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

/// `rust-version` of the workspace.
fn promised() -> Result<String, Failure> {
    let lines = workspace::section(&workspace::root().join("Cargo.toml"), "workspace.package")?;
    lines
        .iter()
        .find_map(|line| line.strip_prefix("rust-version"))
        .and_then(|rest| rest.split('"').nth(1))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("the workspace declares no rust-version"))
}

fn declares(package: &str) -> Result<(), Failure> {
    let manifest = workspace::root().join("crates").join(package).join("Cargo.toml");
    let lines = workspace::section(&manifest, "package")?;
    if lines.iter().any(|line| line == "rust-version.workspace = true") {
        return Ok(());
    }
    Err(Failure::new(format!("`{package}` does not declare `rust-version.workspace = true`")))
}

/// No package of the lock file asks for a compiler newer than the promised one.
fn dependencies_suffice(promised: &str) -> Result<(), Failure> {
    let (metadata, _) = Step::cargo(["metadata", "--format-version", "1", "--locked"]).read()?;
    let limit = version(promised).ok_or_else(|| Failure::new(format!("`{promised}` is not a version")))?;
    let too_new: Vec<String> = wanted(&metadata)
        .filter(|(_, wants)| version(wants).is_some_and(|wants| wants > limit))
        .map(|(manifest, wants)| format!("{manifest} wants {wants}"))
        .collect();
    if too_new.is_empty() { Ok(()) } else { Err(Failure::new(too_new.join("\n"))) }
}

/// The manifest path and the `rust_version` of each package that has one, from cargo's metadata, in which the one
/// follows the other inside each package.
fn wanted(metadata: &str) -> impl Iterator<Item = (&str, &str)> {
    metadata.split("\"manifest_path\":\"").skip(1).filter_map(|package| {
        let manifest = package.split('"').next()?;
        let wants = package.split_once("\"rust_version\":\"")?.1.split('"').next()?;
        Some((manifest, wants))
    })
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next().unwrap_or(Ok(0)).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version("1.88") < version("1.100.0"));
        assert_eq!(version("1.71.1"), Some((1, 71)));
    }

    #[test]
    fn toolchains_are_known_by_their_version() {
        assert!(is("1.88.0-x86_64-unknown-linux-gnu", "1.88"));
        assert!(is("1.88-x86_64-unknown-linux-gnu", "1.88"));
        assert!(!is("1.880-x86_64-unknown-linux-gnu", "1.88"));
        assert!(!is("stable-x86_64-unknown-linux-gnu", "1.88"));
    }

    #[test]
    fn each_package_is_read_with_its_own_version() {
        let metadata = r#"[{"name":"a","manifest_path":"/a/Cargo.toml","rust_version":"1.60"},
            {"name":"b","manifest_path":"/b/Cargo.toml","rust_version":null},
            {"name":"c","manifest_path":"/c/Cargo.toml","rust_version":"1.90"}]"#;
        let found: Vec<_> = wanted(metadata).collect();
        assert_eq!(found, [("/a/Cargo.toml", "1.60"), ("/c/Cargo.toml", "1.90")]);
    }
}
