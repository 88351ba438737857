use crate::support::eventually;
use larder::{cached, testing::isolate};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = 10, stale_while_revalidate = 30)]
fn swr(id: u64, name: String) -> u32 {
    let _ = (id, name);
    RUNS.fetch_add(1, SeqCst) + 1
}

#[cached(ttl = 10, stale_if_error = 30)]
fn sie(id: u64) -> Result<u32, String> {
    let n = RUNS.fetch_add(1, SeqCst);
    if n == 0 { Ok(id as u32) } else { Err("x".into()) }
}

#[cached(ttl = 10, stale_if_error = 30, soft_timeout = 1, hard_timeout = 2, refresh = 3, early = true)]
async fn all(id: u64) -> Result<u32, larder::Error> {
    Ok(id as u32)
}

#[test]
fn swr_works() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    assert_eq!(swr(1, "a".into()), 1);
    time.advance(Duration::from_secs(11));
    assert_eq!(swr(1, "a".into()), 1);
    eventually("refreshed", || swr::peek(1, "a".into()) == Some(2));
    assert_eq!(swr(1, "a".into()), 2);
    println!("{}", swr::stats());
    time.advance(Duration::from_secs(41));
    assert_eq!(swr(1, "a".into()), 3);
}
#[test]
fn sie_works() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    assert_eq!(sie(1), Ok(1));
    time.advance(Duration::from_secs(11));
    assert_eq!(sie(1), Ok(1));
    assert_eq!(RUNS.load(SeqCst), 2);
    assert_eq!(sie(1), Ok(1));
    assert_eq!(RUNS.load(SeqCst), 2);
    assert!(sie::lookup(1).is_stale());
    time.advance(Duration::from_secs(31));
    assert_eq!(sie(1), Err("x".into()));
    pollster::block_on(async {
        all(1).await.unwrap();
        all(1).await.unwrap()
    });
}
