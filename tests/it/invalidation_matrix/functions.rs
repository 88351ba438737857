//! The functions: chains whose innermost one reads the truth, sync and async, plain and with something that the background does.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use larder::{Computation, FunctionStats, cached};

use super::Run;
use super::cells::{Kind, Origin};
use super::plan::{Place, Plan, pause};

/// The truth before the invalidation, and after it.
pub(super) const OLD: u32 = 1;
pub(super) const NEW: u32 = 2;

static TRUTH: [AtomicU32; 1024] = [const { AtomicU32::new(0) }; 1024];

pub(super) fn set_truth(id: u32, truth: u32) {
    TRUTH[id as usize].store(truth, SeqCst);
}

fn truth(id: u32) -> u32 {
    TRUTH[id as usize].load(SeqCst)
}

/// The predicate of the innermost functions: the last of the user's code on the way of a value into the store.
fn is_kept(_value: &u32) -> bool {
    pause(Place::Predicate);
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Leaf,
    Middle,
    Top,
}

impl Level {
    pub(super) const ALL: [Self; 3] = [Self::Leaf, Self::Middle, Self::Top];
}

/// A chain of cached functions and what can be done to them.
pub(super) struct Functions {
    pub(super) call: fn(Level, u32) -> u32,
    pub(super) refresh: fn(Level, u32) -> u32,
    pub(super) peek: fn(Level, u32) -> Option<u32>,
    pub(super) stats: fn(Level) -> FunctionStats,
    /// Calls the innermost function of those that are called by others.
    pub(super) call_innermost: fn(u32) -> u32,
    /// Inserts the old value into the innermost one.
    pub(super) insert: fn(u32),
    pub(super) invalidate: fn(u32),
    pub(super) clear: fn(),
    /// Clears all of the chain, so that no timer of a key runs on.
    pub(super) forget: fn(),
}

impl Functions {
    pub(super) fn of(origin: Origin, kind: Kind) -> &'static Self {
        match (origin, kind) {
            (Origin::Miss | Origin::Refresh | Origin::Insert | Origin::Outlived, Kind::Sync) => {
                &sync::FUNCTIONS
            }
            (Origin::Miss | Origin::Refresh | Origin::Insert | Origin::Outlived, Kind::Async) => {
                &later::FUNCTIONS
            }
            (Origin::StaleRefresh, Kind::Sync) => &stale::FUNCTIONS,
            (Origin::StaleRefresh, Kind::Async) => &stale_later::FUNCTIONS,
            (Origin::IntervalRefresh, Kind::Sync) => &interval::FUNCTIONS,
            (Origin::IntervalRefresh, Kind::Async) => &interval_later::FUNCTIONS,
            (Origin::EarlyRefresh, Kind::Sync) => &early::FUNCTIONS,
            (Origin::EarlyRefresh, Kind::Async) => &early_later::FUNCTIONS,
            (Origin::Late, _) => &late::FUNCTIONS,
        }
    }

    pub(super) fn loads(&self) -> u64 {
        Level::ALL.map(|level| (self.stats)(level).loads).iter().sum()
    }
}

