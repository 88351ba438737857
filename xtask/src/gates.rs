//! `cargo xtask gates [--bless] [path..]`: what one call costs, in figures that do not depend on how busy the machine is.
//!
//! Instructions: each path runs under `valgrind --tool=callgrind` twice, with different numbers of calls; the difference
//! divided by the difference in calls is what one call takes, with start-up left out. Allocations: the binary counts
//! its own heap. Both are compared with `benches/gates/baseline.txt`, which is committed: a path that gets slower
//! fails here, and one that gets faster asks to be blessed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Failure, Step, answers, flag};
use crate::workspace;

const MANIFEST: &str = "benches/Cargo.toml";
const BASELINE: &str = "benches/gates/baseline.txt";

/// The two run lengths; the short one is long enough to load every key and to leave start-up behind.
const CALLS: (u64, u64) = (20_000, 60_000);

/// How far instructions may be from the baseline, in percent: hash seeds move the lengths of probes a little. Allocations
/// may not move at all.
const TOLERANCE: u64 = 15;

/// How often a path that seems worse is measured. Loading a hundred thousand keys differs from run to run by as much as the
/// calls behind it take, so that a few runs would not do.
const TURNS: u32 = 8;

/// What a path costs: instructions of one call, allocations of a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    instructions: u64,
    allocations: u64,
}

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    valgrind()?;
    let bless = flag(arguments, "--bless");
    let binary = build()?;
    let text = fs::read_to_string(workspace::root().join(BASELINE)).unwrap_or_default();
    let baseline: Vec<(&str, Cost)> = text.lines().filter_map(line).collect();
    let words: Vec<&String> = arguments.iter().filter(|word| !word.starts_with("--")).collect();

    let (names, _) = Step::new(&binary).args(["--list"]).read()?;
    let mut blessed = String::from(HEADER);
    let mut failures = Vec::new();
    println!(
        "\n{:<16} {:>12} {:>8}   {:>17} {:>8}",
        "path", "instructions", "baseline", "allocations/1,000", "baseline"
    );
    for name in names.lines() {
        let before = baseline.iter().find(|(path, _)| *path == name).map(|(_, cost)| *cost);
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            if let Some(cost) = before {
                let _ = writeln!(blessed, "{}", written(name, cost));
            }
            continue;
        }
        let cost = measure(&binary, name, before)?;
        let known =
            |figure: fn(Cost) -> u64| before.map_or_else(|| "-".to_owned(), |cost| figure(cost).to_string());
        let verdict = judge(cost, before);
        println!(
            "{name:<16} {:>12} {:>8}   {:>17} {:>8}   {}",
            cost.instructions,
            known(|cost| cost.instructions),
            cost.allocations,
            known(|cost| cost.allocations),
            verdict.unwrap_or_else(|reason| {
                failures.push(format!("{name} {reason}"));
                reason
            }),
        );
        let _ = writeln!(blessed, "{}", written(name, cost));
    }
    if bless {
        fs::write(workspace::root().join(BASELINE), blessed)?;
        println!("\nwrote {BASELINE}; commit it with the change that moved it, and say why");
        return Ok(());
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("{}; `cargo xtask gates --bless` accepts the new figures", failures.join(", "))))
}

/// The tool that counts; installed from the system's packages where that is possible.
fn valgrind() -> Result<(), Failure> {
    if answers("valgrind", "--version") {
        return Ok(());
    }
    let install = "apt-get update -qq && apt-get install -y -qq valgrind";
    let _ = Step::new("sh").args(["-c", install]).run();
    if answers("valgrind", "--version") {
        return Ok(());
    }
    Err(Failure::new(format!("valgrind is not installed; install it with `{install}`")))
}

fn build() -> Result<PathBuf, Failure> {
    let target = workspace::target(Some("gates"));
    Step::cargo(["build", "--release", "--manifest-path", MANIFEST, "--package", "larder-gates"])
        .env("CARGO_TARGET_DIR", &target)
        .run()?;
    Ok(target.join("release/larder-gates"))
}

