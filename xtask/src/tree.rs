//! `cargo xtask tree`: how many crates a hello-world with larder's default features compiles.
//!
//! The workspace itself cannot answer: its test packages switch features on. So a package is written that has
//! larder as its only dependency, with the versions of our lock file, and counted with the macro side, without itself.

use std::collections::BTreeSet;
use std::fs;

use crate::shell::{Failure, Step};
use crate::workspace;

/// The most crates default features may pull in.
const MOST: usize = 20;

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    let crates = with_larder()?;
    for name in &crates {
        println!("  {name}");
    }
    println!("{} crates in a hello-world, at most {MOST} allowed", crates.len());
    if crates.len() > MOST { Err(Failure::new("default features pull in too many crates")) } else { Ok(()) }
}

/// The crates of a hello-world that uses larder.
pub(crate) fn with_larder() -> Result<BTreeSet<String>, Failure> {
    let larder = workspace::root().join("crates/larder");
    with("larder", &format!("{{ path = {larder:?} }}"), "Cargo.lock")
}

/// The crates of a hello-world that uses a peer of the benches, in the version that they use.
pub(crate) fn with_peer(name: &str) -> Result<BTreeSet<String>, Failure> {
    with(name, "\"*\"", "benches/Cargo.lock")
}

/// The crates of a hello-world with one dependency, by cargo's tree: build scripts and macros included, tests not.
fn with(name: &str, dependency: &str, lock: &str) -> Result<BTreeSet<String>, Failure> {
    let here = workspace::target(None).join("xtask/hello-world").join(name);
    fs::create_dir_all(here.join("src"))?;
    fs::write(here.join("Cargo.toml"), format!("{MANIFEST}{name} = {dependency}\n"))?;
    fs::write(here.join("src/main.rs"), "fn main() {}\n")?;
    fs::copy(workspace::root().join(lock), here.join("Cargo.lock"))?;
    let manifest = here.join("Cargo.toml");
    let (stdout, _) = Step::cargo(["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .args(["--manifest-path", &manifest.to_string_lossy()])
        .read()?;
    Ok(names(&stdout))
}

const MANIFEST: &str = "\
[package]
name = \"hello-world\"
version = \"0.0.0\"
edition = \"2024\"

[workspace]

[dependencies]
";

/// `name version` of each line of `cargo tree`, once each, without the package that was asked about.
fn names(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .map(|line| line.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
        .filter(|name| !name.is_empty() && !name.starts_with("hello-world "))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crate_counts_once_and_the_asker_not_at_all() {
        let tree = "hello-world v0.0.0 (/tmp/x)\nsyn v3.0.9\nquote v1.0.47\nsyn v3.0.9 (*)\n";
        assert_eq!(names(tree).len(), 2);
    }
}
