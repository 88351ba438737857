//! The promise, cell by cell: after an invalidation returns, no call that starts later gets a value whose computation started before it.
//!
//! A cell is a way in which an old value is about to be stored, something that is invalidated meanwhile, whether all of it is sync or async, and how far the
//! function that is called stands from the one that reads the truth. In each cell the old value is held up after it was read, the truth changes, the
//! invalidation returns, and then
//!
//! - a call that starts now gets the new truth: it is not served the old value, and does not join the computation that still has it;
//! - callers from before get the old value or the new one, and none of them hangs;
//! - when the old computation has ended, the new truth is cached: the old value has not replaced it, and nothing was rejected in vain.
//!
//! Each cell runs twice: with a call that starts while the old computation still runs, and with one that starts only when it has ended.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};

use larder::testing::isolate;
use larder::{Computation, FunctionStats, cached};

use crate::support::{Gate, eventually};

/// How the old value is about to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// A call found nothing.
    Miss,
    /// `f::refresh`, over a value that is stored.
    Refresh,
    /// `f::insert`, held up in a predicate of the function.
    Insert,
    /// A call on a worker thread, for a cached function that was cancelled meanwhile.
    Outlived,
}

/// What is invalidated: always of the innermost function, also where another one is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Key,
    StaticTag,
    /// A tag that the function adds after it has read the truth, so that it is invalidated before anybody refers to it.
    DynamicTag,
    User,
    /// `f::clear()`.
    Function,
    /// `larder::invalidate_all()`.
    Global,
    /// `invalidate_all()` of the named cache.
    Clear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sync,
    Async,
}

/// How far the function that is called is from the one that reads the truth, and whether that one runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Direct,
    NestedOnce,
    NestedTwice,
    /// The innermost value is served from the cache, and what is held up is the computation around it.
    NestedHit,
}

/// When the call from after the invalidation starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    WhileTheOldOneRuns,
    WhenTheOldOneHasEnded,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    origin: Origin,
    target: Target,
    kind: Kind,
    shape: Shape,
}

const ORIGINS: [Origin; 4] = [Origin::Miss, Origin::Refresh, Origin::Insert, Origin::Outlived];
const TARGETS: [Target; 7] = [
    Target::Key,
    Target::StaticTag,
    Target::DynamicTag,
    Target::User,
    Target::Function,
    Target::Global,
    Target::Clear,
];
const KINDS: [Kind; 2] = [Kind::Sync, Kind::Async];
const SHAPES: [Shape; 4] = [Shape::Direct, Shape::NestedOnce, Shape::NestedTwice, Shape::NestedHit];
const ORDERS: [Order; 2] = [Order::WhileTheOldOneRuns, Order::WhenTheOldOneHasEnded];

/// Tags that a function adds belong to a computation, and a value that is inserted has none: these cells do not exist.
fn exists(cell: &Cell) -> bool {
    !(cell.origin == Origin::Insert && cell.target == Target::DynamicTag)
}

/// `Insert` x `DynamicTag`, of both kinds and all shapes.
const MISSING: usize = KINDS.len() * SHAPES.len();

fn cells() -> impl Iterator<Item = Cell> {
    ORIGINS.into_iter().flat_map(|origin| {
        TARGETS.into_iter().flat_map(move |target| {
            KINDS.into_iter().flat_map(move |kind| {
                SHAPES.into_iter().map(move |shape| Cell { origin, target, kind, shape })
            })
        })
    })
}

#[test]
fn no_call_after_an_invalidation_gets_a_value_from_before() {
    let _time = isolate();
    let (mut run, mut missing) = (0, 0);
    let mut failures = Vec::new();
    for cell in cells() {
        if !exists(&cell) {
            missing += 1;
            continue;
        }
        for order in ORDERS {
            // Every run has a key of its own, so that one that fails does not disturb the next.
            if let Err(failure) = (Run { cell, order, id: run }).check() {
                failures.push(format!("{cell}, {order:?}: {failure}"));
            }
            run += 1;
        }
    }
    assert_eq!(missing, MISSING, "cells that do not exist");
    assert_eq!(run as usize, (4 * 7 * 2 * 4 - MISSING) * ORDERS.len(), "cells that were run, in both orders");
    assert!(failures.is_empty(), "{} of {run} runs failed:\n{}", failures.len(), failures.join("\n"));
}

