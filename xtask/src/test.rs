//! `cargo xtask test`: every test of the repository, then one line that sums up.
//!
//! Many tests wait, for servers and for time, and some of the rest keep one core busy. So its parts run beside each other,
//! each a process whose output is shown when it has ended. All run even when one fails, so that one run shows
//! everything; the command fails if any did.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::shell::{Failure, Step};
use crate::tally::Tally;
use crate::{servers, workspace};

/// How many parts run at the same time: one more than the fewest cores there are, because there is always one that waits.
const LANES: usize = 3;

/// How many tests of a binary run at the same time, for the same reason.
const THREADS: &str = "4";

/// The test binaries that take the longest, the longest first: each is a part, the others together are one.
const LONG: &[&str] = &["it", "ui", "suite", "shared", "memory", "soak"];

pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let began = Instant::now();
    let sums = Sums::default();
    sums.take("servers", servers::run(&[]).map(|()| String::new()), began);
    if arguments.is_empty() {
        everything(&sums);
    } else {
        let step = cargo_test().args(["--no-fail-fast"]).args(arguments.iter().map(String::as_str));
        sums.add("workspace", step.tally());
    }
    sums.close(began)
}

/// Unit, property, integration, allocation and ui tests of all packages, with all features.
fn cargo_test() -> Step {
    Step::cargo(["test", "--workspace", "--all-features"])
}

/// What one lane does at a time.
struct Part {
    name: String,
    step: Step,
}

impl Part {
    fn new(name: impl Into<String>, step: Step) -> Self {
        Self { name: name.into(), step }
    }

    /// A word of ours.
    fn word(word: &str) -> Result<Self, Failure> {
        Ok(Self::new(word, Step::new(std::env::current_exe()?).args([word])))
    }

    /// A part of what `cargo test` would do, which has been built.
    fn tests<'a>(name: &str, words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(name, cargo_test().args(["--no-fail-fast"]).args(words).env("RUST_TEST_THREADS", THREADS))
    }
}

fn everything(sums: &Sums) {
    let (apart, built) = match parts() {
        Ok(parts) => parts,
        Err(failure) => return sums.fail("parts", &failure),
    };
    let queue = Queue::new(apart);
    std::thread::scope(|scope| {
        for _ in 1..LANES {
            scope.spawn(|| queue.work(sums));
        }
        let build = Part::new("build", cargo_test().args(["--no-run"]));
        // without what is built, its tests are not there to be run, and the build is what failed
        let is_built = sums.run(build);
        queue.close(if is_built { built } else { Vec::new() });
        queue.work(sums);
    });
}

/// What can be done before the workspace is built, and what cannot.
fn parts() -> Result<(Vec<Part>, Vec<Part>), Failure> {
    let features =
        Step::cargo(["test", "--package", "larder-core", "--no-default-features", "--lib", "codec::"])
            .env("CARGO_TARGET_DIR", workspace::target(Some("without-features")));
    let apart = vec![
        Part::word("features")?,
        Part::word("loom")?,
        Part::word("downstream")?,
        // what is stored by a program with more features has to be refused by name
        Part::new("without features", features),
    ];

    let names = workspace::test_binaries()?;
    if let Some(gone) = LONG.iter().find(|name| !names.contains(**name)) {
        return Err(Failure::new(format!("there is no test binary `{gone}`")));
    }
    let mut built: Vec<Part> = LONG.iter().map(|name| Part::tests(name, ["--test", name])).collect();
    let others = names.iter().filter(|name| !LONG.contains(&name.as_str()));
    built.push(Part::tests("units", ["--lib", "--bins", "--examples"]));
    built.push(Part::tests("others", others.flat_map(|name| ["--test", name])));
    built.push(Part::word("examples")?);
    // the last, because cargo builds some crates once more for it, with fewer features
    built.push(Part::tests("doc", ["--doc"]));
    Ok((apart, built))
}

/// The parts that nobody has begun.
struct Queue {
    parts: Mutex<Waiting>,
    changed: Condvar,
}

struct Waiting {
    parts: VecDeque<Part>,
    will_have_more: bool,
}

impl Queue {
    fn new(parts: Vec<Part>) -> Self {
        let parts = Mutex::new(Waiting { parts: parts.into(), will_have_more: true });
        Self { parts, changed: Condvar::new() }
    }

    /// Adds the last ones.
    fn close(&self, last: Vec<Part>) {
        let mut waiting = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.parts.extend(last);
        waiting.will_have_more = false;
        self.changed.notify_all();
    }

    /// Does parts until there are no more.
    fn work(&self, sums: &Sums) {
        while let Some(part) = self.next() {
            sums.run(part);
        }
    }

    fn next(&self) -> Option<Part> {
        let waiting = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_waiting = |waiting: &mut Waiting| waiting.parts.is_empty() && waiting.will_have_more;
        let waiting = self.changed.wait_while(waiting, is_waiting);
        waiting.unwrap_or_else(PoisonError::into_inner).parts.pop_front()
    }
}

/// What the parts found.
#[derive(Default)]
struct Sums {
    sum: Mutex<(Tally, Vec<String>)>,
}

impl Sums {
    /// Whether it ended well.
    fn run(&self, part: Part) -> bool {
        let began = Instant::now();
        println!("--> {} begins", part.name);
        match part.step.record() {
            Ok((text, judged)) => {
                let is_well = judged.is_ok();
                self.take(&part.name, Ok(text), began);
                if let Err(failure) = judged {
                    self.fail(&part.name, &failure);
                }
                is_well
            }
            Err(failure) => {
                self.fail(&part.name, &failure);
                false
            }
        }
    }

    /// Shows what a part printed, and counts its tests.
    fn take(&self, name: &str, printed: Result<String, Failure>, began: Instant) {
        match printed {
            Ok(text) => {
                let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
                text.lines().for_each(|line| sum.0.read(line));
                println!("{text}<-- {name} took {} s", began.elapsed().as_secs());
            }
            Err(failure) => self.fail(name, &failure),
        }
    }

    fn add(&self, name: &str, part: Result<(Tally, Result<(), Failure>), Failure>) {
        match part {
            Ok((tally, judged)) => {
                self.sum.lock().unwrap_or_else(PoisonError::into_inner).0 += tally;
                if let Err(failure) = judged {
                    self.fail(name, &failure);
                }
            }
            Err(failure) => self.fail(name, &failure),
        }
    }

    fn fail(&self, name: &str, failure: &Failure) {
        let mut sum = self.sum.lock().unwrap_or_else(PoisonError::into_inner);
        sum.1.push(format!("{name}: {failure}"));
    }

    fn close(self, began: Instant) -> Result<(), Failure> {
        let (sum, failures) = self.sum.into_inner().unwrap_or_else(PoisonError::into_inner);
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
}
