//! `cargo xtask bench [--peers | --redis | --check]`: wall-clock figures. Read ratios inside one run, never absolute times of two.

use crate::shell::{Failure, Step, flag};
use crate::{servers, tree, workspace};

/// The package of the benches, with a workspace of its own because its peers are heavy.
const MANIFEST: &str = "benches/Cargo.toml";

/// Peers whose crates are counted beside ours.
const COUNTED: [&str; 4] = ["cached", "memoize", "quick_cache", "cachelito"];

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let package = ["--manifest-path", MANIFEST, "--package", "larder-benches"];
    let step = if flag(arguments, "--peers") {
        Step::cargo(["run", "--release"]).args(package).args(["--bin", "peers", "--", "--crates", &crates()?])
    } else if flag(arguments, "--redis") {
        servers::run(&[])?;
        Step::cargo(["run", "--release", "--manifest-path", MANIFEST, "--package", "larder-shared", "--"])
    } else if flag(arguments, "--check") {
        // the benches have tests too, of how they measure
        Step::cargo(["test", "--manifest-path", MANIFEST, "--workspace", "--lib", "--bins", "--"])
    } else {
        Step::cargo(["bench"]).args(package).args(["--"])
    };
    let rest =
        arguments.iter().map(String::as_str).filter(|word| !["--peers", "--redis", "--check"].contains(word));
    step.args(rest).env("CARGO_TARGET_DIR", workspace::target(None)).run()
}

/// How many crates a program gets with larder, and with some of the peers: `larder=13,cached=39`.
fn crates() -> Result<String, Failure> {
    let mut text = format!("larder={}", tree::with_larder()?.len());
    for peer in COUNTED {
        let count = tree::with_peer(peer)?.len();
        text.push_str(&format!(",{peer}={count}"));
    }
    Ok(text)
}
