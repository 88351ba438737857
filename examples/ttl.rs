//! How long does a value live?
//!
//! ```text
//! cargo run --example ttl
//! ```

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use larder::cached;

static READINGS: AtomicU32 = AtomicU32::new(0);

/// Two hundred milliseconds after it was computed, a value is computed anew. A number would be seconds.
#[cached(ttl = "200ms")]
fn temperature(room: &str) -> u32 {
    READINGS.fetch_add(1, Ordering::Relaxed);
    15 + room.len() as u32
}

static SESSIONS: AtomicU32 = AtomicU32::new(0);

/// A value that nobody asked for during half a second leaves; one that is read stays.
#[cached(idle = "500ms")]
fn session(user: u64) -> String {
    format!("session {} of user {user}", SESSIONS.fetch_add(1, Ordering::Relaxed))
}

/// The lifetime may come from the value: here from what the server said about its page.
#[derive(Debug, Clone)]
struct Page {
    body: String,
    max_age: Duration,
}

static FETCHES: AtomicU32 = AtomicU32::new(0);

#[cached(ttl_with = |page: &Page| page.max_age)]
fn page(url: &str) -> Page {
    FETCHES.fetch_add(1, Ordering::Relaxed);
    let max_age = if url.ends_with("news") { Duration::from_millis(50) } else { Duration::from_secs(3600) };
    Page { body: format!("<h1>{url}</h1>"), max_age }
}

/// A thousand values stored together would all expire together; `jitter` shortens each lifetime by up to a fifth.
#[cached(ttl = "1h", jitter = 0.2)]
fn price(article: u32) -> u32 {
    article % 97
}

fn main() {
    // time moves by hand here, as it may in the tests of your program; without this line it passes by itself
    let time = larder::testing::isolate();

    temperature("kitchen");
    temperature("kitchen");
    println!("ttl: two calls in a row read the thermometer {} time", READINGS.load(Ordering::Relaxed));
    assert_eq!(READINGS.load(Ordering::Relaxed), 1);
    time.advance(Duration::from_millis(300));
    temperature("kitchen");
    println!("ttl: after 300 ms it was read again, {} times by now", READINGS.load(Ordering::Relaxed));
    assert_eq!(READINGS.load(Ordering::Relaxed), 2);

    let first = session(7);
    for _ in 0..5 {
        time.advance(Duration::from_millis(300));
        assert_eq!(session(7), first);
    }
    println!("idle: `{first}` is still there after 1.5 s of use");
    time.advance(Duration::from_millis(800));
    println!("idle: after 800 ms without use there is `{}`", session(7));
    assert_ne!(session(7), first);

    page("/news");
    page("/about");
    time.advance(Duration::from_millis(150));
    println!("ttl_with: `{}` and `{}` after 150 ms", page("/news").body, page("/about").body);
    println!("ttl_with: {} fetches, since only the news had expired", FETCHES.load(Ordering::Relaxed));
    assert_eq!(FETCHES.load(Ordering::Relaxed), 3);

    (0..1_000).for_each(|article| assert_eq!(price(article), article % 97));
    time.advance(Duration::from_secs(54 * 60));
    let left = (0..1_000).filter(|&article| price::peek(article).is_some()).count();
    println!(
        "jitter: of 1,000 prices stored at once {left} are left after 54 minutes, rather than all or none"
    );
    assert!((300..700).contains(&left));

    println!("\n{}", larder::stats());
}
