use larder::{
    cached,
    testing::{MemoryStore, isolate},
};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

static STORE: LazyLock<Arc<MemoryStore>> = LazyLock::new(|| Arc::new(MemoryStore::new()));
static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = 10, store = STORE.clone(), tags = ["t:{id}"], serializer = json)]
fn plain(id: u64) -> Result<u32, std::io::Error> {
    let _ = id;
    Ok(RUNS.fetch_add(1, SeqCst) + 1)
}

#[cached(ttl = 10, stale_while_revalidate = 30, store = STORE.clone(), user = id, l1 = 5)]
async fn swr(id: u64) -> u32 {
    let _ = id;
    RUNS.fetch_add(1, SeqCst) + 1
}

#[test]
fn it_works() {
    let time = isolate();
    RUNS.store(0, SeqCst);
    assert_eq!(plain(1).unwrap(), 1);
    assert_eq!(plain(1).unwrap(), 1);
    assert_eq!(plain::peek(1).unwrap().unwrap().unwrap(), 1);
    larder::blocking::invalidate_tag("t:1").unwrap();
    assert_eq!(plain(1).unwrap(), 2);
    assert!(plain::invalidate(1).unwrap());
    assert_eq!(plain(1).unwrap(), 3);
    plain::insert(1, Ok(77)).unwrap();
    assert_eq!(plain(1).unwrap(), 77);
    plain::clear().unwrap();
    assert_eq!(plain(1).unwrap(), 4);
    time.advance(Duration::from_secs(11));
    assert_eq!(plain(1).unwrap(), 5);
    println!("{}", plain::stats());
    pollster::block_on(async {
        assert_eq!(swr(1).await, 6);
        assert_eq!(swr(1).await, 6);
        time.advance(Duration::from_secs(11));
        let l = swr::lookup(1).await;
        assert!(l.is_stale(), "{l:?}");
        time.settle();
        assert_eq!(swr(1).await, 7);
        larder::invalidate_user(1_u64).await.unwrap();
        assert_eq!(swr(1).await, 8);
    });
}
