//! The life of one entry under every combination of options: random steps, and after each the same value from the same place after the same number of runs as a
//! naive model says, under the hand-moved clock.

mod functions;
mod model;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use larder::testing::{Isolated, isolate};
use larder::{CallOptions, Lookup, Source as Where};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

use self::functions::{Answer, Mode, SUBJECTS, Source, Subject};
use self::model::{Asks, Counts, From, Got, Model, TICK, ticks};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A plain call.
    Call(Asks),
    /// The same by `f::lookup`, which says more.
    Lookup(Asks),
    Refresh,
    Insert(Mode),
    Peek,
    Invalidate,
    Clear,
    InvalidateTag,
    InvalidateAll,
    ExpireTag,
    ExpireAll,
    /// So many ticks pass.
    Pass(u32),
    /// The source answers in another way.
    Answer(Mode),
    /// There is a new truth.
    Truth,
}

fn steps() -> impl Strategy<Value = Step> {
    let asks = prop_oneof![
        4 => Just(Asks::default()),
        3 => (weighted(0.3), weighted(0.4), any::<bool>(), max_stale()).prop_map(
            |(skip_read, skip_write, no_wait, max_stale)| Asks { skip_read, skip_write, no_wait, max_stale }
        ),
    ];
    let modes = prop_oneof![
        4 => Just(Mode::Value),
        3 => Just(Mode::Down),
        2 => Just(Mode::Panic),
        2 => Just(Mode::Kept),
        5 => select(vec![Mode::Nothing, Mode::Brief, Mode::Lasting, Mode::Unkept, Mode::Lifeless]),
    ];
    prop_oneof![
        6 => asks.clone().prop_map(Step::Call),
        12 => asks.prop_map(Step::Lookup),
        2 => Just(Step::Refresh),
        1 => select(vec![Mode::Value, Mode::Nothing]).prop_map(Step::Insert),
        2 => Just(Step::Peek),
        1 => select(vec![Step::Invalidate, Step::Clear, Step::InvalidateTag, Step::InvalidateAll]),
        2 => select(vec![Step::ExpireTag, Step::ExpireAll]),
        14 => (1..4_u32).prop_map(Step::Pass),
        3 => (4..13_u32).prop_map(Step::Pass),
        1 => (13..60_u32).prop_map(Step::Pass),
        5 => modes.prop_map(Step::Answer),
        3 => Just(Step::Truth),
    ]
}

fn max_stale() -> impl Strategy<Value = Option<Duration>> {
    prop_oneof![
        2 => Just(None),
        1 => Just(Some(Duration::ZERO)),
        2 => (0..12_u64).prop_map(|most| Some(ticks(most, 1))),
        1 => Just(Some(Duration::MAX)),
    ]
}

#[test]
fn an_entry_lives_as_the_documentation_says() {
    // The same cases each time: what fails once fails always.
    let config = Config {
        cases: CASES,
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let lives = (0..SUBJECTS.len(), vec(steps(), 1..120));
    let seen = Cell::new(Counts::default());
    let outcome = TestRunner::new(config).run(&lives, |(subject, steps)| {
        seen.set(seen.get() + Life::new(SUBJECTS[subject]).live(&steps)?);
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, (_, steps))) => panic!("{why}\nof {}", list(&steps)),
        Err(aborted) => panic!("{aborted}"),
    }
    // Nothing of what is compared was compared in vain.
    let Counts { hits, stale, misses, loads, refreshes, load_errors, panics } = seen.get();
    let seen = [hits, stale, misses, loads, refreshes, load_errors, panics];
    assert!(seen.iter().all(|count| *count > 500), "{seen:?}");
}

const CASES: u32 = 512;

struct Life {
    subject: &'static Subject,
    time: Isolated,
    model: Model,
}

impl Life {
    fn new(subject: &'static Subject) -> Self {
        let time = isolate();
        *subject.source.lock().unwrap() = Source::NEW;
        Self { subject, time, model: Model::new(subject.rules) }
    }

