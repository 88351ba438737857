//! `larder::set_enabled`: all caching off and on again. (`LARDER_ENABLED` is tested in a process of its own.)

use larder::testing::isolate;
use larder::{Source, cached};

#[cached]
fn id(n: u32) -> u32 {
    n
}

#[test]
fn switched_off_every_call_runs_and_nothing_is_stored() {
    let time = isolate();
    id(1);
    larder::set_enabled(false);
    assert!(!larder::is_enabled());
    assert_eq!(id::lookup(1).source, Source::Disabled);
    id(2);
    id::insert(3, 3);
    assert_eq!((id::peek(1), id::stats().entries), (None, 1));
    larder::set_enabled(true);
    time.hit(|| id(1));
    time.miss(|| id(2));
}

#[test]
fn an_invalidation_takes_effect_while_caching_is_off() {
    let time = isolate();
    id(1);
    larder::set_enabled(false);
    assert!(id::invalidate(1));
    larder::set_enabled(true);
    time.miss(|| id(1));
}

#[test]
fn isolation_switches_caching_on_and_back() {
    let time = isolate();
    larder::set_enabled(false);
    drop(time);
    assert!(larder::is_enabled());
}
