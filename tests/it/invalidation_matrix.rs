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

mod behind;
mod cells;
mod functions;
mod plan;

use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::thread::{self, JoinHandle};

use larder::FunctionStats;
use larder::testing::{Isolated, isolate};

use self::cells::{
    Cell, KINDS, Kind, MISSING, ORDERS, ORIGINS, Order, Origin, SHAPES, Shape, TARGETS, Target,
};
use self::functions::{Functions, Level, NEW, OLD, caller, set_truth};
use self::plan::{Enter, Place, Plan, with};
use crate::support::{Gate, eventually};

#[test]
fn no_call_after_an_invalidation_gets_a_value_from_before() {
    let time = isolate();
    let (mut run, mut missing) = (0, 0);
    let mut failures = Vec::new();
    for cell in cells::all() {
        if !cells::exists(&cell) {
            missing += 1;
            continue;
        }
        for order in ORDERS {
            // Every run has a key of its own, so that one that fails does not disturb the next.
            if let Err(failure) = (Run { cell, order, id: run }).check(&time) {
                failures.push(format!("{cell}, {order:?}: {failure}"));
            }
            run += 1;
        }
    }
    assert_eq!(missing, MISSING, "cells that do not exist");
    assert_eq!(run, 824);
    assert_eq!(
        run as usize,
        (ORIGINS.len() * TARGETS.len() * KINDS.len() * SHAPES.len() - MISSING) * ORDERS.len(),
        "cells that were run, in both orders"
    );
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
    fn check(self, time: &Isolated) -> Result<(), String> {
        let (id, functions) = (self.id, self.functions());
        set_truth(id, OLD);
        self.prepare(time);
        let held = Arc::new(Gate::default());
        let old = self.begin_old(&held, time);
        self.await_state("the old computation is held up", || held.has_arrived());

        let before = self.joins_from_before().then(|| {
            // A plain call would be served what the background is about to replace.
            let refreshes = self.cell.origin == Origin::Refresh || self.cell.origin.is_behind();
            let enter = if refreshes { Enter::Refresh } else { Enter::Call };
            let caller = self.spawn(Plan { enter, held: None });
            self.await_state("a caller from before waits", || self.stats().waiting == 1);
            caller
        });

        set_truth(id, NEW);
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
        let old = old.map(|caller| caller.join().unwrap());
        let before = before.map(|caller| caller.join().unwrap());
        let early = early.map(|caller| caller.join().unwrap());
        time.settle();
        let loads = functions.loads();
        let after = (functions.call)(self.level(), id);
        if early.is_some() && functions.loads() != loads {
            return Err(
                "what the call after the invalidation had stored did not outlive the old computation"
                    .to_owned(),
            );
        }

        if let Some(old) = old {
            expect("the call from before", old, &[OLD, NEW])?;
        }
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
        let left: usize = Level::ALL.map(|level| (functions.stats)(level).running).iter().sum();
        if left + caller::stats().running > 0 {
            return Err("a computation is left over".to_owned());
        }
        (functions.forget)();
        Ok(())
    }

    /// What is cached before the old value is under way.
    fn prepare(&self, time: &Isolated) {
        let (functions, id) = (self.functions(), self.id);
        match (self.cell.origin, self.cell.shape) {
            (origin, _) if origin.is_behind() => self.prepare_behind(time),
            (Origin::Insert, Shape::NestedHit) => with(Plan::default(), || (functions.insert)(id)),
            (Origin::Refresh, _) => _ = (functions.call)(self.level(), id),
            (_, Shape::NestedHit) => _ = (functions.call_innermost)(id),
            _ => {}
        }
    }

    /// Has the old value under way: it is held up after it was read. The call that computes it or was served meanwhile, if any.
    fn begin_old(&self, held: &Arc<Gate>, time: &Isolated) -> Option<JoinHandle<u32>> {
        if self.cell.origin.is_behind() {
            return self.begin_behind(held, time);
        }
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
            return Some(self.spawn(plan));
        }
        let worker = Arc::new(Mutex::new(None));
        let mut future = Box::pin(caller(self.id, *self, plan, worker.clone()));
        assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        let worker = worker.lock().unwrap().take().expect("the caller has a worker");
        self.await_state("the old computation is held up", || held.has_arrived());
        drop(future);
        Some(worker)
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
        Functions::of(self.cell.origin, self.cell.kind)
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
