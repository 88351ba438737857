//! Who should leave first? Every policy on the same requests, beside the best that can be had.
//!
//! ```text
//! cargo run --release --example replay -- ../shared/traces [policy..]
//! ```
//!
//! Each policy is one `#[cached]` function; the capacity is set through its handle. The best is Bélády's: it knows the
//! future, and gives up the key that is needed last. Without a directory of traces, generated workloads are replayed.
//!
//! `mru` runs only when it is named: to evict it looks at every entry, which takes minutes on the large traces.

use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use larder::cached;
use larder_examples::workload::{self, Workload};
use larder_examples::{opt, trace};

/// A cached function for each policy, and the list of them.
macro_rules! policies {
    ($($name:literal $function:ident($($policy:ident)?)),+ $(,)?) => {
        $(
            #[cached(max_entries = 1_000_000 $(, policy = $policy)?)]
            fn $function(key: u32) -> u32 {
                key
            }
        )+

        const POLICIES: &[Policy] = &[$(Policy {
            name: $name,
            hits: |keys, capacity| {
                $function::clear();
                $function::handle().set_max_entries(Some(capacity));
                let before = $function::stats().hits;
                for &key in keys {
                    assert_eq!($function(key), key);
                }
                $function::stats().hits - before
            },
        }),+];
    };
}

/// A policy, and how many of the requests are hits when so many entries may be kept.
struct Policy {
    name: &'static str,
    hits: fn(&[u32], usize) -> u64,
}

policies! {
    "default" by_default(),
    "tinylfu" tinylfu(tinylfu),
    "s3fifo" s3fifo(s3fifo),
    "sieve" sieve(sieve),
    "lru" lru(lru),
    "lfu" lfu(lfu),
    "fifo" fifo(fifo),
    "random" random(random),
    "lifo" lifo(lifo),
    "mru" mru(mru),
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next();
    let names: Vec<String> = arguments.collect();
    let workloads = match &directory {
        Some(directory) => traces(Path::new(directory)).map_err(|error| format!("{directory}: {error}")),
        None => Ok(workload::generated()),
    };
    let (workloads, policies) = match (workloads, policies(&names)) {
        (Ok(workloads), Ok(policies)) => (workloads, policies),
        (Err(error), _) | (_, Err(error)) => {
            eprintln!("replay: {error}");
            return ExitCode::FAILURE;
        }
    };
    match directory {
        Some(directory) => println!("\n  The traces of {directory}"),
        None => {
            println!("\n  Generated workloads; name a directory of *.u32.zst files to replay real traces")
        }
    }
    println!("  Requests served from the cache, in percent; `best` knows the future\n");

    let began = Instant::now();
    let best = replayed(&workloads, opt::hits);
    let hits = in_parallel(&policies, |policy| replayed(&workloads, policy.hits));
    print(&workloads, &best, &policies, &hits);
    let requests: usize = workloads.iter().map(|workload| workload.keys.len() * 3).sum();
    println!(
        "\n  {:.1} million requests through each function, in {:.0} s\n",
        requests as f64 / 1e6,
        began.elapsed().as_secs_f64()
    );
    ExitCode::SUCCESS
}

/// The policies of these names, or all but the slow one.
fn policies(names: &[String]) -> Result<Vec<&'static Policy>, String> {
    if names.is_empty() {
        return Ok(POLICIES.iter().filter(|policy| policy.name != SLOW).collect());
    }
    let known = || POLICIES.iter().map(|policy| policy.name).collect::<Vec<_>>().join(", ");
    let find = |name: &String| {
        let policy = POLICIES.iter().find(|policy| policy.name == name);
        policy.ok_or_else(|| format!("no policy `{name}`; there are {}", known()))
    };
    names.iter().map(find).collect()
}

const SLOW: &str = "mru";

fn traces(directory: &Path) -> io::Result<Vec<Workload>> {
    let traces = trace::directory(directory)?;
    if traces.is_empty() {
        return Err(io::Error::other("no file there ends in .u32.zst"));
    }
    Ok(traces.into_iter().map(|trace| Workload::new(&trace.name, trace.keys)).collect())
}

/// The hits of each workload at each of its capacities.
fn replayed(workloads: &[Workload], hits: impl Fn(&[u32], usize) -> u64) -> Vec<u64> {
    let replay = |workload: &Workload| workload.capacities.map(|capacity| hits(&workload.keys, capacity));
    workloads.iter().flat_map(replay).collect()
}

/// `work` on each item, on as many threads as there are processors; the results in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let results = Mutex::new(Vec::new());
    let next = Mutex::new(items.iter().enumerate());
    let take = || next.lock().ok()?.next();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((at, item)) = take() {
                    let result = work(item);
                    if let Ok(mut results) = results.lock() {
                        results.push((at, result));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn print(workloads: &[Workload], best: &[u64], policies: &[&Policy], hits: &[Vec<u64>]) {
    print!("  {:<15} {:>8} {:>8}", "trace", "entries", "best");
    policies.iter().for_each(|policy| print!(" {:>8}", policy.name));
    println!();
    let mut row = 0;
    for workload in workloads {
        let percent = |hits: u64| 100.0 * hits as f64 / workload.keys.len() as f64;
        for capacity in workload.capacities {
            print!("  {:<15} {capacity:>8} {:>8.2}", workload.name, percent(best[row]));
            hits.iter().for_each(|hits| print!(" {:>8.2}", percent(hits[row])));
            println!();
            row += 1;
        }
    }
    print!("  {:<15} {:>8} {:>8.2}", "mean of hits/best", "", 100.0);
    for hits in hits {
        print!(" {:>8.2}", 100.0 * mean_share(hits, best));
    }
    println!();
}

/// The mean of `hits / best` over all rows in which there is something to be had.
fn mean_share(hits: &[u64], best: &[u64]) -> f64 {
    let shares: Vec<f64> = hits
        .iter()
        .zip(best)
        .filter(|(_, best)| **best > 0)
        .map(|(hits, best)| *hits as f64 / *best as f64)
        .collect();
    shares.iter().sum::<f64>() / shares.len() as f64
}
