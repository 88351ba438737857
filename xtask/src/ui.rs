//! `cargo xtask ui` and `ui-bless`: the compile errors users read, pinned word for word.
//!
//! Messages change with the compiler: they are checked and blessed with the toolchain of `rust-toolchain.toml`.

use crate::shell::{Failure, Step};

/// The test binary of the compile-error tests.
const UI: [&str; 5] = ["test", "--package", "larder-tests", "--test", "ui"];

/// The test binary of the generated code.
const EXPAND: [&str; 5] = ["test", "--package", "larder-tests", "--test", "expand"];

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    filtered(arguments).run()
}

pub(crate) fn bless(arguments: &[String]) -> Result<(), Failure> {
    filtered(arguments).env("TRYBUILD", "overwrite").run()?;
    if arguments.is_empty() {
        Step::cargo(EXPAND).env("LARDER_BLESS", "1").run()?;
    }
    println!("\nread what `git diff tests/ui tests/expand` shows before you commit it");
    Ok(())
}

/// trybuild takes its filter among the arguments of the test binary, `trybuild=<part of a file name>`, where the harness
/// takes it for the name of a test; so the test is named too.
fn filtered(arguments: &[String]) -> Step {
    let step = Step::cargo(UI);
    match arguments.first() {
        Some(word) => step.args(["--", "compile_errors", &format!("trybuild={word}")]),
        None => step,
    }
}
