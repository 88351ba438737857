//! The paths that end in a hit: by number, by text, async; and what they allocate.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use larder_benches::contenders::{
    Function, TextFunction, bare, cached, cachelito, larder, memoize, moka, quick_cache,
};
use larder_benches::contest::{Contender, nanoseconds};
use larder_benches::{heap, keys};

use crate::table::{Aim, Row};

/// Different keys of the hits.
const KEYS: u32 = 5_000;

/// Its skew.
const EXPONENT: f64 = 0.99;

fn numbers<'a>(name: &'static str, keys: &'a [u64], call: impl Fn(u64) -> u64 + Sync + 'a) -> Contender<'a> {
    Contender::new(name, move |position, calls| {
        for at in position..position + calls {
            black_box(call(black_box(keys[keys::wrapped(at)])));
        }
    })
}

pub(crate) fn by_number(threads: usize) -> Row {
    let keys = keys::zipf(KEYS, EXPONENT);
    let contenders = [
        numbers("larder", &keys, larder::number),
        numbers("quick_cache+ttl", &keys, quick_cache::number),
        numbers("cached", &keys, cached::number),
        numbers("moka", &keys, moka::number),
        numbers("memoize (per thread)", &keys, memoize::number),
        numbers("cachelito", &keys, cachelito::number),
        numbers("a map per thread", &keys, bare::number),
    ];
    let (path, most) = if threads == 1 { ("hit, u64, 1 thread", 0.45) } else { ("hit, u64, 2 threads", 0.5) };
    Row::new(path, "ns", race(threads, &contenders), Aim::Beside("quick_cache+ttl", most))
}

pub(crate) fn by_text() -> Row {
    let keys = keys::zipf(KEYS, EXPONENT);
    let names: Vec<String> = (0..u64::from(KEYS)).map(keys::text).collect();
    let texts = |name, call: TextFunction| {
        let (keys, names) = (&keys, &names);
        Contender::new(name, move |position, calls| {
            for at in position..position + calls {
                let key = keys[keys::wrapped(at)];
                black_box(call(black_box(&names[key as usize]), (key % 7) as u32));
            }
        })
    };
    let contenders = [
        texts("larder", larder::text),
        texts("quick_cache", quick_cache::text),
        texts("cached", cached::text),
        texts("moka", moka::text),
        texts("cachelito", cachelito::text),
    ];
    Row::new("hit, (&str, u32) -> String", "ns", race(1, &contenders), Aim::Beside("quick_cache", 1.0))
}

pub(crate) fn later() -> Row {
    let keys = keys::zipf(KEYS, EXPONENT);
    let contenders = [
        futures("larder", &keys, larder::later),
        numbers("larder, sync", &keys, larder::number),
        futures("cached", &keys, cached::later),
        futures("quick_cache", &keys, quick_cache::later),
        futures("moka", &keys, moka::later),
    ];
    Row::new("hit, u64, async", "ns", race(1, &contenders), Aim::Beside("larder, sync", 1.3))
}

fn futures<'a, F>(name: &'static str, keys: &'a [u64], call: impl Fn(u64) -> F + Sync + 'a) -> Contender<'a>
where
    F: Future<Output = u64>,
{
    Contender::new(name, move |position, calls| {
        pollster::block_on(async {
            for at in position..position + calls {
                black_box(call(black_box(keys[keys::wrapped(at)])).await);
            }
        });
    })
}

fn race(threads: usize, contenders: &[Contender<'_>]) -> Vec<(&'static str, f64)> {
    let times = nanoseconds(threads, contenders);
    contenders.iter().map(|contender| contender.name).zip(times).collect()
}

/// Hits whose allocations are counted.
const COUNTED: u32 = 1_000;

/// Allocations per hit that are not the clone of the value; larder's is the worst of its three paths.
pub(crate) fn allocations() -> Row {
    let number = |call: Function| per_hit(|key| _ = black_box(call(key.into())), 0.0);
    let name = keys::text(7);
    let text = |call: TextFunction| per_hit(|key| _ = black_box(call(&name, key)), 1.0);
    let later = per_hit(|key| _ = black_box(ready(larder::later(key.into()))), 0.0);
    let ours = number(larder::number).max(text(larder::text)).max(later);
    let figures = vec![
        ("larder", ours),
        ("quick_cache", text(quick_cache::text)),
        ("cached", text(cached::text)),
        ("moka", text(moka::text)),
        ("cachelito", text(cachelito::text)),
    ];
    Row::new("allocations per hit", "", figures, Aim::AtMost(0.0))
}

/// What a future gives at its first poll: a hit waits for nothing, and no executor allocates for it here.
fn ready(future: impl Future<Output = u64>) -> Option<u64> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn per_hit(call: impl Fn(u32), of_the_value: f64) -> f64 {
    (0..COUNTED).chain(0..COUNTED).for_each(&call);
    let (count, ()) = heap::allocations(|| (0..COUNTED).for_each(&call));
    count as f64 / f64::from(COUNTED) - of_the_value
}
