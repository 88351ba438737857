//! The paths of a miss: load, store, evict; and 64 callers at once.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use larder_benches::contenders::{Function, cached, larder, moka, quick_cache, runs};
use larder_benches::contest::{Contender, median, nanoseconds};
use larder_benches::keys;

use crate::table::{Aim, Row};

/// Different keys of the misses, a hundred times what is kept.
const KEYS: u64 = 1_000_000;

pub(crate) fn evicting() -> Row {
    let misses = |name, call: Function| {
        Contender::new(name, move |position, calls| {
            for at in position..position + calls {
                black_box(call(keys::uniform(at, KEYS)));
            }
        })
    };
    let contenders = [
        misses("larder", larder::missed),
        misses("cached", cached::missed),
        misses("quick_cache", quick_cache::missed),
        misses("moka", moka::missed),
    ];
    let times = nanoseconds(1, &contenders);
    let figures = contenders.iter().map(|contender| contender.name).zip(times).collect();
    Row::new("miss, insert, evict", "ns", figures, Aim::Beside("cached", 1.0))
}

/// Callers at once.
const CALLERS: u64 = 64;

/// Volleys of each kind per contender.
const ROUNDS: u64 = 15;

/// 64 callers of one missing key, and of 64 different ones: how many times longer the latter take.
pub(crate) fn stampede() -> Row {
    let contenders: [(&str, Function); 4] = [
        ("larder", larder::slowly),
        ("quick_cache", quick_cache::slowly),
        ("moka", moka::slowly),
        ("cached by_key", cached::slowly),
    ];
    let mut one = contenders.map(|_| Vec::new());
    let mut many = contenders.map(|_| Vec::new());
    let mut most_runs = contenders.map(|_| 0);
    for round in 0..=ROUNDS {
        for (at, (_, call)) in contenders.into_iter().enumerate() {
            let key = (round + 1) * 1_000;
            runs();
            let together = volley(call, |_| key);
            most_runs[at] = most_runs[at].max(runs());
            let apart = volley(call, |caller| key + 1 + caller);
            // the first round warms up
            if round > 0 {
                one[at].push(together.as_secs_f64());
                many[at].push(apart.as_secs_f64());
            }
        }
    }
    let times = one.into_iter().zip(many).map(|(one, many)| median(many) / median(one));
    let figures = contenders.iter().map(|(name, _)| *name).zip(times).collect();
    let path = format!("stampede, 64 keys to 1 ({} run)", most_runs[0]);
    Row::new(path, "x", figures, Aim::AtMost(1.2)).provided(most_runs[0] == 1)
}

/// From the first call to the last answer.
fn volley(call: Function, key: impl Fn(u64) -> u64 + Sync) -> Duration {
    let ready = Barrier::new(CALLERS as usize);
    let caller = |caller| {
        let key = key(caller);
        ready.wait();
        let began = Instant::now();
        black_box(call(key));
        (began, Instant::now())
    };
    let spans: Vec<(Instant, Instant)> = thread::scope(|scope| {
        let caller = &caller;
        let callers: Vec<_> = (0..CALLERS).map(|at| scope.spawn(move || caller(at))).collect();
        callers.into_iter().map(|caller| caller.join().expect("a contender does not panic")).collect()
    });
    let began = spans.iter().map(|span| span.0).min().expect("there are callers");
    let ended = spans.iter().map(|span| span.1).max().expect("there are callers");
    ended - began
}
