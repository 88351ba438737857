//! The functions whose entries live under test: every option set once sync and once async, over a source that answers as it is told.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::time::Duration;

use larder::{CallOptions, FunctionStats, Lookup, no_store, set_ttl};

use super::model::{Rules, ticks};

/// What the functions return.
pub(super) type Answer = Result<Option<u32>, Failure>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Never kept.
    Down,
    /// Kept where `cache_err` says so; knows the truth of its time.
    Kept(u32),
}

/// How the source answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Value,
    /// A value that the function gives a short life itself.
    Brief,
    /// A value that it gives a long one.
    Lasting,
    /// A value that it asks not to keep.
    Unkept,
    /// The same by a lifetime of zero.
    Lifeless,
    Nothing,
    Down,
    Kept,
    Panic,
}

/// Where the truth is read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub(super) mode: Mode,
    pub(super) truth: u32,
    /// How often it was asked.
    pub(super) asked: u32,
}

impl Source {
    pub(super) const NEW: Self = Self { mode: Mode::Value, truth: 0, asked: 0 };

    /// What it says now; `None`: it panics.
    pub(super) fn answer(&self) -> Option<Answer> {
        match self.mode {
            Mode::Value | Mode::Brief | Mode::Lasting | Mode::Unkept | Mode::Lifeless => {
                Some(Ok(Some(self.truth)))
            }
            Mode::Nothing => Some(Ok(None)),
            Mode::Down => Some(Err(Failure::Down)),
            Mode::Kept => Some(Err(Failure::Kept(self.truth))),
            Mode::Panic => None,
        }
    }
}

pub(super) const BRIEF: Duration = ticks(1, 3);
pub(super) const LASTING: Duration = ticks(30, 3);

/// Asks a source, inside of a cached function.
fn ask(source: &Mutex<Source>) -> Answer {
    let now = {
        let mut source = source.lock().unwrap();
        source.asked += 1;
        *source
    };
    match now.mode {
        Mode::Brief => assert!(set_ttl(BRIEF)),
        Mode::Lasting => assert!(set_ttl(LASTING)),
        Mode::Lifeless => assert!(set_ttl(Duration::ZERO)),
        Mode::Unkept => assert!(no_store()),
        _ => {}
    }
    // Without a word on standard error.
    now.answer().unwrap_or_else(|| resume_unwind(Box::new("the source panics")))
}

/// For `ttl_with`: what the truth is decides how long the answer lives.
pub(super) fn by_truth(answer: &Answer) -> Duration {
    match answer {
        Ok(Some(truth)) if truth % 2 == 0 => ticks(2, 3),
        _ => ticks(6, 3),
    }
}

/// A function, and what can be done to it.
pub(super) struct Subject {
    pub(super) name: &'static str,
    pub(super) rules: Rules,
    pub(super) source: &'static Mutex<Source>,
    pub(super) call: fn(CallOptions) -> Answer,
    pub(super) lookup: fn(CallOptions) -> Lookup<Answer>,
    pub(super) refresh: fn() -> Answer,
    pub(super) peek: fn() -> Option<Answer>,
    pub(super) insert: fn(Answer),
    pub(super) invalidate: fn() -> bool,
    pub(super) clear: fn(),
    pub(super) stats: fn() -> FunctionStats,
}

macro_rules! subject {
    ($module:ident, $name:expr, [$($asyncness:ident)?], [$($wait:tt)*], $finish:path, $with:path, $rules:expr, [$($options:tt)*]) => {
        mod $module {
            use std::sync::Mutex;

            use larder::cached;

            use super::super::model::{Rules, ticks};
            #[allow(unused_imports, reason = "not every set of options needs all of them")]
            use super::{Answer, Failure, Source, Subject, ask, by_truth};

            static SOURCE: Mutex<Source> = Mutex::new(Source::NEW);

            #[cached($($options)*, cache = "state machine", tags = ["state:{id}"])]
            $($asyncness)? fn answer(id: u32) -> Answer {
                let _ = id;
                ask(&SOURCE)
            }

            const RULES: Rules = $rules;

            pub(in super::super) static SUBJECT: Subject = Subject {
                name: $name,
                rules: RULES,
                source: &SOURCE,
                call: |options| $with(options, || answer(1)),
                lookup: |options| $with(options, || answer::lookup(1)),
                refresh: || $finish(answer::refresh(1)),
                peek: || answer::peek(1),
                insert: |value| answer::insert(1, value),
                invalidate: || answer::invalidate(1),
                clear: answer::clear,
                stats: answer::stats,
            };
        }
    };
}

/// `with_options` for an async function.
fn with_options_async<F: Future>(options: CallOptions, call: impl FnOnce() -> F) -> F::Output {
    pollster::block_on(larder::with_options_async(options, async { call().await }))
}