/// One cell in one order, with a key of its own.
#[derive(Clone, Copy)]
struct Run {
    cell: Cell,
    order: Order,
    id: u32,
}

impl Run {
    fn check(self) -> Result<(), String> {
        let (id, functions) = (self.id, self.functions());
        TRUTH[id as usize].store(OLD, SeqCst);
        self.prepare();
        let held = Arc::new(Gate::default());
        let old = self.begin_old(&held);
        self.await_state("the old computation is held up", || held.has_arrived());

        let before = self.joins_from_before().then(|| {
            let enter = if self.cell.origin == Origin::Refresh { Enter::Refresh } else { Enter::Call };
            let caller = self.spawn(Plan { enter, held: None });
            self.await_state("a caller from before waits", || self.stats().waiting == 1);
            caller
        });

        TRUTH[id as usize].store(NEW, SeqCst);
        self.invalidate();

        let early = (self.order == Order::WhileTheOldOneRuns).then(|| {
            let caller = self.spawn(Plan::default());
            let from_before = usize::from(before.is_some());
            self.await_state(
                "the call from after the invalidation ends, or waits to see what comes of the old one",
                || caller.is_finished() || !self.is_known_beforehand() && self.stats().waiting > from_before,
            );
            caller
        });
        held.open();
        let old = old.join().unwrap();
        let before = before.map(|caller| caller.join().unwrap());
        let early = early.map(|caller| caller.join().unwrap());
        let loads = functions.loads();
        let after = (functions.call)(self.level(), id);
        if early.is_some() && functions.loads() != loads {
            return Err(
                "what the call after the invalidation had stored did not outlive the old computation"
                    .to_owned(),
            );
        }

        expect("the call from before", old, &[OLD, NEW])?;
        if let Some(before) = before {
            expect("the waiter from before", before, &[OLD, NEW])?;
        }
        if let Some(early) = early {
            expect("the call after the invalidation, while the old one ran", early, &[NEW])?;
        }
        expect("the call when all had ended", after, &[NEW])?;
        let loads = functions.loads();
        expect("the last call", (functions.call)(self.level(), id), &[NEW])?;
        if functions.loads() != loads {
            return Err("the new value was not cached: the last call ran a function".to_owned());
        }
        if (functions.peek)(self.level(), id) != Some(NEW) {
            return Err("the new value cannot be peeked at".to_owned());
        }
        let left: usize = [Level::Leaf, Level::Middle, Level::Top]
            .map(|level| (functions.stats)(level).running)
            .iter()
            .sum();
        if left + caller::stats().running > 0 {
            return Err("a computation is left over".to_owned());
        }
        Ok(())
    }

    /// What is cached before the old value is under way.
    fn prepare(&self) {
        let (functions, id) = (self.functions(), self.id);
        match (self.cell.origin, self.cell.shape) {
            (Origin::Insert, Shape::NestedHit) => with(Plan::default(), || (functions.insert)(id)),
            (Origin::Refresh, _) => _ = (functions.call)(self.level(), id),
            (_, Shape::NestedHit) => _ = (functions.call)(Level::Leaf, id),
            _ => {}
        }
    }

    /// Has the old value under way: it is held up after it was read.
    fn begin_old(&self, held: &Arc<Gate>) -> JoinHandle<u32> {
        let place = match (self.cell.origin, self.cell.shape) {
            (_, Shape::NestedHit) => Place::Middle,
            (Origin::Insert, _) => Place::Predicate,
            _ => Place::Leaf,
        };
        let enter = match (self.cell.origin, self.cell.shape) {
            (Origin::Refresh, Shape::NestedHit) => Enter::RefreshOutermost,
            (Origin::Refresh, _) => Enter::Refresh,
            (Origin::Insert, Shape::NestedHit) => Enter::Call,
            (Origin::Insert, _) => Enter::Insert,
            _ => Enter::Call,
        };
        let plan = Plan { enter, held: Some((place, held.clone())) };
        if self.cell.origin != Origin::Outlived {
            return self.spawn(plan);
        }
        let worker = Arc::new(Mutex::new(None));
        let mut future = Box::pin(caller(self.id, *self, plan, worker.clone()));
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let worker = worker.lock().unwrap().take().expect("the caller has a worker");
        self.await_state("the old computation is held up", || held.has_arrived());
        drop(future);
        worker
    }

