//! What a million entries of `u64 -> u64`, with a lifetime and a bound, keep of the heap.

use std::hint::black_box;

use larder_benches::contenders::{MANY, cached, larder, moka, quick_cache};
use larder_benches::heap;

use crate::table::{Aim, Row};

pub(crate) fn per_entry() -> Row {
    let figures = vec![
        ("larder", attribute(larder::kept, larder::dismiss)),
        ("cached", attribute(cached::kept, cached::dismiss)),
        ("quick_cache (no ttl)", by_hand(quick_cache::filled)),
        ("moka", by_hand(moka::filled)),
    ];
    Row::new("memory per entry", "bytes", figures, Aim::AtMost(67.0))
}

/// Bytes per entry of an annotated function.
fn attribute(call: fn(u64) -> u64, dismiss: fn() -> usize) -> f64 {
    let (bytes, ()) = heap::held(|| (0..MANY as u64).for_each(|key| _ = black_box(call(key))));
    share(bytes, dismiss())
}

/// Bytes per entry of a cache that lives as long as what tells its size.
fn by_hand<S: Fn() -> usize>(filled: impl FnOnce() -> S) -> f64 {
    let (bytes, size) = heap::held(filled);
    share(bytes, size())
}

fn share(bytes: i64, entries: usize) -> f64 {
    assert!(entries * 10 >= MANY * 9, "only {entries} entries are kept");
    bytes as f64 / entries as f64
}
