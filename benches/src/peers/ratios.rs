//! How much of the best possible hit rate the default policy reaches, on real traces.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use ::cached::Cached;
use larder::cached;
use larder_benches::contenders;
use larder_examples::workload::Workload;
use larder_examples::{opt, trace};

use crate::table::{Aim, Row};

/// The hits of a sequence of keys, with so many entries.
type Replay = fn(&[u32], usize) -> u64;

static LOADS: AtomicU64 = AtomicU64::new(0);

#[cached(max_entries = 1_000_000)]
fn replayed(key: u32) -> u32 {
    LOADS.fetch_add(1, Ordering::Relaxed);
    key
}

fn larder(keys: &[u32], capacity: usize) -> u64 {
    replayed::clear();
    replayed::handle().set_max_entries(Some(capacity));
    LOADS.store(0, Ordering::Relaxed);
    for &key in keys {
        replayed(key);
    }
    keys.len() as u64 - LOADS.load(Ordering::Relaxed)
}

fn quick_cache(keys: &[u32], capacity: usize) -> u64 {
    let cache = contenders::quick_cache::cache(capacity);
    counted(keys, |key| {
        let hit = cache.get(&key).is_some();
        if !hit {
            cache.insert(key, key);
        }
        hit
    })
}

/// What is over capacity leaves before the next request, as it does everywhere else.
fn moka(keys: &[u32], capacity: usize) -> u64 {
    let cache = ::moka::sync::Cache::new(capacity as u64);
    counted(keys, |key| {
        let hit = cache.get(&key).is_some();
        if !hit {
            cache.insert(key, key);
            cache.run_pending_tasks();
        }
        hit
    })
}

fn cached_lru(keys: &[u32], capacity: usize) -> u64 {
    let mut store = contenders::cached::store(capacity);
    counted(keys, |key| {
        let hit = store.cache_get(&key).is_some();
        if !hit {
            store.cache_set(key, key);
        }
        hit
    })
}

fn counted(keys: &[u32], mut hits: impl FnMut(u32) -> bool) -> u64 {
    keys.iter().filter(|&&key| hits(key)).count() as u64
}

/// The mean of hits / optimum over all traces and capacities, in percent. `None` where there are no traces.
pub(crate) fn of_the_best(directory: &Path) -> Option<Row> {
    let traces = trace::directory(directory).ok()?;
    let replays: [(&str, Replay); 4] =
        [("larder", larder), ("quick_cache", quick_cache), ("moka", moka), ("cached (LRU)", cached_lru)];
    let mut sums = replays.map(|_| 0.0);
    let mut rows = 0.0;
    for trace in traces {
        let workload = Workload::new(&trace.name, trace.keys);
        for capacity in workload.capacities {
            let best = opt::hits(&workload.keys, capacity) as f64;
            rows += 1.0;
            for (sum, (_, replay)) in sums.iter_mut().zip(replays) {
                *sum += 100.0 * replay(&workload.keys, capacity) as f64 / best;
            }
        }
    }
    let figures = replays.iter().zip(sums).map(|((name, _), sum)| (*name, sum / rows)).collect();
    (rows > 0.0).then(|| Row::new("hits / optimum, traces", "%", figures, Aim::AtLeast(81.7)))
}
