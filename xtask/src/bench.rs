//! `cargo xtask bench [--peers]`: wall-clock figures. Read ratios inside one run, never absolute times of two.

use crate::shell::{Failure, Step, flag};
use crate::workspace;

/// The package of the benches, with a workspace of its own because its peers are heavy.
const BENCHES: &str = "benches/Cargo.toml";

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let rest: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--peers")
        .collect();
    let step = if flag(arguments, "--peers") {
        Step::cargo([
            "run",
            "--release",
            "--manifest-path",
            BENCHES,
            "--package",
            "larder-benches",
            "--bin",
            "peers",
            "--",
        ])
    } else {
        Step::cargo([
            "bench",
            "--manifest-path",
            BENCHES,
            "--package",
            "larder-benches",
            "--",
        ])
    };
    step.args(rest)
        .env("CARGO_TARGET_DIR", workspace::target(Some("benches")))
        .run()
}
