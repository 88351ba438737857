//! A few seconds of `cargo xtask soak`, and that it finds what is broken on purpose.

use std::process::{Command, Output};

fn soak(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_soak")).args(arguments).output().expect("it was built with the tests")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_promise_holds_for_some_seconds_of_faults() {
    let output = soak(&["--minutes", "0.1", "--seed", "7"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("no violation"), "{}", said(&output));
}

#[test]
fn what_is_broken_on_purpose_is_found() {
    for (broken, found) in [
        ("invalidations", " gave version "),
        ("records", " gave version "),
        ("messages", "and messages arrive"),
        ("leak", "has more open files"),
    ] {
        let output = soak(&["--minutes", "0.05", "--seed", "7", "--break", broken]);
        let said = said(&output);
        assert!(!output.status.success(), "{broken}: {said}");
        assert!(said.contains("VIOLATION (seed 7)") && said.contains(found), "{broken}: {said}");
    }
}