/// What a path costs. What seems worse than `before` is measured again: a thread of the maintenance counts too, and how much it does while a path runs is chance. It only
/// ever adds, so that the smallest figure of each length is the nearest to the truth.
fn measure(binary: &Path, path: &str, before: Option<Cost>) -> Result<Cost, Failure> {
    let (allocations, _) = Step::new(binary).args(["--allocations", path]).read()?;
    let allocations = allocations
        .trim()
        .parse()
        .map_err(|_| Failure::new(format!("`{path}` printed no count of allocations")))?;
    let (mut short, mut long) = (u64::MAX, u64::MAX);
    let mut turn = 1;
    loop {
        short = short.min(instructions(binary, path, CALLS.0)?);
        long = long.min(instructions(binary, path, CALLS.1)?);
        let cost = Cost { instructions: long.saturating_sub(short) / (CALLS.1 - CALLS.0), allocations };
        if turn == TURNS || judge(cost, before).is_ok() {
            return Ok(cost);
        }
        turn += 1;
    }
}

/// The instructions of a whole run of so many calls.
fn instructions(binary: &Path, path: &str, calls: u64) -> Result<u64, Failure> {
    let binary = binary.to_string_lossy();
    let (_, stderr) = Step::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", &binary, path, &calls.to_string()])
        .read()?;
    collected(&stderr).ok_or_else(|| Failure::new(format!("valgrind printed no count:\n{stderr}")))
}

/// The figure after `Collected :` in what callgrind prints.
fn collected(stderr: &str) -> Option<u64> {
    stderr.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok())
}

/// What to say about a path; an error where it got worse.
fn judge(cost: Cost, before: Option<Cost>) -> Result<&'static str, &'static str> {
    let Some(before) = before else {
        return Err("has no baseline");
    };
    // the smallest figures may move by a few instructions that are no trend
    let room = (before.instructions * TOLERANCE / 100).max(3);
    if cost.allocations > before.allocations {
        Err("allocates more")
    } else if cost.instructions > before.instructions + room {
        Err("takes more instructions")
    } else if cost.instructions + room < before.instructions || cost.allocations < before.allocations {
        Ok("better: bless it")
    } else {
        Ok("as before")
    }
}

const HEADER: &str = "\
# What one call may cost: instructions of one call, and allocations of a thousand.
# Written by `cargo xtask gates --bless`; instructions may differ by the tolerance in xtask/src/gates.rs.
";

fn written(name: &str, cost: Cost) -> String {
    format!("{name} = {} {}", cost.instructions, cost.allocations)
}

/// `path = instructions allocations`
fn line(line: &str) -> Option<(&str, Cost)> {
    let (name, figures) = line.split_once('=')?;
    let mut figures = figures.split_whitespace().map(str::parse);
    let cost = Cost { instructions: figures.next()?.ok()?, allocations: figures.next()?.ok()? };
    Some((name.trim(), cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(instructions: u64, allocations: u64) -> Cost {
        Cost { instructions, allocations }
    }

    #[test]
    fn the_count_is_found_among_valgrinds_lines() {
        let stderr =
            "==7== Events    : Ir\n==7== Collected : 1234567\n==7==\n==7== I   refs:      1,234,567\n";
        assert_eq!(collected(stderr), Some(1_234_567));
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(line(&written("hit", cost(90, 0))), Some(("hit", cost(90, 0))));
        assert_eq!(line("# note"), None);
        assert!(HEADER.lines().all(|comment| line(comment).is_none()));
    }

    #[test]
    fn only_what_gets_worse_beyond_the_tolerance_fails() {
        assert_eq!(judge(cost(100 + TOLERANCE, 0), Some(cost(100, 0))), Ok("as before"));
        assert!(judge(cost(101 + TOLERANCE, 0), Some(cost(100, 0))).is_err());
        assert!(judge(cost(100, 1), Some(cost(100, 0))).is_err());
        assert_eq!(judge(cost(80, 0), Some(cost(100, 0))), Ok("better: bless it"));
        assert!(judge(cost(1, 0), None).is_err());
    }
}
