//! `cargo xtask gates [--bless]`: instructions per call, which do not depend on how busy the machine is.
//!
//! Each path runs under `valgrind --tool=callgrind` twice, with different numbers of calls; the difference divided by
//! the difference in calls is what one call costs, with start-up taken out. The ceilings are committed beside the
//! binary: a path that gets slower fails here, and one that gets faster is blessed.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::shell::{Failure, Step, answers};
use crate::workspace;

const MANIFEST: &str = "benches/Cargo.toml";
const CEILINGS: &str = "benches/gates/ceilings.txt";
/// The two run lengths; the short one is long enough to leave start-up behind.
const CALLS: (u64, u64) = (20_000, 60_000);
/// What a blessed ceiling leaves above the measured figure, in percent: hash seeds move probe lengths a little.
const ROOM: u64 = 10;

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    if !answers("valgrind", "--version") {
        return Err(Failure::new(
            "valgrind is not installed; `apt-get install valgrind` installs it",
        ));
    }
    let bless = crate::shell::flag(arguments, "--bless");
    let binary = build()?;
    let (names, _) = Step::new(&binary).args(["--list"]).read()?;
    let text = fs::read_to_string(workspace::root().join(CEILINGS)).unwrap_or_default();
    let ceilings: Vec<(&str, u64)> = text.lines().filter_map(ceiling).collect();

    let mut blessed = String::from("# instructions one call may take, set by `cargo xtask gates --bless`\n");
    let mut slower = Vec::new();
    println!("\n{:<16} {:>12} {:>12}", "path", "instructions", "ceiling");
    for name in names.lines() {
        let measured =
            (count(&binary, name, CALLS.1)? - count(&binary, name, CALLS.0)?) / (CALLS.1 - CALLS.0);
        let limit = ceilings
            .iter()
            .find(|(path, _)| *path == name)
            .map(|(_, limit)| *limit);
        let shown = limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
        println!("{name:<16} {measured:>12} {shown:>12}");
        if limit.is_none_or(|limit| measured > limit) {
            slower.push(name.to_owned());
        }
        let _ = writeln!(blessed, "{name} = {}", measured + measured * ROOM / 100);
    }
    if bless {
        fs::write(workspace::root().join(CEILINGS), blessed)?;
        return Ok(());
    }
    if slower.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "above the ceiling or without one: {}",
        slower.join(", ")
    )))
}

fn build() -> Result<PathBuf, Failure> {
    let target = workspace::target(Some("gates"));
    Step::cargo([
        "build",
        "--release",
        "--manifest-path",
        MANIFEST,
        "--package",
        "larder-gates",
    ])
    .env("CARGO_TARGET_DIR", &target)
    .run()?;
    Ok(target.join("release/larder-gates"))
}

/// The instructions of a whole run of so many calls.
fn count(binary: &std::path::Path, path: &str, calls: u64) -> Result<u64, Failure> {
    let binary = binary.to_string_lossy();
    let (_, stderr) = Step::new("valgrind")
        .args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            &binary,
            path,
            &calls.to_string(),
        ])
        .read()?;
    collected(&stderr).ok_or_else(|| Failure::new(format!("valgrind printed no count:\n{stderr}")))
}

/// The figure after `Collected :` in what callgrind prints.
fn collected(stderr: &str) -> Option<u64> {
    stderr
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

fn ceiling(line: &str) -> Option<(&str, u64)> {
    let (name, limit) = line.split_once('=')?;
    Some((name.trim(), limit.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_among_valgrinds_lines() {
        let stderr =
            "==7== Events    : Ir\n==7== Collected : 1234567\n==7==\n==7== I   refs:      1,234,567\n";
        assert_eq!(collected(stderr), Some(1_234_567));
    }

    #[test]
    fn comments_are_no_ceilings() {
        assert_eq!(ceiling("# note"), None);
        assert_eq!(ceiling("hit_u64 = 90"), Some(("hit_u64", 90)));
    }
}
