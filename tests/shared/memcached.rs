//! The promise over a real memcached, which sends no messages: what another process invalidates reaches the memory in front when its time is over.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use larder::cached;
use larder::memcached::Memcached;
use larder::testing::isolate;

use crate::elsewhere::Other;
use crate::functions::{Shape, TRUTH, near};
use crate::matrix::{Cell, all_of, here};
use crate::memcached_server::Server;
use crate::switch::use_store;

/// How fast the machine is at the moment is not what these are about.
const DEADLINE: Duration = Duration::from_secs(5);

fn use_memcached(url: &str) {
    use_store(Arc::new(Memcached::builder(url).expect("it is a URL").deadline(DEADLINE).build()));
}

#[test]
fn in_one_process() {
    let _alone = isolate();
    let server = Server::start();
    use_memcached(&server.url());
    assert_eq!(all_of(|_| true, 14_000, here, false), 7 * 6 * 2);
}

#[test]
fn in_one_process_over_three_servers() {
    let _alone = isolate();
    let servers = [Server::start(), Server::start(), Server::start()];
    let hosts = servers.each_ref().map(|server| format!("127.0.0.1:{}", server.port()));
    use_memcached(&format!("memcached://{}", hosts.join(",")));
    assert_eq!(all_of(|shape| shape == Shape::Around, 15_000, here, false), 6 * 2);
}

#[test]
fn between_two_processes() {
    let _alone = isolate();
    let server = Server::start();
    use_memcached(&server.url());
    let other = Mutex::new(Other::start(&server.url()));
    let invalidate = |cell: Cell| {
        let answer = other.lock().unwrap().ask(&format!("{:?} {:?} {}", cell.shape, cell.target, cell.id));
        assert_eq!(answer, "done");
    };
    assert_eq!(all_of(|shape| !shape.has_memory(), 16_000, invalidate, true), 5 * 6 * 2);
}

#[test]
fn what_another_process_invalidates_reaches_the_memory_in_front_when_its_time_is_over() {
    let time = isolate();
    let server = Server::start();
    use_memcached(&server.url());
    let mut other = Other::start(&server.url());
    TRUTH.lock().unwrap().insert(7_000, 1);
    assert_eq!(near(7_000), 1);
    TRUTH.lock().unwrap().insert(7_000, 2);
    assert_eq!(other.ask("Near Key 7000"), "done");
    assert_eq!(near(7_000), 1, "nothing told this process");
    time.advance(Duration::from_secs(30));
    assert_eq!(near(7_000), 2);
}

#[test]
fn a_server_that_forgets_everything_serves_nothing_old() {
    let _alone = isolate();
    let mut server = Server::start();
    use_memcached(&server.url());
    TRUTH.lock().unwrap().insert(7_001, 1);
    assert_eq!(Shape::Around.call(7_001), 1);
    TRUTH.lock().unwrap().insert(7_001, 2);
    server.restart();
    crate::eventually("it is asked again", || Shape::Around.call(7_001) == 2);
    Shape::Around.invalidate(crate::functions::Target::Key, 7_001).expect("the store answers");
    TRUTH.lock().unwrap().insert(7_001, 3);
    assert_eq!(Shape::Around.call(7_001), 3);
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = 60, store = memcached, tags = ["article:{article}"])]
fn price(article: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst) * 1_000 + article
}

#[cached(ttl = 60, store = memcached, l1 = 5, serializer = json)]
async fn stock(article: String) -> Option<usize> {
    RUNS.fetch_add(1, SeqCst);
    Some(article.len())
}

/// The cache of these functions was built with a store, which is what they use.
#[test]
fn functions_name_it() {
    let _alone = isolate();
    let server = Server::start();
    use_memcached(&server.url());
    let runs = |work: &dyn Fn()| {
        let before = RUNS.load(SeqCst);
        work();
        RUNS.load(SeqCst) - before
    };
    let first = price(1);
    assert_eq!(runs(&|| assert_eq!(price(1), first)), 0);
    larder::blocking::invalidate_tag("article:1").expect("the store answers");
    assert_eq!(runs(&|| assert_ne!(price(1), first)), 1);
    let long = "an article ".repeat(100);
    for expected in [1, 0] {
        let ask = || assert_eq!(pollster::block_on(stock(long.clone())), Some(1_100));
        assert_eq!(runs(&ask), expected, "keys may be longer than memcached takes");
    }
    assert!(server.stat("curr_items") > 0);
    price::clear().expect("the store answers");
    assert_eq!(runs(&|| _ = price(1)), 1);
}
