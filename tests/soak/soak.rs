//! A soak from its beginning to its end: what is to be done, in which order, and what has come of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::caller::micros;
use crate::crew::Crew;
use crate::faults::{Injector, KINDS, Kind};
use crate::ledger::{Ledger, Weather, now};
use crate::random::Random;
use crate::vitals::Vitals;
use crate::worker::{BREAKS, Break};

/// What the command line says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// How long there are faults.
    lasting: Duration,
    pub(crate) seed: u64,
    processes: u32,
    breaks: Break,
    /// The one kind of fault there is.
    only: Option<Kind>,
}

impl Plan {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut plan = Self {
            lasting: Duration::from_secs(600),
            seed: now() % 1_000_000,
            processes: 3,
            breaks: Break::Nothing,
            only: None,
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { return Err(format!("`{}` wants a value", pair[0])) };
            let bad = || format!("`{name} {value}` is not understood");
            match name.as_str() {
                "--minutes" => {
                    let minutes: f64 = value.parse().map_err(|_| bad())?;
                    plan.lasting = Duration::try_from_secs_f64(minutes * 60.0).map_err(|_| bad())?;
                }
                "--seed" => plan.seed = value.parse().map_err(|_| bad())?,
                "--processes" => {
                    plan.processes =
                        value.parse().ok().filter(|many| (1..=12).contains(many)).ok_or_else(bad)?;
                }
                "--break" => {
                    let named = BREAKS.iter().find(|(name, _)| name == value);
                    plan.breaks = named.ok_or_else(bad)?.1;
                }
                "--only" => {
                    let is_named = |kind: &Kind| format!("{kind:?}").eq_ignore_ascii_case(value);
                    plan.only = Some(KINDS.into_iter().find(is_named).ok_or_else(bad)?);
                }
                _ => return Err(bad()),
            }
        }
        Ok(plan)
    }

    /// Whether faults and the time between them are to be short.
    fn is_brisk(&self) -> bool {
        self.lasting < Duration::from_secs(60)
    }
}

/// The names of what can be broken.
pub(crate) fn breaks() -> String {
    BREAKS.map(|(name, _)| name).join("|")
}

/// What came of the faults of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    times: u64,
    /// Milliseconds until the last process had a hit again.
    slowest: u64,
    sum: u64,
}

/// A fault, and the time after it.
struct Round {
    number: u64,
    fault: Option<(Kind, Duration)>,
}

impl Round {
    fn run(
        &mut self,
        plan: &Plan,
        ledger: &Ledger,
        random: &mut Random,
        injector: &mut Injector,
        crew: &mut Crew,
        outcomes: &mut BTreeMap<Kind, Outcome>,
    ) -> Result<(), String> {
        let kind = injector.draw();
        let lasting = if plan.is_brisk() { random.millis(50, 400) } else { random.millis(100, 2_500) };
        self.fault = Some((kind, lasting));
        ledger.set_weather(Weather { round: self.number, quiet_since: u64::MAX });
        injector.inject(kind, lasting, |duration| crew.pass(duration))?;
        injector.wait_until_up();
        self.number += 1;
        ledger.set_weather(Weather { round: self.number, quiet_since: now() });
        let took = crew.recover(self.number, RECOVERY)?;
        let outcome = outcomes.entry(kind).or_default();
        outcome.times += 1;
        outcome.slowest = outcome.slowest.max(took);
        outcome.sum += took;
        let is_calm = plan.only.is_some() || self.number.is_multiple_of(8);
        let gap = match (plan.is_brisk(), is_calm) {
            (true, _) => random.millis(20, 200),
            // long enough for messages to be relied on
            (false, true) => random.millis(9_000, 12_000),
            (false, false) => random.millis(100, 1_500),
        };
        crew.pass(gap)
    }
}

