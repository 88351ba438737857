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

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
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
    compare(&workloads, &policies);
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

/// Prints a row for each workload and capacity, and the mean of what each policy reaches of the best.
fn compare(workloads: &[Workload], policies: &[&Policy]) {
    print!("  {:<17} {:>8} {:>8}", "trace", "entries", "best");
    policies.iter().for_each(|policy| print!(" {:>8}", policy.name));
    println!();
    let mut sums = vec![0.0; policies.len()];
    let mut rows = 0.0;
    for workload in workloads {
        let percent = |hits: u64| 100.0 * hits as f64 / workload.keys.len() as f64;
        for capacity in workload.capacities {
            let best = opt::hits(&workload.keys, capacity);
            print!("  {:<17} {capacity:>8} {:>8.2}", workload.name, percent(best));
            for (policy, sum) in policies.iter().zip(&mut sums) {
                let hits = (policy.hits)(&workload.keys, capacity);
                print!(" {:>8.2}", percent(hits));
                // rows take seconds: each figure shows as soon as it is known
                let _ = io::stdout().flush();
                *sum += hits as f64 / best.max(1) as f64;
            }
            println!();
            rows += 1.0;
        }
    }
    print!("  {:<17} {:>8} {:>8.2}", "mean of hits/best", "", 100.0);
    sums.iter().for_each(|sum| print!(" {:>8.2}", 100.0 * sum / rows));
    println!();
}
