//! `cargo xtask soak [--minutes 10] [--seed N] [--processes N] [--break ..]`: several processes over one Redis, for minutes, while everything goes wrong that can.
//!
//! What is checked is said in `tests/soak/main.rs`. A few seconds of it are a part of `cargo xtask test`.

use crate::servers;
use crate::shell::{Failure, Step};

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    servers::run(&[])?;
    Step::cargo(["run", "--release", "--package", "larder-tests", "--bin", "soak", "--"])
        .args(arguments.iter().map(String::as_str))
        .run()
}