macro_rules! subjects {
    ($($sync:ident and $later:ident: $rules:expr, $options:tt;)*) => {
        $(
            subject!($sync, stringify!($sync), [], [], std::convert::identity, larder::with_options, $rules, $options);
            subject!($later, stringify!($later), [async], [.await], pollster::block_on, super::with_options_async, $rules, $options);
        )*

        pub(super) static SUBJECTS: &[&Subject] = &[$(&$sync::SUBJECT, &$later::SUBJECT,)*];
    };
}

subjects! {
    plain and plain_async: Rules { ttl: ticks(4, 3), ..Rules::NONE }, [ttl = ticks(4, 3)];

    revalidating and revalidating_async:
        Rules { ttl: ticks(5, 3), while_revalidate: ticks(6, 1), ..Rules::NONE },
        [ttl = ticks(5, 3), stale_while_revalidate = ticks(6, 1)];

    outlasting and outlasting_async:
        Rules { ttl: ticks(3, 3), if_error: ticks(8, 1), retry_after: ticks(2, 0), ..Rules::NONE },
        [ttl = ticks(3, 3), stale_if_error = ticks(8, 1), retry_after = ticks(2, 0)];

    longer_on_error and longer_on_error_async:
        Rules {
            ttl: ticks(3, 3),
            while_revalidate: ticks(3, 1),
            if_error: ticks(9, 1),
            retry_after: ticks(2, 0),
            ..Rules::NONE
        },
        [ttl = ticks(3, 3), stale_while_revalidate = ticks(3, 1), stale_if_error = ticks(9, 1), retry_after = ticks(2, 0)];

    longer_anyway and longer_anyway_async:
        Rules {
            ttl: ticks(3, 3),
            while_revalidate: ticks(40, 1),
            if_error: ticks(4, 1),
            retry_after: ticks(1, 0),
            ..Rules::NONE
        },
        [ttl = ticks(3, 3), stale_while_revalidate = ticks(40, 1), stale_if_error = ticks(4, 1), retry_after = ticks(1, 0)];

    refreshed and refreshed_async:
        Rules {
            ttl: ticks(12, 3),
            refresh: Some(ticks(5, 0)),
            refresh_idle: ticks(20, 0),
            retry_after: ticks(1, 0),
            ..Rules::NONE
        },
        [ttl = ticks(12, 3), refresh = ticks(5, 0), refresh_idle = ticks(20, 0), retry_after = ticks(1, 0), jitter = 0.01];

    everything and everything_async:
        Rules {
            ttl: ticks(10, 3),
            while_revalidate: ticks(5, 1),
            if_error: ticks(12, 1),
            refresh: Some(ticks(4, 0)),
            refresh_idle: ticks(15, 0),
            retry_after: ticks(1, 0),
            keeps_errors: true,
            err_ttl: Some(ticks(6, 3)),
            none_ttl: Some(ticks(2, 3)),
            idle: Some(ticks(30, 3)),
            ..Rules::NONE
        },
        [ttl = ticks(10, 3), stale_while_revalidate = ticks(5, 1), stale_if_error = ticks(12, 1), refresh = ticks(4, 0),
         refresh_idle = ticks(15, 0), retry_after = ticks(1, 0), jitter = 0.01, early = true,
         cache_err = Failure::Kept(_), err_ttl = ticks(6, 3), none_ttl = ticks(2, 3), idle = ticks(30, 3)];

    by_value and by_value_async:
        Rules {
            by_value: true,
            while_revalidate: ticks(2, 1),
            if_error: ticks(7, 1),
            retry_after: ticks(3, 0),
            keeps_errors: true,
            err_ttl: Some(ticks(1, 3)),
            none_ttl: Some(ticks(1, 3)),
            ..Rules::NONE
        },
        [ttl_with = by_truth, stale_while_revalidate = ticks(2, 1), stale_if_error = ticks(7, 1), retry_after = ticks(3, 0),
         cache_err = Failure::Kept(_), err_ttl = ticks(1, 3), none_ttl = ticks(1, 3)];

    idle and idle_async:
        Rules {
            ttl: ticks(8, 3),
            while_revalidate: ticks(4, 1),
            if_error: ticks(6, 1),
            retry_after: ticks(1, 0),
            idle: Some(ticks(3, 3)),
            keeps_none: false,
            ..Rules::NONE
        },
        [ttl = ticks(8, 3), stale_while_revalidate = ticks(4, 1), stale_if_error = ticks(6, 1), retry_after = ticks(1, 0),
         idle = ticks(3, 3), cache_none = false];

    crowd and crowd_async:
        Rules {
            ttl: ticks(6, 3),
            while_revalidate: ticks(4, 1),
            if_error: ticks(6, 1),
            refresh: Some(ticks(5, 0)),
            refresh_idle: ticks(10, 0),
            retry_after: ticks(2, 0),
            keeps_errors: true,
            ..Rules::NONE
        },
        [ttl = ticks(6, 3), stale_while_revalidate = ticks(4, 1), stale_if_error = ticks(6, 1), refresh = ticks(5, 0),
         refresh_idle = ticks(10, 0), retry_after = ticks(2, 0), jitter = 0.01, cache_err = Failure::Kept(_), single_flight = false];
}