/// Runs it.
///
/// # Errors
///
/// What was violated, with its history.
pub(crate) fn run(plan: &Plan) -> Result<(), String> {
    println!(
        "soak: seed {}, {} processes, faults for {:?}{}",
        plan.seed,
        plan.processes,
        plan.lasting,
        if plan.breaks == Break::Nothing { String::new() } else { format!(", broken: {:?}", plan.breaks) }
    );
    let file = Scratch::new();
    let ledger = Ledger::create(&file.0).expect("the directory for temporary files can be written");
    ledger.set_weather(Weather { round: 0, quiet_since: now() });
    let mut random = Random::new(plan.seed, 1_000_000);
    let part = |part: u64| Random::new(plan.seed, 1_000_000 + part);
    let mut injector = Injector::new(part(1), part(2), plan.only);
    let broken = BREAKS.iter().find(|(_, one)| *one == plan.breaks).map_or("nothing", |(name, _)| name);
    let workers: Vec<Vec<String>> = (0..plan.processes)
        .map(|process| {
            let url = injector.proxies[process as usize % injector.proxies.len()].url();
            let path = file.0.to_string_lossy().into_owned();
            vec![
                process.to_string(),
                plan.processes.to_string(),
                plan.seed.to_string(),
                path,
                url,
                broken.to_owned(),
            ]
        })
        .collect();
    let mut crew = Crew::start(&workers);

    // First all is well, long enough for everything to have been used once.
    crew.pass(PROLOGUE)?;
    let first = crew.vitals()?;
    let mut outcomes = BTreeMap::new();
    let mut round = Round { number: 0, fault: None };
    let began = Instant::now();
    while began.elapsed() < plan.lasting {
        let passed = round.run(plan, &ledger, &mut random, &mut injector, &mut crew, &mut outcomes);
        passed.map_err(|what| format!("{what}\nlast fault, of {}: {:?}", round.number, round.fault))?;
    }
    crew.pass(EPILOGUE)?;
    let last = crew.vitals()?;
    let summaries = crew.stop()?;
    report(plan, &outcomes, &summaries, &first, &last, &injector.holds());
    for (process, (first, last)) in first.iter().zip(&last).enumerate() {
        if let Some(what) = last.leaked_since(*first) {
            return Err(format!("process {process} has more {what} than it had: {last}, and it was {first}"));
        }
    }
    Ok(())
}

fn report(
    plan: &Plan,
    outcomes: &BTreeMap<Kind, Outcome>,
    summaries: &[String],
    first: &[Vitals],
    last: &[Vitals],
    holds: &str,
) {
    let faults: u64 = outcomes.values().map(|outcome| outcome.times).sum();
    println!("\n{faults} faults, and how long after each the last process had a hit again:");
    println!("  {:<15} {:>6} {:>10} {:>10}", "kind", "times", "mean ms", "slowest ms");
    for (kind, outcome) in outcomes {
        let mean = outcome.sum / outcome.times.max(1);
        println!("  {:<15} {:>6} {:>10} {:>10}", format!("{kind:?}"), outcome.times, mean, outcome.slowest);
    }
    let numbers = |name: &str| {
        let all = summaries.iter().flat_map(|summary| summary.split(' '));
        let of_name = all.filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
        of_name.filter_map(|(_, number)| number.parse::<u64>().ok()).collect::<Vec<_>>()
    };
    let sum = |name: &str| numbers(name).iter().sum::<u64>();
    let most = |name: &str| Duration::from_micros(numbers(name).into_iter().max().unwrap_or(0));
    println!(
        "calls            {} ({} hits, {} waited for another)",
        sum("calls"),
        sum("hits"),
        sum("coalesced")
    );
    println!("runs             {} ({} overtaken, not stored)", sum("runs"), sum("rejected_writes"));
    println!("invalidations    {} ({} could not be sent at once)", sum("invalidations"), sum("unsent"));
    println!("store errors     {}", sum("store_errors"));
    println!(
        "slowest call     {:?}, slowest invalidation {:?}",
        most("slowest"),
        most("slowest_invalidation")
    );
    println!("oldest of memory {:?}, while messages arrived {:?}", most("worst_lag"), most("worst_calm_lag"));
    println!("hear messages    {} of {} processes", sum("hears"), plan.processes);
    let held = |all: &[Vitals]| {
        let held = all
            .iter()
            .map(|one| format!("{} MiB, {} files, {} threads", one.memory / 1_024, one.files, one.threads));
        held.collect::<Vec<_>>().join("; ")
    };
    println!("held at first    {}", held(first));
    println!("held at last     {}", held(last));
    println!("the server       {holds}");
    println!("no violation in {} s of faults, seed {}", micros(plan.lasting) / 1_000_000, plan.seed);
}

/// A file that is gone when this is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("larder-soak-{}-{}", std::process::id(), now())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

const PROLOGUE: Duration = Duration::from_secs(6);

/// What could not be sent is sent, messages arrive again, and connections that nobody needs are closed.
const EPILOGUE: Duration = Duration::from_secs(11);

/// Until each process has a hit again.
const RECOVERY: Duration = Duration::from_secs(10);
