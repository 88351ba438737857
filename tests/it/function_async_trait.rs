//! Methods that `#[async_trait]` has rewritten: in the trait, in an impl, with other attributes around.

use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

#[async_trait]
trait Source: Sync {
    async fn read(&self, id: u32, name: &str) -> Result<String, String>;

    #[cached]
    async fn size(id: u32) -> u32
    where
        Self: Sized,
    {
        id * 2
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Disk(u32);

static READS: AtomicU32 = AtomicU32::new(0);

#[async_trait]
impl Source for Disk {
    #[cached(ttl = 60)]
    #[allow(unused_mut, reason = "the attribute stands below")]
    async fn read(&self, id: u32, mut name: &str) -> Result<String, String> {
        READS.fetch_add(1, Ordering::Relaxed);
        if id == 0 {
            return Err("none".to_owned());
        }
        name = name.trim();
        Ok(format!("{} {id} {name}", self.0))
    }
}

#[async_trait(?Send)]
trait Local {
    async fn local(&self, n: u32) -> u32;
}

#[async_trait(?Send)]
impl Local for Disk {
    #[allow(clippy::unused_self, reason = "the attribute stands above")]
    #[cached(handle = none)]
    async fn local(&self, n: u32) -> u32 {
        n
    }
}

#[test]
fn it_hits_and_misses() {
    let time = isolate();
    let before = READS.load(Ordering::Relaxed);
    block_on(async {
        assert_eq!(time.miss_async(Disk(1).read(1, " a")).await, Ok("1 1 a".to_owned()));
        assert_eq!(time.hit_async(Disk(1).read(1, " a")).await, Ok("1 1 a".to_owned()));
        time.miss_async(Disk(2).read(1, " a")).await.unwrap();
        time.miss_async(Disk(1).read(0, "")).await.unwrap_err();
        time.miss_async(Disk(1).read(0, "")).await.unwrap_err();
    });
    assert_eq!(READS.load(Ordering::Relaxed) - before, 4);
}

#[test]
fn behind_a_trait_object() {
    let time = isolate();
    let local: &dyn Local = &Disk(1);
    block_on(async {
        time.miss_async(local.local(1)).await;
        time.hit_async(local.local(1)).await;
    });
}

#[test]
fn in_the_trait_itself() {
    let time = isolate();
    block_on(async {
        time.miss_async(Disk::size(1)).await;
        assert_eq!(time.hit_async(Disk::size(1)).await, 2);
    });
}
