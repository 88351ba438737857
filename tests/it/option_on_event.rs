//! `on_event`: who is told what happens.

use std::sync::Mutex;

use larder::testing::isolate;
use larder::{Event, EventKind, cached};

static SEEN: Mutex<Vec<EventKind>> = Mutex::new(Vec::new());

fn see(event: &Event) {
    assert_eq!(event.function, "observed");
    SEEN.lock().unwrap().push(event.kind);
}

#[cached(on_event = see, name = "observed")]
fn observed(n: u32) -> u32 {
    n
}

#[cached(on_event = |_| panic!("not the caller's business"))]
fn rude(n: u32) -> u32 {
    n
}

#[test]
fn every_step_is_told() {
    let _time = isolate();
    SEEN.lock().unwrap().clear();
    observed(1);
    observed(1);
    observed::invalidate(1);
    let seen = SEEN.lock().unwrap().clone();
    for kind in [EventKind::Miss, EventKind::Load, EventKind::Insert, EventKind::Hit, EventKind::Invalidate] {
        assert_eq!(seen.iter().filter(|seen| **seen == kind).count(), 1, "{kind:?} in {seen:?}");
    }
}

#[test]
fn a_panic_in_it_does_not_reach_the_caller() {
    let time = isolate();
    assert_eq!(time.miss(|| rude(1)), 1);
    assert_eq!(time.hit(|| rude(1)), 1);
}