    fn live(mut self, steps: &[Step]) -> Result<Counts, TestCaseError> {
        for (number, step) in steps.iter().enumerate() {
            let (real, expected) = self.step(*step);
            let at = format!("{}: step {number}, {step:?}", self.subject.name);
            prop_assert_eq!(real, expected, "{}", at);
            let asked = self.subject.source.lock().unwrap().asked;
            prop_assert_eq!(asked, self.model.source.asked, "{}: runs", at);
            prop_assert_eq!(self.counts(), self.model.counts, "{}", at);
        }
        Ok(self.model.counts)
    }

    /// One step, and what the model says to it, as text.
    fn step(&mut self, step: Step) -> (String, String) {
        let (subject, model) = (self.subject, &mut self.model);
        let cache = larder::cache("state machine").unwrap();
        let compared = match step {
            Step::Call(asks) => {
                let value = |got: Got| got.map(|(answer, _)| answer);
                (said(&caught(|| (subject.call)(options(asks)))), said(&value(model.call(asks))))
            }
            Step::Lookup(asks) => {
                let real = caught(|| (subject.lookup)(options(asks))).map(from_where);
                (said(&real), said(&model.call(asks)))
            }
            Step::Refresh => (said(&caught(subject.refresh)), said(&model.refresh())),
            Step::Insert(mode) => {
                let answer =
                    if mode == Mode::Nothing { Ok(None) } else { Ok(Some(1000 + model.source.truth)) };
                ((said(&(subject.insert)(answer))), said(&model.insert(answer)))
            }
            Step::Peek => (said(&(subject.peek)()), said(&model.peek())),
            Step::Invalidate => (said(&(subject.invalidate)()), said(&model.remove())),
            Step::Clear => {
                model.remove();
                (said(&(subject.clear)()), said(&()))
            }
            Step::InvalidateTag => {
                (said(&larder::blocking::invalidate_tag("state:1").unwrap()), said(&model.invalidate()))
            }
            Step::InvalidateAll => {
                (said(&cache.blocking().invalidate_all().unwrap()), said(&model.invalidate()))
            }
            Step::ExpireTag => {
                (said(&larder::blocking::expire_tag("state:1").unwrap()), said(&model.expire_by_tag()))
            }
            Step::ExpireAll => {
                (said(&cache.blocking().expire_all().unwrap()), said(&model.expire_with_all()))
            }
            Step::Pass(ticks) => {
                for _ in 0..ticks {
                    model.tick();
                    pass(&self.time, TICK - Duration::from_secs(1));
                    pass(&self.time, Duration::from_secs(1));
                }
                return Default::default();
            }
            Step::Answer(mode) => {
                model.source.mode = mode;
                subject.source.lock().unwrap().mode = mode;
                return Default::default();
            }
            Step::Truth => {
                model.source.truth += 1;
                subject.source.lock().unwrap().truth += 1;
                return Default::default();
            }
        };
        // What the step has set off runs now.
        self.time.settle();
        pass(&self.time, Duration::ZERO);
        compared
    }

    fn counts(&self) -> Counts {
        let stats = (self.subject.stats)();
        Counts {
            hits: stats.hits,
            stale: stats.stale,
            misses: stats.misses,
            loads: stats.loads,
            refreshes: stats.refreshes,
            load_errors: stats.load_errors,
            panics: stats.loads_lost,
        }
    }
}

fn pass(time: &Isolated, by: Duration) {
    time.advance(by);
    time.settle();
}

fn options(asks: Asks) -> CallOptions {
    let mut options = CallOptions::new();
    if asks.skip_read {
        options = options.skip_read();
    }
    if asks.skip_write {
        options = options.skip_write();
    }
    if asks.no_wait {
        options = options.no_wait();
    }
    asks.max_stale.map_or(options, |most| options.max_stale(most))
}

/// `None` if the call panics.
fn caught<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

fn from_where(found: Lookup<Answer>) -> (Answer, From) {
    let from = match found.source {
        Where::Hit => From::Hit(found.age),
        Where::Stale => From::Stale(found.age),
        Where::Miss => From::Miss,
        other => panic!("nobody else calls: {other:?}"),
    };
    (found.value, from)
}

fn list(steps: &[Step]) -> String {
    steps.iter().enumerate().map(|(number, step)| format!("\n{number}: {step:?}")).collect()
}

fn said(what: &impl std::fmt::Debug) -> String {
    format!("{what:?}")
}