    /// Calls the observed function on a thread of its own.
    fn spawn(self, plan: Plan) -> JoinHandle<u32> {
        thread::spawn(move || self.enter(plan))
    }

    fn enter(self, plan: Plan) -> u32 {
        let functions = self.functions();
        let enter = plan.enter;
        with(plan, || match enter {
            Enter::Refresh | Enter::RefreshOutermost => (functions.refresh)(self.level(), self.id),
            Enter::Insert if self.level() == Level::Leaf => {
                (functions.insert)(self.id);
                OLD
            }
            _ => (functions.call)(self.level(), self.id),
        })
    }

    fn invalidate(&self) {
        let (functions, id) = (self.functions(), self.id);
        let cache = larder::cache("matrix").unwrap();
        match (self.cell.target, self.cell.kind) {
            (Target::Key, _) => (functions.invalidate)(id),
            (Target::Function, _) => (functions.clear)(),
            (Target::StaticTag, Kind::Sync) => {
                larder::blocking::invalidate_tag(format!("static:{id}")).unwrap()
            }
            (Target::DynamicTag, Kind::Sync) => {
                larder::blocking::invalidate_tag(format!("dynamic:{id}")).unwrap()
            }
            (Target::User, Kind::Sync) => larder::blocking::invalidate_user(id).unwrap(),
            (Target::Global, Kind::Sync) => larder::blocking::invalidate_all().unwrap(),
            (Target::Clear, Kind::Sync) => cache.blocking().invalidate_all().unwrap(),
            (target, Kind::Async) => pollster::block_on(async {
                match target {
                    Target::StaticTag => larder::invalidate_tag(format!("static:{id}")).await,
                    Target::DynamicTag => larder::invalidate_tag(format!("dynamic:{id}")).await,
                    Target::User => larder::invalidate_user(id).await,
                    Target::Global => larder::invalidate_all().await,
                    _ => cache.invalidate_all().await,
                }
                .unwrap();
            }),
        }
    }

    /// Whether somebody can wait for the old computation before the invalidation: an insertion is none.
    fn joins_from_before(&self) -> bool {
        !(self.cell.origin == Origin::Insert && self.cell.shape == Shape::Direct)
    }

    /// Whether larder can know before the old computation ends that it is overtaken, so that a call from after the invalidation need not even wait to
    /// see. What a computation depends on beside its own key, function, tags and user is only complete when it has ended.
    fn is_known_beforehand(&self) -> bool {
        match self.cell.target {
            Target::Global | Target::Clear => true,
            Target::DynamicTag => false,
            Target::Key | Target::StaticTag | Target::User | Target::Function => {
                self.cell.shape == Shape::Direct
            }
        }
    }

    fn level(&self) -> Level {
        match self.cell.shape {
            Shape::Direct => Level::Leaf,
            Shape::NestedOnce | Shape::NestedHit => Level::Middle,
            Shape::NestedTwice => Level::Top,
        }
    }

    fn functions(&self) -> &'static Functions {
        match self.cell.kind {
            Kind::Sync => &sync::FUNCTIONS,
            Kind::Async => &later::FUNCTIONS,
        }
    }

    fn stats(&self) -> FunctionStats {
        (self.functions().stats)(self.level())
    }

    fn await_state(&self, what: &str, holds: impl Fn() -> bool) {
        eventually(&format!("{}, {:?}: {what}", self.cell, self.order), holds);
    }
}

fn expect(who: &str, got: u32, may: &[u32]) -> Result<(), String> {
    let name = |value| if value == OLD { "old" } else { "new" };
    if may.contains(&got) { Ok(()) } else { Err(format!("{who} got the {} value", name(got))) }
}

/// The truth before the invalidation, and after it.
const OLD: u32 = 1;
const NEW: u32 = 2;

static TRUTH: [AtomicU32; 512] = [const { AtomicU32::new(0) }; 512];

fn truth(id: u32) -> u32 {
    TRUTH[id as usize].load(SeqCst)
}

/// What a call does on its thread.
#[derive(Clone, Default)]
struct Plan {
    enter: Enter,
    /// Where it is held up.
    held: Option<(Place, Arc<Gate>)>,
}

/// How the functions are entered.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Enter {
    #[default]
    Call,
    /// By `refresh`, all of them.
    Refresh,
    /// By `refresh`, but calls inside are plain ones.
    RefreshOutermost,
    /// The innermost value is inserted before it is read.
    Insert,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Leaf,
    Predicate,
    Middle,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Leaf,
    Middle,
    Top,
}