/// `top` calls `between`, which calls `inner`, which reads the truth; `middle` calls `inner`; `leaf` is `inner` by itself. Those that are called from outside have the
/// options, and those that only others call have none.
macro_rules! chain {
    ($module:ident, [$($asyncness:tt)?], [$($wait:tt)*], $pause:ident, $finish:path, [$($options:tt)*]) => {
        mod $module {
            use larder::{FunctionStats, add_tag, cached};

            use super::super::plan::{$pause, Enter, Place, enter};
            use super::{Functions, Level, OLD, is_kept, truth};

            $($asyncness)? fn read(id: u32) -> u32 {
                let truth = truth(id);
                $pause(Place::Leaf)$($wait)*;
                assert!(add_tag(format!("dynamic:{id}")));
                truth
            }

            #[cached(cache = "matrix", tags = ["static:{id}"], user = id, cache_if = is_kept, $($options)*)]
            $($asyncness)? fn leaf(id: u32) -> u32 {
                read(id)$($wait)*
            }

            #[cached(cache = "matrix", tags = ["static:{id}"], user = id, cache_if = is_kept)]
            $($asyncness)? fn inner(id: u32) -> u32 {
                read(id)$($wait)*
            }

            /// How the functions above call the innermost one.
            $($asyncness)? fn innermost(id: u32) -> u32 {
                match enter() {
                    Enter::Refresh | Enter::RefreshInside => inner::refresh(id)$($wait)*,
                    Enter::Insert => {
                        inner::insert(id, OLD);
                        inner(id)$($wait)*
                    }
                    Enter::Call | Enter::RefreshOutermost => inner(id)$($wait)*,
                }
            }

            #[cached(cache = "matrix", $($options)*)]
            $($asyncness)? fn middle(id: u32) -> u32 {
                let value = innermost(id)$($wait)*;
                $pause(Place::Middle)$($wait)*;
                value
            }

            #[cached(cache = "matrix")]
            $($asyncness)? fn between(id: u32) -> u32 {
                innermost(id)$($wait)*
            }

            #[cached(cache = "matrix", $($options)*)]
            $($asyncness)? fn top(id: u32) -> u32 {
                match enter() {
                    Enter::Refresh | Enter::RefreshInside => between::refresh(id)$($wait)*,
                    Enter::Call | Enter::RefreshOutermost | Enter::Insert => between(id)$($wait)*,
                }
            }

            fn stats(level: Level) -> FunctionStats {
                match level {
                    Level::Leaf => leaf::stats(),
                    Level::Middle => middle::stats(),
                    Level::Top => top::stats(),
                }
            }

            pub(super) static FUNCTIONS: Functions = Functions {
                call: |level, id| match level {
                    Level::Leaf => $finish(leaf(id)),
                    Level::Middle => $finish(middle(id)),
                    Level::Top => $finish(top(id)),
                },
                refresh: |level, id| match level {
                    Level::Leaf => $finish(leaf::refresh(id)),
                    Level::Middle => $finish(middle::refresh(id)),
                    Level::Top => $finish(top::refresh(id)),
                },
                peek: |level, id| match level {
                    Level::Leaf => leaf::peek(id),
                    Level::Middle => middle::peek(id),
                    Level::Top => top::peek(id),
                },
                stats,
                call_innermost: |id| $finish(inner(id)),
                insert: |id| {
                    leaf::insert(id, OLD);
                    inner::insert(id, OLD);
                },
                invalidate: |id| {
                    leaf::invalidate(id);
                    inner::invalidate(id);
                },
                clear: || {
                    leaf::clear();
                    inner::clear();
                },
                forget: || {
                    leaf::clear();
                    inner::clear();
                    middle::clear();
                    between::clear();
                    top::clear();
                },
            };
        }
    };
}

macro_rules! chains {
    ($($sync:ident and $later:ident: $options:tt;)*) => {
        $(
            chain!($sync, [], [], pause, std::convert::identity, $options);
            chain!($later, [async], [.await], pause_async, pollster::block_on, $options);
        )*
    };
}

chains! {
    sync and later: [];
    stale and stale_later: [ttl = 10, stale_while_revalidate = 1000];
    interval and interval_later: [refresh = 10];
    early and early_later: [ttl = 100, early = true];
}
chain!(late, [async], [.await], pause_async, pollster::block_on, [ttl = 10, stale_if_error = 1000, soft_timeout = 1]);

/// A cached function whose call is cancelled while a thread still works for it.
#[cached(cache = "matrix", ignore = [run, plan, worker])]
pub(super) async fn caller(
    id: u32,
    run: Run,
    plan: Plan,
    worker: Arc<Mutex<Option<JoinHandle<u32>>>>,
) -> u32 {
    let _ = id;
    let computation = Computation::current();
    assert!(computation.is_inside());
    let thread = thread::spawn(move || computation.run(|| run.enter(plan)));
    *worker.lock().unwrap() = Some(thread);
    std::future::pending().await
}
