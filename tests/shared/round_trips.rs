//! A hit is one round trip and one command, however many scopes its value belongs to: counted by a proxy between this process and the server, and by the server itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use larder::cached;
use larder::redis::Redis;
use larder::store::{Answers, BoxFuture, Operation, Store, StoreError};
use larder::testing::isolate;

use crate::proxy::Proxy;
use crate::server::Server;
use crate::switch::{use_memory, use_store};

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(store = shared, ttl = "1h")]
fn plain(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + id
}

#[cached(store = shared, ttl = "1h", user = user, tags = ["one", "two"])]
fn scoped(user: u32, id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + user + id
}

#[cached(store = shared, ttl = "1h")]
async fn plain_later(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + id
}

#[cached(store = shared, ttl = "1h", user = user, tags = ["one", "two"])]
async fn scoped_later(user: u32, id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) + user + id
}

/// The function gives its value a tag that nobody knows before it has run.
#[cached(store = shared, ttl = "1h", tags = ["one"])]
fn tagged_inside(id: u32) -> u32 {
    larder::add_tag(format!("inside:{id}"));
    RUNS.fetch_add(1, SeqCst) + id
}

/// Listens to nobody, which would be round trips too.
struct Deaf(Redis);

impl Store for Deaf {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        self.0.run(batch)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        self.0.run_async(batch)
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.0.clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.0.clear_async(prefix)
    }
}

#[test]
fn a_hit_is_one_round_trip_and_one_command() {
    let _isolated = isolate();
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = Redis::builder(&proxy.url()).unwrap().build();
    use_store(Arc::new(Deaf(store)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let calls: [(&str, &dyn Fn() -> u32); 5] = [
        ("plain", &|| plain(1)),
        ("scoped", &|| scoped(7, 1)),
        ("tagged inside", &|| tagged_inside(1)),
        ("plain, async", &|| runtime.block_on(plain_later(1))),
        ("scoped, async", &|| runtime.block_on(scoped_later(7, 1))),
    ];
    for (name, call) in calls {
        let value = call();
        // of a tag that the function gave, the first hit learns the name
        assert_eq!(call(), value, "{name} is a hit");
        let (runs, trips) = (RUNS.load(SeqCst), proxy.round_trips());
        let commands = ["mget", "get"].map(|command| server.calls(command));
        for _ in 0..10 {
            assert_eq!(call(), value, "{name} is a hit");
        }
        assert_eq!(RUNS.load(SeqCst), runs, "{name} did not run");
        assert_eq!(proxy.round_trips() - trips, 10, "{name}: one for each hit");
        let after = ["mget", "get"].map(|command| server.calls(command));
        assert_eq!(
            [after[0] - commands[0], after[1] - commands[1]],
            [10, 0],
            "{name}: one command for each hit"
        );
    }
    use_memory();
}
