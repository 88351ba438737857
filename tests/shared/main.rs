//! The promise between processes: what `#[cached(store = ..)]` does with a store in memory, and with a real Redis and a real memcached that another process uses too.

mod backwards;
mod beginning;
#[path = "../it/support/call.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod call;
mod elsewhere;
mod entries;
#[path = "../entries/beside_a_model.rs"]
mod entries_model;
mod failover;
mod failures;
mod faults;
mod functions;
#[path = "../it/support/gate.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod gate;
mod history;
mod insertions;
mod late;
mod lock;
mod matrix;
mod memcached;
#[path = "../../crates/larder-memcached/tests/support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod memcached_server;
mod options;
#[path = "../../crates/larder-link/tests/support/proxy.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod proxy;
mod round_trips;
mod sealed;
#[path = "../../crates/larder-redis/tests/support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod server;
mod soft_timeout;
#[path = "../it/support/source.rs"]
#[allow(dead_code, reason = "this binary uses a part of it")]
mod source;
mod stampede;
mod switch;
mod twins;

use std::time::{Duration, Instant};

use gate::Gate;

/// Waits until `holds`; panics when it has not come about for a minute. The servers ask for it.
#[track_caller]
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not for a minute");
        std::thread::yield_now();
    }
}
