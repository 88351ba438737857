//! Does a request ever wait for a value that was there a moment ago? The same steady load on two functions that take 20 ms, of which one may serve a stale value while it
//! is refreshed; then one whose data base fails, and one whose data base is slow.
//!
//! ```sh
//! cargo run --release --example freshness
//! ```

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use larder::{Lookup, cached};
use tokio::time::{interval, sleep};

/// What a report costs.
const QUERY: Duration = Duration::from_millis(20);

/// How many keys there are, and callers; a caller takes one key after the other, 50 a second.
const KEYS: u32 = 50;
const CALLERS: u32 = 50;
const CALLS_EACH: u32 = 250;

/// Every 100 ms somebody waits for each of the keys, and everybody else who asks for it meanwhile waits too.
#[cached(ttl = "100ms")]
async fn waiting(key: u32) -> u32 {
    sleep(QUERY).await;
    key * 7
}

/// The same values as old as that at most in use, and nobody waits but for the first value of a key.
#[cached(ttl = "100ms", stale_while_revalidate = "10s")]
async fn revalidating(key: u32) -> u32 {
    sleep(QUERY).await;
    key * 7
}

#[tokio::main]
async fn main() {
    println!(
        "{CALLERS} callers x {CALLS_EACH} calls over {KEYS} keys, 50 calls a second each; a run takes {QUERY:?}, a value lives 100 ms"
    );
    println!("the first value of each key is loaded before\n");
    for key in 0..KEYS {
        assert_eq!(waiting(key).await, revalidating(key).await);
    }
    // In turns on the same machine, so that its other work disturbs both alike.
    let mut without = Latencies::default();
    let mut with = Latencies::default();
    for _ in 0..2 {
        without.extend(load(waiting).await);
        with.extend(load(revalidating).await);
    }
    without.print("#[cached(ttl = \"100ms\")]");
    with.print("#[cached(ttl = \"100ms\", stale_while_revalidate = \"10s\")]");

    outage().await;
    slowness().await;

    let end = larder::shutdown(Duration::from_secs(1)).await;
    println!("\n{}\nwork in the background has ended: {}", larder::stats(), end.finished);
}

/// The load: how long each call took.
async fn load<F: Future<Output = u32> + Send + 'static>(function: fn(u32) -> F) -> Vec<Duration> {
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            tokio::spawn(async move {
                let mut pace = interval(Duration::from_millis(20));
                let mut taken = Vec::with_capacity(CALLS_EACH as usize);
                for call in 0..CALLS_EACH {
                    pace.tick().await;
                    let key = (caller + call) % KEYS;
                    let began = Instant::now();
                    let value = function(key).await;
                    taken.push(began.elapsed());
                    assert_eq!(value, key * 7);
                }
                taken
            })
        })
        .collect();
    let mut taken = Vec::new();
    for caller in callers {
        taken.extend(caller.await.expect("a caller does not panic"));
    }
    taken
}

/// How long calls took.
#[derive(Default)]
struct Latencies(Vec<Duration>);

/// The upper ends of the bars.
const BARS: [(Duration, &str); 7] = [
    (Duration::from_micros(2), "2 µs"),
    (Duration::from_micros(10), "10 µs"),
    (Duration::from_micros(100), "100 µs"),
    (Duration::from_millis(1), "1 ms"),
    (Duration::from_millis(10), "10 ms"),
    (Duration::from_millis(25), "25 ms"),
    (Duration::MAX, "more"),
];

impl Latencies {
    fn extend(&mut self, taken: Vec<Duration>) {
        self.0.extend(taken);
    }

    fn print(&mut self, title: &str) {
        self.0.sort_unstable();
        println!("{title}");
        let mut from = 0;
        for (end, name) in BARS {
            let to = self.0.partition_point(|taken| *taken < end);
            let share = (to - from) as f64 / self.0.len() as f64;
            let bar = "█".repeat((share * 50.0).ceil() as usize);
            println!("  up to {name:>7}  {:>7}  {:>7.3} %  {bar}", to - from, share * 100.0);
            from = to;
        }
        let at = |share: f64| self.0[((self.0.len() - 1) as f64 * share) as usize];
        println!(
            "  median {:?}, 99 % {:?}, 99.9 % {:?}, slowest {:?}\n",
            at(0.5),
            at(0.99),
            at(0.999),
            at(1.0)
        );
    }
}

/// Whether the data base is there.
static IS_UP: AtomicBool = AtomicBool::new(true);
static QUERIES: AtomicU32 = AtomicU32::new(0);

/// The price of yesterday is better than none; the data base is asked again once a second at most.
#[cached(ttl = "50ms", stale_if_error = "1h", retry_after = 1)]
async fn price(article: u32) -> Result<u32, String> {
    QUERIES.fetch_add(1, Relaxed);
    if IS_UP.load(Relaxed) { Ok(article * 10) } else { Err("the data base is gone".into()) }
}

async fn outage() {
    let first = price(7).await;
    IS_UP.store(false, Relaxed);
    sleep(Duration::from_millis(100)).await;
    let before = QUERIES.load(Relaxed);
    let mut stale = 0;
    for _ in 0..1_000 {
        let Lookup { value, source, .. } = price::lookup(7).await;
        assert_eq!(value, first);
        stale += u32::from(source == larder::Source::Stale);
    }
    let asked = QUERIES.load(Relaxed) - before;
    println!(
        "the data base is gone: of 1000 calls {stale} got the last good value, and {asked} asked the data base"
    );
}

static IS_SLOW: AtomicBool = AtomicBool::new(false);

/// A stale forecast after 20 ms rather than a new one after seconds, and an error after half a second if there is none at all.
#[cached(ttl = "50ms", stale_if_error = "1h", soft_timeout = "20ms", hard_timeout = "500ms")]
async fn forecast(city: u32) -> Result<u32, larder::Error> {
    if IS_SLOW.load(Relaxed) {
        sleep(Duration::from_secs(1)).await;
    }
    Ok(city)
}

async fn slowness() {
    forecast(1).await.expect("it is fast at first");
    IS_SLOW.store(true, Relaxed);
    sleep(Duration::from_millis(100)).await;
    for city in [1, 2] {
        let began = Instant::now();
        let lookup = forecast::lookup(city).await;
        let value =
            lookup.value.map_or_else(|error| error.to_string(), |value| format!("the stale value {value}"));
        println!("the data base takes a second: after {:.0?} {value}", began.elapsed());
    }
    sleep(Duration::from_secs(1)).await;
    let lookup = forecast::lookup(2).await;
    println!("a second later: {:?}, since the run went on and was stored", lookup.source);
}