thread_local! {
    static PLAN: RefCell<Plan> = RefCell::default();
}

/// Runs `work` with this plan for its thread.
fn with<T>(plan: Plan, work: impl FnOnce() -> T) -> T {
    PLAN.replace(plan);
    let value = work();
    PLAN.take();
    value
}

fn enter() -> Enter {
    PLAN.with_borrow(|plan| plan.enter)
}

/// The gate at which the calling thread is held up here, if it is.
fn gate(place: Place) -> Option<Arc<Gate>> {
    PLAN.with_borrow(|plan| {
        plan.held.as_ref().filter(|(held, _)| *held == place).map(|(_, gate)| gate.clone())
    })
}

fn pause(place: Place) {
    if let Some(gate) = gate(place) {
        gate.pass();
    }
}

async fn pause_async(place: Place) {
    if let Some(gate) = gate(place) {
        gate.pass_async().await;
    }
}

/// The predicate of the innermost functions: the last of the user's code on the way of a value into the store.
fn is_kept(_value: &u32) -> bool {
    pause(Place::Predicate);
    true
}

/// A chain of cached functions and what can be done to them.
struct Functions {
    call: fn(Level, u32) -> u32,
    refresh: fn(Level, u32) -> u32,
    peek: fn(Level, u32) -> Option<u32>,
    stats: fn(Level) -> FunctionStats,
    /// Inserts the old value into the innermost one.
    insert: fn(u32),
    invalidate: fn(u32),
    clear: fn(),
}

impl Functions {
    fn loads(&self) -> u64 {
        [Level::Leaf, Level::Middle, Level::Top].map(|level| (self.stats)(level).loads).iter().sum()
    }
}

/// The same chain, sync or async: `top` calls `middle`, which calls `leaf`, which reads the truth.
macro_rules! chain {
    ($module:ident, [$($asyncness:tt)?], [$($wait:tt)*], $pause:ident, $finish:path) => {
        mod $module {
            use larder::{add_tag, cached};

            use super::{Enter, Functions, Level, OLD, Place, enter, is_kept, $pause, truth};

            #[cached(cache = "matrix", tags = ["static:{id}"], user = id, cache_if = is_kept)]
            $($asyncness)? fn leaf(id: u32) -> u32 {
                let truth = truth(id);
                $pause(Place::Leaf)$($wait)*;
                assert!(add_tag(format!("dynamic:{id}")));
                truth
            }

            #[cached(cache = "matrix")]
            $($asyncness)? fn middle(id: u32) -> u32 {
                let value = match enter() {
                    Enter::Refresh => leaf::refresh(id)$($wait)*,
                    Enter::Insert => {
                        leaf::insert(id, OLD);
                        leaf(id)$($wait)*
                    }
                    Enter::Call | Enter::RefreshOutermost => leaf(id)$($wait)*,
                };
                $pause(Place::Middle)$($wait)*;
                value
            }

            #[cached(cache = "matrix")]
            $($asyncness)? fn top(id: u32) -> u32 {
                if enter() == Enter::Refresh { middle::refresh(id)$($wait)* } else { middle(id)$($wait)* }
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
                stats: |level| match level {
                    Level::Leaf => leaf::stats(),
                    Level::Middle => middle::stats(),
                    Level::Top => top::stats(),
                },
                insert: |id| leaf::insert(id, OLD),
                invalidate: |id| _ = leaf::invalidate(id),
                clear: leaf::clear,
            };
        }
    };
}

chain!(sync, [], [], pause, std::convert::identity);
chain!(later, [async], [.await], pause_async, pollster::block_on);

/// A cached function whose call is cancelled while a thread still works for it.
#[cached(cache = "matrix", ignore = [run, plan, worker])]
async fn caller(id: u32, run: Run, plan: Plan, worker: Arc<Mutex<Option<JoinHandle<u32>>>>) -> u32 {
    let _ = id;
    let computation = Computation::current();
    assert!(computation.is_inside());
    let thread = thread::spawn(move || computation.run(|| run.enter(plan)));
    *worker.lock().unwrap() = Some(thread);
    std::future::pending().await
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, target, kind, shape } = self;
        write!(out, "{origin:?} x {target:?} x {kind:?} x {shape:?}")
    }
}
