//! `cargo xtask test`: every test of the repository, then one line that sums up.
//!
//! The parts run even when an earlier one failed, so that one run shows everything; the command fails if any did.

use std::time::Instant;

use crate::shell::{Failure, Step};
use crate::tally::Tally;
use crate::{examples, features, loom, servers, workspace};

/// A crate that uses larder as a stranger would: renamed, every lint denied, items named like ours.
const DOWNSTREAM: &str = "tests/downstream/Cargo.toml";

/// What a part found: its counts, and whether it passed.
type Part = Result<(Tally, Result<(), Failure>), Failure>;

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let began = Instant::now();
    let mut sum = Tally::default();
    let mut failures = Vec::new();
    let mut take = |name: &str, part: Part| match part {
        Ok((tally, judged)) => {
            sum += tally;
            failures.extend(judged.err().map(|failure| format!("{name}: {failure}")));
        }
        Err(failure) => failures.push(format!("{name}: {failure}")),
    };

    take("servers", servers::run(&[]).map(|()| (Tally::default(), Ok(()))));
    take("workspace", whole_workspace(arguments));
    if arguments.is_empty() {
        take("without features", without_features());
        take("downstream", downstream());
        take("examples", examples::tally());
        take("models", loom::tally());
        take("features", features::run(&[]).map(|()| (Tally::default(), Ok(()))));
    }

    println!();
    for failure in &failures {
        println!("failed: {failure}");
    }
    println!(
        "cargo xtask test: {} passed, {} failed, {} ignored, in {} test binaries and {} s",
        sum.passed,
        sum.failed,
        sum.ignored,
        sum.binaries,
        began.elapsed().as_secs()
    );
    match failures.len() {
        0 if sum.passed == 0 => Err(Failure::new("no test ran")),
        0 => Ok(()),
        many => Err(Failure::new(format!("{many} of the parts failed"))),
    }
}

/// Unit, property, integration, allocation and ui tests, and the doctests; further words go to cargo as they are.
/// Examples are compiled.
fn whole_workspace(arguments: &[String]) -> Part {
    Step::cargo(["test", "--workspace", "--all-features", "--no-fail-fast"])
        .args(arguments.iter().map(String::as_str))
        .tally()
}

/// What is stored by a program with more features has to be refused by name.
fn without_features() -> Part {
    Step::cargo(["test", "--package", "larder-core", "--no-default-features", "--lib", "codec::"])
        .env("CARGO_TARGET_DIR", workspace::target(Some("features")))
        .tally()
}

/// Clippy decides first: that the expansion passes under denied lints is what the crate is for.
fn downstream() -> Part {
    if !workspace::root().join(DOWNSTREAM).is_file() {
        return Err(Failure::new(format!("{DOWNSTREAM} is missing")));
    }
    let target = workspace::target(Some("downstream"));
    Step::cargo(["clippy", "--manifest-path", DOWNSTREAM, "--all-targets"])
        .env("CARGO_TARGET_DIR", &target)
        .run()?;
    Step::cargo(["test", "--manifest-path", DOWNSTREAM]).env("CARGO_TARGET_DIR", &target).tally()
}
