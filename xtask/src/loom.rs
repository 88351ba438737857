//! `cargo xtask loom`: the concurrency tests under the model checker.
//!
//! `--cfg loom` swaps the primitives of `larder-core` for loom's, which work inside a model only; so just the tests
//! in a module `models` run, in a target directory of their own.

use crate::shell::{Failure, Step};
use crate::workspace;

/// Runs the models; none found is a failure, since it means that the filter no longer finds them.
pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    let (tally, judged) =
        Step::cargo(["test", "--package", "larder-core", "--lib", "--release", "--", "models", "loom_"])
            .env("CARGO_TARGET_DIR", workspace::target(Some("loom")))
            .env("RUSTFLAGS", "--cfg loom")
            .tally()?;
    judged?;
    if tally.passed == 0 { Err(Failure::new("no test in a module `models` was found")) } else { Ok(()) }
}
