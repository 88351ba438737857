//! `single_flight`: one execution per key at a time, unless it is switched off.

use std::sync::Barrier;
use std::thread;

use larder::testing::isolate;
use larder::{Source, cached};

#[cached(ignore = [both])]
fn together(n: u32, both: &Barrier) -> u32 {
    both.wait();
    n
}

#[cached(single_flight = false, ignore = [both])]
fn apart(n: u32, both: &Barrier) -> u32 {
    both.wait();
    n
}

#[test]
fn callers_of_one_key_share_an_execution() {
    let _time = isolate();
    let both = Barrier::new(2);
    let sources = thread::scope(|scope| {
        let call = || together::lookup(1, &both).source;
        let callers = [scope.spawn(call), scope.spawn(call)];
        // the one that runs waits for this
        both.wait();
        callers.map(|caller| caller.join().unwrap())
    });
    assert_eq!(sources.iter().filter(|source| **source == Source::Miss).count(), 1, "{sources:?}");
    assert_eq!(together(1, &both), 1);
}

#[test]
fn switched_off_they_all_run() {
    let _time = isolate();
    let both = Barrier::new(2);
    let sources = thread::scope(|scope| {
        // each execution waits for the other: this ends only when both run at once
        let call = || apart::lookup(1, &both).source;
        [scope.spawn(call), scope.spawn(call)].map(|caller| caller.join().unwrap())
    });
    assert_eq!(sources, [Source::Miss, Source::Miss]);
    assert_eq!(apart(1, &both), 1);
}
