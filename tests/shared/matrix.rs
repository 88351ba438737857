//! The promise, cell by cell: after an invalidation returns, in this process or in another one, no call that starts later gets a value whose computation started before it.
//!
//! In each cell a function is held up after it has read the truth, by a call or by `refresh`; the truth changes, and something is invalidated; then a call starts, the old computation
//! ends, and another call starts. With memory in front, what another process invalidates takes as long as a message.

use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::{Duration, Instant};

use larder::testing::isolate;

use crate::elsewhere::Other;
use crate::functions::{GATE, RUNS, SHAPES, Shape, TARGETS, TRUTH, Target};
use crate::server::{Cluster, Server};
use crate::switch::{patient, use_memory, use_store};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Miss,
    Refresh,
}

const OLD: u32 = 1;
const NEW: u32 = 2;

/// One cell, with an id of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cell {
    pub(crate) shape: Shape,
    pub(crate) target: Target,
    origin: Origin,
    pub(crate) id: u32,
}

/// All cells, with ids from here on.
fn cells(first: u32) -> impl Iterator<Item = Cell> {
    let all = SHAPES.into_iter().flat_map(|shape| {
        TARGETS
            .into_iter()
            .flat_map(move |target| [Origin::Miss, Origin::Refresh].map(|origin| (shape, target, origin)))
    });
    all.zip(first..).map(|((shape, target, origin), id)| Cell { shape, target, origin, id })
}

impl Cell {
    /// Runs the cell; `invalidate` is done by whoever.
    fn check(self, invalidate: impl FnOnce(Self), is_elsewhere: bool) -> Result<(), String> {
        let Self { shape, origin, id, .. } = self;
        TRUTH.lock().unwrap().insert(id, OLD);
        if origin == Origin::Refresh {
            shape.call(id);
        }
        GATE.close();
        let old = thread::spawn(move || match origin {
            Origin::Miss => shape.call(id),
            Origin::Refresh => refresh(shape, id),
        });
        GATE.await_arrival();
        TRUTH.lock().unwrap().insert(id, NEW);
        invalidate(self);
        // A call of this process that starts now may have to wait to see what comes of the old one, if only the store knows of the invalidation.
        let early = thread::spawn(move || shape.call(id));
        if !is_elsewhere {
            let began = Instant::now();
            while !early.is_finished() && began.elapsed() < Duration::from_millis(20) {
                thread::yield_now();
            }
        }
        GATE.open();
        let (old, early) = (old.join().unwrap(), early.join().unwrap());
        if old != OLD && old != NEW {
            return Err(format!("the call from before got {old}"));
        }
        let may_lag = is_elsewhere;
        if early != NEW && !may_lag {
            return Err(format!("the call after the invalidation got {early}"));
        }
        let began = Instant::now();
        let mut last = shape.call(id);
        // Another process's word takes a moment to reach the memory in front; where there is none, there is nothing to wait for.
        while last != NEW && is_elsewhere && shape.has_memory() && began.elapsed() < Duration::from_secs(20) {
            thread::yield_now();
            last = shape.call(id);
        }
        if last != NEW {
            return Err(format!("the call after all had ended got {last}"));
        }
        let runs = RUNS.load(SeqCst);
        if shape.call(id) != NEW || RUNS.load(SeqCst) != runs {
            return Err("the new value was not stored".into());
        }
        Ok(())
    }
}

/// `refresh` of the function at the bottom, so that it is what runs.
fn refresh(shape: Shape, id: u32) -> u32 {
    match shape {
        Shape::Around => Shape::Plain.refresh(id),
        Shape::AroundAsync => Shape::PlainAsync.refresh(id),
        Shape::AroundNear => Shape::Near.refresh(id),
        shape => shape.refresh(id),
    }
}

fn all(first: u32, invalidate: impl Fn(Cell), is_elsewhere: bool) {
    assert_eq!(all_of(|_| true, first, invalidate, is_elsewhere), 7 * 6 * 2, "cells");
}

/// The cells of these shapes; says how many they are.
pub(crate) fn all_of(
    is_wanted: impl Fn(Shape) -> bool,
    first: u32,
    invalidate: impl Fn(Cell),
    is_elsewhere: bool,
) -> u32 {
    let mut failures = Vec::new();
    let mut run = 0;
    for cell in cells(first).filter(|cell| is_wanted(cell.shape)) {
        run += 1;
        if let Err(failure) = cell.check(&invalidate, is_elsewhere) {
            failures.push(format!("{cell:?}: {failure}"));
        }
    }
    assert!(failures.is_empty(), "{} of {run} failed:\n{}", failures.len(), failures.join("\n"));
    run
}

pub(crate) fn here(cell: Cell) {
    cell.shape.invalidate(cell.target, cell.id).expect("the store answers");
}

#[test]
fn in_one_process_over_a_store_in_memory() {
    let _alone = isolate();
    use_memory();
    all(0, here, false);
}

#[test]
fn in_one_process_over_redis() {
    let _alone = isolate();
    let server = Server::start();
    use_store(patient(&server.url()));
    all(1_000, here, false);
}

/// The old value was computed here, and the word comes from elsewhere. While the old computation runs, calls of this process may join it, since nothing tells this process; afterwards, what
/// it had stored is not valid.
#[test]
fn between_two_processes_over_redis() {
    let _alone = isolate();
    let server = Server::start();
    use_store(patient(&server.url()));
    let other = std::sync::Mutex::new(Other::start(&server.url()));
    let invalidate = |cell: Cell| {
        let answer = other.lock().unwrap().ask(&format!("{:?} {:?} {}", cell.shape, cell.target, cell.id));
        assert_eq!(answer, "done");
    };
    all(2_000, invalidate, true);
}

/// Where entry, records and sequence are on three nodes, and no two of them change together.
#[test]
fn in_one_process_over_a_cluster() {
    let _alone = isolate();
    let cluster = Cluster::start();
    use_store(patient(&cluster.url()));
    all(3_000, here, false);
}

#[test]
fn between_two_processes_over_a_cluster() {
    let _alone = isolate();
    let cluster = Cluster::start();
    use_store(patient(&cluster.url()));
    let other = std::sync::Mutex::new(Other::start(&cluster.url()));
    let invalidate = |cell: Cell| {
        let answer = other.lock().unwrap().ask(&format!("{:?} {:?} {}", cell.shape, cell.target, cell.id));
        assert_eq!(answer, "done");
    };
    all(4_000, invalidate, true);
}
