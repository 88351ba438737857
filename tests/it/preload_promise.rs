//! What a preload stores is stored like the value of any call: fenced, coalesced, within the bounds.
#![allow(dead_code, reason = "some functions are preloaded and never called")]

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use larder::testing::isolate;
use larder::{blocking, cached, preload_only};

use crate::support::{Door, eventually, waiting};

#[test]
fn what_is_invalidated_while_it_is_computed_is_not_stored() {
    static GATE: Door = Door::new();
    #[cached(preload = || (0..4).map(|id| (id,)), tags = ["preloaded:{id}"], user = id + 100, name = "fenced")]
    fn fenced(id: u32) -> u32 {
        GATE.pass();
        id
    }
    let time = isolate();
    let gate = GATE.close();
    let run = thread::spawn(|| blocking::preload_only(["fenced"]).unwrap());
    eventually("all are being computed", || GATE.arrived() == 4);
    fenced::invalidate(0);
    blocking::invalidate_tag("preloaded:1").unwrap();
    blocking::invalidate_user(102_u32).unwrap();
    drop(gate);
    let report = run.join().unwrap();
    assert_eq!(report.get("fenced").unwrap().loaded, 4);
    assert_eq!([0, 1, 2, 3].map(fenced::peek), [None, None, None, Some(3)]);
    time.hit(|| fenced(3));
    time.miss(|| fenced(1));
    assert_eq!(fenced::stats().rejected_writes, 3);
}

#[test]
fn clear_and_invalidate_all_reach_what_is_computed() {
    static GATE: Door = Door::new();
    #[cached(preload = || (0..2).map(|id| (id,)), name = "cleared")]
    async fn cleared(id: u32) -> u32 {
        GATE.pass();
        id
    }
    let _time = isolate();
    let clears: [fn(); 2] = [cleared::clear, || blocking::invalidate_all().unwrap()];
    for clear in clears {
        let gate = GATE.close();
        let run = thread::spawn(|| blocking::preload_only(["cleared"]).unwrap());
        eventually("both are being computed", || GATE.arrived() == 2);
        clear();
        drop(gate);
        assert!(run.join().unwrap().is_complete());
        assert_eq!([0, 1].map(cleared::peek), [None, None]);
    }
}

#[test]
fn a_valid_value_is_left_alone() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[cached(preload = || (0..10).map(|id| (id,)), ttl = 60, name = "left alone")]
    fn kept(id: u32) -> u32 {
        RUNS.fetch_add(1, SeqCst);
        id
    }
    let time = isolate();
    RUNS.store(0, SeqCst);
    kept(3);
    kept::insert(4, 44);
    let report = blocking::preload_only(["left alone"]).unwrap();
    let row = report.get("left alone").unwrap();
    assert_eq!((row.loaded, row.skipped, RUNS.load(SeqCst)), (8, 2, 9));
    assert_eq!(kept(4), 44);
    time.advance(std::time::Duration::from_secs(60));
    let report = blocking::preload_only(["left alone"]).unwrap();
    assert_eq!(report.get("left alone").unwrap().loaded, 10);
}

#[test]
fn the_bound_is_never_exceeded() {
    #[cached(preload = || (0..2_000).map(|id| (id,)), max_entries = 10, name = "bounded by ten")]
    fn bounded(id: u32) -> u32 {
        assert!(bounded::handle().len() <= 10);
        id
    }
    let _time = isolate();
    let report = preload_only(["bounded by ten"])
        .unwrap()
        .on_progress(|_| assert!(bounded::handle().len() <= 10))
        .run();
    let row = report.get("bounded by ten").unwrap();
    assert_eq!((row.loaded, row.failed_total), (2_000, 0), "{report}");
    assert_eq!(bounded::stats().entries, 10);
}

#[test]
fn what_is_not_to_be_kept_is_not() {
    #[cached(preload = || (0..4).map(|id| (id,)), cache_if = |value| *value > 1, name = "choosy")]
    fn choosy(id: u32) -> u32 {
        id
    }
    let _time = isolate();
    assert_eq!(blocking::preload_only(["choosy"]).unwrap().get("choosy").unwrap().loaded, 4);
    assert_eq!([0, 1, 2, 3].map(choosy::peek), [None, None, Some(2), Some(3)]);
}

#[test]
fn an_error_that_is_kept_is_not_computed_again() {
    #[cached(preload = || [(1,)], cache_err = _, name = "kept errors")]
    fn failing(id: u32) -> Result<u32, String> {
        Err(format!("no {id}"))
    }
    let _time = isolate();
    assert_eq!(blocking::preload_only(["kept errors"]).unwrap().get("kept errors").unwrap().failed, ["no 1"]);
    let again = blocking::preload_only(["kept errors"]).unwrap();
    let row = again.get("kept errors").unwrap();
    assert_eq!((row.skipped, row.failed_total), (1, 0));
    failing(1).unwrap_err();
}

#[test]
fn callers_and_preload_share_one_execution() {
    static GATE: Door = Door::new();
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[cached(preload = || [(7,)], name = "shared with callers")]
    fn shared(id: u32) -> u32 {
        RUNS.fetch_add(1, SeqCst);
        GATE.pass();
        id
    }
    let _time = isolate();
    RUNS.store(0, SeqCst);
    for preload_is_first in [true, false] {
        shared::clear();
        let gate = GATE.close();
        let preload = || thread::spawn(|| blocking::preload_only(["shared with callers"]).unwrap());
        let caller = || thread::spawn(|| assert_eq!(shared(7), 7));
        let (run, call) = if preload_is_first {
            let run = preload();
            eventually("it runs", || GATE.arrived() == 1);
            (run, caller())
        } else {
            let call = caller();
            eventually("it runs", || GATE.arrived() == 1);
            (preload(), call)
        };
        waiting(1, shared::stats);
        drop(gate);
        call.join().unwrap();
        let report = run.join().unwrap();
        let row = report.get("shared with callers").unwrap();
        assert_eq!((row.loaded, row.skipped), if preload_is_first { (1, 0) } else { (0, 1) });
    }
    assert_eq!(RUNS.load(SeqCst), 2);
}
