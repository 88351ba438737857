//! The promise between processes: what `#[cached(store = ..)]` does with a store in memory, and with a real Redis that another process uses too.

mod failures;
mod functions;
mod history;
mod matrix;
mod options;
#[path = "../../crates/larder-redis/tests/support/proxy.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod proxy;
mod round_trips;
#[path = "../../crates/larder-redis/tests/support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod server;
mod switch;

use std::time::{Duration, Instant};

/// Waits until `holds`; panics when it has not come about for a minute. The servers ask for it.
#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not for a minute");
        std::thread::yield_now();
    }
}
