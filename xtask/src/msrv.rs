//! `cargo xtask msrv`: the oldest compiler we promise still suffices.
//!
//! With that toolchain installed, the published crates are compiled by it. Without it (a machine that cannot fetch
//! one) three things stand in: every published crate declares it, no dependency asks for a newer one, and clippy's
//! `incompatible_msrv`, which knows when each part of std appeared, is an error.

use crate::shell::{Failure, Step, answers};
use crate::workspace;

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    let promised = promised()?;
    for package in workspace::PUBLISHED {
        declares(package)?;
    }
    dependencies_suffice(&promised)?;
    if installed(&promised) {
        let toolchain = format!("+{promised}");
        let mut step = Step::new("cargo").args([toolchain.as_str(), "check", "--no-default-features"]);
        for package in workspace::PUBLISHED {
            step = step.args(["--package", package]);
        }
        return step
            .env("CARGO_TARGET_DIR", workspace::target(Some("msrv")))
            .run();
    }
    println!(
        "rustc {promised} is not installed here, so clippy's record of what std had then stands in for it"
    );
    let mut step = Step::cargo(["clippy", "--all-features"]);
    for package in workspace::PUBLISHED {
        step = step.args(["--package", package]);
    }
    step.args(["--", "-D", "clippy::incompatible_msrv"]).run()
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
    Err(Failure::new(format!(
        "`{package}` does not declare `rust-version.workspace = true`"
    )))
}

/// No package of the lock file asks for a compiler newer than the promised one.
fn dependencies_suffice(promised: &str) -> Result<(), Failure> {
    let (metadata, _) = Step::cargo(["metadata", "--format-version", "1", "--locked"]).read()?;
    let limit = version(promised).ok_or_else(|| Failure::new(format!("`{promised}` is not a version")))?;
    let too_new: Vec<String> = wanted(&metadata)
        .filter(|(_, wants)| version(wants).is_some_and(|wants| wants > limit))
        .map(|(manifest, wants)| format!("{manifest} wants {wants}"))
        .collect();
    if too_new.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(too_new.join("\n")))
    }
}

/// The manifest path and the `rust_version` of each package that has one, from cargo's metadata, in which the one
/// follows the other inside each package.
fn wanted(metadata: &str) -> impl Iterator<Item = (&str, &str)> {
    metadata
        .split("\"manifest_path\":\"")
        .skip(1)
        .filter_map(|package| {
            let manifest = package.split('"').next()?;
            let wants = package.split_once("\"rust_version\":\"")?.1.split('"').next()?;
            Some((manifest, wants))
        })
}

fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(str::parse::<u32>);
    Some((numbers.next()?.ok()?, numbers.next().unwrap_or(Ok(0)).ok()?))
}

fn installed(promised: &str) -> bool {
    answers("rustup", "--version")
        && Step::new("rustup")
            .args(["toolchain", "list"])
            .read()
            .is_ok_and(|(list, _)| list.lines().any(|line| line.starts_with(promised)))
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
    fn each_package_is_read_with_its_own_version() {
        let metadata = r#"[{"name":"a","manifest_path":"/a/Cargo.toml","rust_version":"1.60"},
            {"name":"b","manifest_path":"/b/Cargo.toml","rust_version":null},
            {"name":"c","manifest_path":"/c/Cargo.toml","rust_version":"1.90"}]"#;
        let found: Vec<_> = wanted(metadata).collect();
        assert_eq!(found, [("/a/Cargo.toml", "1.60"), ("/c/Cargo.toml", "1.90")]);
    }
}
