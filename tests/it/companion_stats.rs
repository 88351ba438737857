//! `f::stats()`: what happened so far.

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60, max_entries = 10)]
fn double(n: u32) -> u32 {
    n * 2
}

#[cached]
fn never_called(n: u32) -> u32 {
    n
}

#[test]
fn hits_and_misses_are_counted() {
    let _time = isolate();
    [1, 1, 1, 2].into_iter().for_each(|n| _ = double(n));
    let stats = double::stats();
    assert_eq!((stats.hits, stats.misses), (2, 2));
    assert!((stats.hit_rate() - 0.5).abs() < 1e-9);
}

#[test]
fn the_options_are_listed_as_written() {
    let _time = isolate();
    assert_eq!(double::stats().options, "ttl = 60, max_entries = 10");
    assert_eq!(double::stats().line, 6);
    assert!(double::stats().file.ends_with("companion_stats.rs"));
}

#[test]
fn a_function_that_was_never_called_is_listed() {
    let _time = isolate();
    assert!(larder::stats().to_string().contains("never_called"));
    assert_eq!(never_called::stats().hits, 0);
    if never_called::stats().misses > 0 {
        never_called(1);
    }
}
