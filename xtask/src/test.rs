//! `cargo xtask test`: every test of the repository, then one line that sums up.
//!
//! The parts run even when an earlier one failed, so that one run shows everything; the command fails if any did.

use std::time::Instant;

use crate::shell::{Failure, Step};
use crate::tally::Tally;
use crate::{features, loom, workspace};

/// A crate that uses larder as a stranger would: renamed, every lint denied, items named like ours.
const DOWNSTREAM: &str = "tests/downstream/Cargo.toml";

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let began = Instant::now();
    let mut sum = Tally::default();
    let mut failures = Vec::new();
    let mut take = |name: &str, part: Result<(Tally, Result<(), Failure>), Failure>| match part {
        Ok((tally, judged)) => {
            sum += tally;
            if let Err(failure) = judged {
                failures.push(format!("{name}: {failure}"));
            }
        }
        Err(failure) => failures.push(format!("{name}: {failure}")),
    };

    take("workspace", whole_workspace(arguments));
    if arguments.is_empty() {
        take("downstream", downstream());
        take("loom", loom::tally());
        take(
            "features",
            features::run(&[]).map(|()| (Tally::default(), Ok(()))),
        );
    }

    println!(
        "\ncargo xtask test: {} test binaries in {} s",
        sum.binaries,
        began.elapsed().as_secs()
    );
    for failure in &failures {
        println!("  failed: {failure}");
    }
    // the plain closing line that any reader of test output understands
    println!("{} passed, {} failed", sum.passed, sum.failed);
    match failures.len() {
        0 if sum.passed == 0 => Err(Failure::new("no test ran")),
        0 => Ok(()),
        many => Err(Failure::new(format!("{many} of the parts failed"))),
    }
}

/// Unit, property, integration, allocation and ui tests, examples, then the doctests; further words go to cargo as they are.
fn whole_workspace(arguments: &[String]) -> Result<(Tally, Result<(), Failure>), Failure> {
    Step::cargo(["test", "--workspace", "--no-fail-fast"])
        .args(arguments.iter().map(String::as_str))
        .tally()
}

/// Clippy decides first: that the expansion passes under denied lints is what the crate is for.
fn downstream() -> Result<(Tally, Result<(), Failure>), Failure> {
    if !workspace::root().join(DOWNSTREAM).is_file() {
        return Err(Failure::new(format!("{DOWNSTREAM} is missing")));
    }
    let target = workspace::target(Some("downstream"));
    Step::cargo(["clippy", "--manifest-path", DOWNSTREAM, "--all-targets"])
        .env("CARGO_TARGET_DIR", &target)
        .run()?;
    Step::cargo(["test", "--manifest-path", DOWNSTREAM])
        .env("CARGO_TARGET_DIR", &target)
        .tally()
}
