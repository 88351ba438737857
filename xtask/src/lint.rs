//! `cargo xtask lint`: clippy with the lints of the workspace, a warning is an error.

use crate::shell::{Failure, Step};

pub(crate) fn run(_arguments: &[String]) -> Result<(), Failure> {
    Step::cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run()
}
