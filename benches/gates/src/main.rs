//! The paths of a call whose instructions and allocations are counted, one by one.
//!
//! ```text
//! larder-gates --list                  the names of the paths
//! larder-gates <path> <calls>          so many calls, for valgrind to count
//! larder-gates --allocations <path>    allocations of 1,000 calls
//! ```
//!
//! `cargo xtask gates` runs them all and compares with `baseline.txt`.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use larder::cached;
use larder::testing::MemoryStore;
use larder_gates::heap::{self, Counting};
use larder_gates::keys;

#[global_allocator]
static HEAP: Counting = Counting;

/// The most entries of the functions that only hit, and how many of them are used.
const KEYS: u64 = 1_000;

/// A path: its name, and what runs it so many times. The first [`KEYS`] calls load what the others hit.
struct Path {
    name: &'static str,
    run: fn(u64),
}

const PATHS: &[Path] = &[
    Path { name: "hit", run: |calls| each(calls, square) },
    Path { name: "hit_unbounded", run: |calls| each(calls, unbounded) },
    Path { name: "hit_tagged", run: |calls| each(calls, tagged) },
    // of the memory in front of a shared store
    Path { name: "hit_l1", run: |calls| each(calls, in_front) },
    // of a function that serves stale values: a fresh one, and a stale one while its refresh is under way
    Path { name: "hit_revalidating", run: |calls| each(calls, lasting) },
    Path { name: "hit_stale", run: |calls| each(calls, expired) },
    Path { name: "hit_text", run: |calls| named(calls, greeting) },
    Path { name: "hit_shared", run: |calls| named(calls, |name, _| shared(name)) },
    Path { name: "hit_result", run: |calls| each(calls, halved) },
    Path {
        name: "hit_method",
        run: |calls| {
            let scale = Scale { factor: 3 };
            each(calls, |key| scale.apply(key));
        },
    },
    Path { name: "hit_generic", run: |calls| each(calls, generic::<u64>) },
    Path {
        name: "hit_async",
        run: |calls| {
            pollster::block_on(async {
                for call in 0..calls {
                    black_box(later(black_box(call % KEYS)).await);
                }
            });
        },
    },
    Path {
        name: "peek",
        run: |calls| {
            each(KEYS, square);
            each(calls, square::peek);
        },
    },
    Path {
        name: "miss",
        run: |calls| {
            for call in 0..calls {
                black_box(small(black_box(call)));
            }
        },
    },
    // one among ten tags in use, and one among a hundred thousand
    Path { name: "invalidate_tag_of_10", run: |calls| invalidate_tags(calls, 10) },
    Path { name: "invalidate_tag_of_100k", run: |calls| invalidate_tags(calls, 100_000) },
    Path {
        name: "invalidate_load",
        run: |calls| {
            each(calls, |key| {
                square::invalidate(key);
                square(key)
            });
        },
    },
];

#[cached(ttl = 60, max_entries = 10_000)]
fn square(key: u64) -> u64 {
    key.wrapping_mul(key)
}

/// In a cache of its own, which has no function with a shared store.
#[cached(cache = "labels", tags = ["label:{key}", "all of them"])]
fn labelled(key: u64) -> u64 {
    key
}

#[cached]
fn unbounded(key: u64) -> u64 {
    key.wrapping_mul(key)
}

#[cached(ttl = 60, max_entries = 10_000, tags = ["key:{key}", "numbers", "squares"])]
fn tagged(key: u64) -> u64 {
    key.wrapping_mul(key)
}

/// Its store is only asked for what memory has not.
#[cached(ttl = 60, store = MemoryStore::new(), serializer = string, l1 = 60, max_entries = 10_000)]
fn in_front(key: u64) -> u64 {
    key.wrapping_mul(key)
}

#[cached(ttl = 60, stale_while_revalidate = "1h", max_entries = 10_000)]
fn lasting(key: u64) -> u64 {
    key.wrapping_mul(key)
}

/// Expired by the time of the first hit, and refreshed by runs that never end.
#[cached(ttl = "1ms", stale_while_revalidate = "1h", max_entries = 10_000)]
fn expired(key: u64) -> u64 {
    while std::thread::current().name() == Some("larder-background") {
        std::thread::park();
    }
    key.wrapping_mul(key)
}

#[cached(ttl = 60, max_entries = 10_000)]
fn greeting(name: &str, part: u32) -> String {
    format!("{part:032} {name:>31}")
}

#[cached(ttl = 60, max_entries = 10_000)]
fn shared(name: &str) -> Arc<str> {
    Arc::from(name)
}

#[cached(ttl = 60, max_entries = 10_000)]
fn halved(key: u64) -> Result<u64, String> {
    Ok(key / 2)
}

#[cached(ttl = 60, max_entries = 10_000)]
fn generic<T: Copy + Into<u64> + std::hash::Hash + Eq + Send + Sync + 'static>(key: T) -> u64 {
    key.into()
}

#[cached(ttl = 60, max_entries = 10_000)]
async fn later(key: u64) -> u64 {
    key.wrapping_mul(key)
}

#[cached(ttl = 60, max_entries = 1_000)]
fn small(key: u64) -> u64 {
    key.wrapping_mul(key)
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Scale {
    factor: u64,
}

impl Scale {
    #[cached(ttl = 60, max_entries = 10_000)]
    fn apply(&self, key: u64) -> u64 {
        key * self.factor
    }
}

fn each<R>(calls: u64, call: impl Fn(u64) -> R) {
    for at in 0..calls {
        black_box(call(black_box(at % KEYS)));
    }
}

/// Invalidates a tag again and again while this many entries are there, each with a tag of its own and one that all have.
fn invalidate_tags(calls: u64, entries: u64) {
    static FULL: AtomicBool = AtomicBool::new(false);
    if !FULL.swap(true, Ordering::Relaxed) {
        (0..entries).for_each(|key| _ = labelled(key));
    }
    let labels = larder::cache("labels").expect("a function names it").blocking();
    for _ in 0..calls {
        let _ = black_box(labels.invalidate_tag(black_box("all of them")));
    }
}

fn named<R>(calls: u64, call: impl Fn(&str, u32) -> R) {
    let names: Vec<String> = (0..KEYS).map(keys::text).collect();
    for at in 0..calls {
        let name = &names[(at % KEYS) as usize];
        black_box(call(black_box(name), black_box(7)));
    }
}

/// Allocations of `calls` calls beyond those of a run without.
fn allocations(path: &Path, calls: u64) -> u64 {
    (path.run)(2 * KEYS);
    let (without, ()) = heap::allocations(|| (path.run)(0));
    let (with, ()) = heap::allocations(|| (path.run)(calls));
    with.saturating_sub(without)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let find = |name: &str| PATHS.iter().find(|path| path.name == name);
    match words[..] {
        ["--list"] => PATHS.iter().for_each(|path| println!("{}", path.name)),
        ["--allocations", name] => match find(name) {
            Some(path) => println!("{}", allocations(path, 1_000)),
            None => return unknown(name),
        },
        [name, calls] => match (find(name), calls.parse()) {
            (Some(path), Ok(calls)) => (path.run)(calls),
            _ => return unknown(name),
        },
        _ => return unknown(""),
    }
    ExitCode::SUCCESS
}

fn unknown(name: &str) -> ExitCode {
    eprintln!("no path `{name}`; `--list` names them, `<path> <calls>` runs one");
    ExitCode::FAILURE
}
