//! What happens to async functions, and to many callers at once?
//!
//! ```text
//! cargo run --example async
//! ```
//!
//! larder needs no executor: here each thread drives its own future with `pollster`.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use larder::cached;

static RUNS: AtomicU32 = AtomicU32::new(0);

/// Calls over which the time of a hit is averaged.
const HITS: u32 = 100_000;

/// Stands for a query that takes a tenth of a second.
#[cached(ttl = 60, max_entries = 10_000)]
async fn profile(id: u64) -> String {
    RUNS.fetch_add(1, Ordering::Relaxed);
    pause(Duration::from_millis(100)).await;
    format!("profile of user {id}")
}

/// A function that returns a future is cached like an async one.
#[cached(ttl = 60)]
fn greeting(name: &str) -> impl Future<Output = String> {
    let name = name.to_owned();
    async move { format!("hello {name}") }
}

fn main() {
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| pollster::block_on(profile(7)));
        }
    });
    println!("16 callers of one missing profile took {} ms", began.elapsed().as_millis());
    println!(
        "the query ran {} time: one caller ran it, the others waited for it",
        RUNS.load(Ordering::Relaxed)
    );
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);

    let began = Instant::now();
    pollster::block_on(async {
        for _ in 0..HITS {
            profile(7).await;
        }
    });
    println!("a hit takes {:.0} ns", began.elapsed().as_secs_f64() * 1e9 / f64::from(HITS));
    assert_eq!(RUNS.load(Ordering::Relaxed), 1);

    pollster::block_on(async {
        assert_eq!(greeting("Ada").await, greeting("Ada").await);

        // companions that run the function are async, those that look are not
        assert_eq!(profile::refresh(7).await, "profile of user 7");
        assert_eq!(profile::peek(7).as_deref(), Some("profile of user 7"));
        assert!(profile::invalidate(7));
        assert_eq!(profile::peek(7), None);
    });

    println!("\n{}", larder::stats());
}

/// A future that is ready after `time`: a thread of its own wakes it.
async fn pause(time: Duration) {
    let until = Instant::now() + time;
    let mut alarm = None;
    std::future::poll_fn(move |context| {
        if Instant::now() >= until {
            return std::task::Poll::Ready(());
        }
        let waker = context.waker().clone();
        alarm.get_or_insert_with(|| {
            thread::spawn(move || {
                thread::sleep(until.saturating_duration_since(Instant::now()));
                waker.wake();
            })
        });
        std::task::Poll::Pending
    })
    .await;
}
