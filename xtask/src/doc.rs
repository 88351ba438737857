//! `cargo xtask doc [--open]`: the documentation of the published crates, a warning is an error.

use crate::shell::{Failure, Step, flag};
use crate::workspace;

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let mut step = Step::cargo(["doc", "--no-deps", "--all-features"]).env("RUSTDOCFLAGS", "-D warnings");
    for package in workspace::PUBLISHED {
        step = step.args(["--package", package]);
    }
    if flag(arguments, "--open") {
        step = step.args(["--open"]);
    }
    step.run()
}
