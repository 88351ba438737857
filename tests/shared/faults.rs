//! Functions over a real server behind real connections, while each thing goes wrong that can: every call has the right value, within the deadlines of what it asks the store, what is
//! invalidated meanwhile stays so, and when it is over hits come back by themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use larder::redis::Redis;
use larder::testing::{Isolated, isolate};
use tokio::runtime::Runtime;

use crate::eventually;
use crate::functions::{RUNS, Shape, TRUTH, Target, around_async, plain_async, tell};
use crate::proxy::{Fault, Proxy};
use crate::server::{Server, free_port};
use crate::switch::use_store;

/// Of the store, for each round trip.
const DEADLINE: Duration = Duration::from_millis(250);

/// A call of one function inside of another one: each reads, reads what it depends on, makes the sequence, makes records, looks for new ones, and writes. And what a busy machine takes.
const BUDGET: Duration = DEADLINE.saturating_mul(12).saturating_add(Duration::from_secs(3));

/// An invalidation takes a number, writes records, and tells the others.
const INVALIDATION: Duration = DEADLINE.saturating_mul(3).saturating_add(Duration::from_secs(3));

/// Without memory in front, so that each call asks the store.
const SHAPES: [Shape; 4] = [Shape::Plain, Shape::PlainAsync, Shape::Around, Shape::AroundAsync];

/// A server, a network before it, and the functions over both.
struct World {
    time: Isolated,
    server: Server,
    proxy: Proxy,
    runtime: Runtime,
    /// Keys that are called again and again.
    known: Vec<u32>,
}

impl World {
    fn new() -> Self {
        Self::over(Server::start(), |url| url.to_owned())
    }

    fn over(server: Server, url: impl FnOnce(&str) -> String) -> Self {
        let time = isolate();
        let proxy = Proxy::before(server.port());
        let store = Redis::builder(&url(&proxy.url())).unwrap().deadline(DEADLINE).build();
        use_store(Arc::new(store));
        let runtime = Runtime::new().expect("a runtime");
        Self { time, server, proxy, runtime, known: (0..4).map(|_| fresh()).collect() }
    }

    /// Whatever happens: the right value, in time.
    fn call(&self, shape: Shape, id: u32) {
        let began = Instant::now();
        let value = match shape {
            // on the program's runtime, and on an executor of another kind
            Shape::PlainAsync if id.is_multiple_of(2) => self.runtime.block_on(plain_async(id)),
            Shape::AroundAsync if id.is_multiple_of(2) => self.runtime.block_on(around_async(id)),
            shape => shape.call(id),
        };
        let took = began.elapsed();
        let truth = TRUTH.lock().unwrap()[&id];
        assert_eq!(value, truth, "{shape:?} of {id}");
        assert!(took < BUDGET, "{shape:?} of {id}: {took:?}");
    }

    fn is_hit(&self, shape: Shape, id: u32) -> bool {
        let before = RUNS.load(SeqCst);
        self.call(shape, id);
        RUNS.load(SeqCst) == before
    }

    /// Everything is stored, and found again.
    fn warm(&self) {
        for id in &self.known {
            for shape in SHAPES {
                // A busy machine may be late for a deadline.
                eventually("everything is stored", || self.is_hit(shape, *id));
            }
        }
    }

    /// Calls with keys that are known and with new ones, and changes of the truth.
    fn work(&self) {
        for round in 0..3 {
            for (at, shape) in SHAPES.into_iter().enumerate() {
                self.call(shape, self.known[(at + round) % self.known.len()]);
                self.call(shape, fresh());
            }
            let changed = self.known[round];
            for (shape, target) in [(Shape::Plain, Target::Key), (Shape::PlainAsync, Target::StaticTag)] {
                *TRUTH.lock().unwrap().get_mut(&changed).expect("it is known") += 1;
                let began = Instant::now();
                // it says whether it could be sent; here it holds in either case
                let _ = shape.invalidate(target, changed);
                let _ = Shape::PlainAsync.invalidate(Target::Key, changed);
                let took = began.elapsed();
                assert!(took < 2 * INVALIDATION, "{target:?}: {took:?}");
                SHAPES.into_iter().for_each(|shape| self.call(shape, changed));
            }
        }
    }

    /// Ends when each way to call has hits for each known key.
    fn recover(&self) {
        for id in &self.known {
            for shape in SHAPES {
                eventually("hits come back", || {
                    // what could not be sent is sent when its time has come
                    self.time.advance(Duration::from_millis(100));
                    self.time.settle();
                    self.call(shape, *id);
                    self.is_hit(shape, *id)
                });
            }
        }
    }

    /// Gives how many calls the store did not answer.
    fn through(&self, fault: impl FnOnce(&Self), heal: impl FnOnce(&Self)) -> u64 {
        self.warm();
        let before = errors();
        fault(self);
        self.work();
        let during = errors() - before;
        heal(self);
        self.recover();
        during
    }

    fn through_network(&self, fault: Fault) -> u64 {
        self.through(|world| world.proxy.set(fault), |world| world.proxy.set(Fault::None))
    }

    /// Writes something else under each of the keys whose names hold this.
    fn damage(&self, part: &str, change: impl Fn(&[u8]) -> Vec<u8>) {
        let pattern = format!("*{part}*");
        let keys: Vec<String> = redis::from_redis_value(self.server.admin(&["KEYS", &pattern])).unwrap();
        assert!(!keys.is_empty(), "there is something to damage");
        for key in keys {
            let bytes: Vec<u8> = redis::from_redis_value(self.server.admin(&["GET", &key])).unwrap();
            self.server.set(&key, &change(&bytes)).unwrap();
        }
    }
}

/// How many calls the store did not answer.
fn errors() -> u64 {
    larder::stats().functions.iter().map(|function| function.store_errors).sum()
}

/// A key that no other test uses.
fn fresh() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(500_000);
    let id = NEXT.fetch_add(1, SeqCst);
    tell(id, id);
    id
}

#[test]
fn a_server_that_is_killed_and_comes_back_empty() {
    let mut world = World::new();
    world.warm();
    world.server.kill();
    world.work();
    world.server.restart();
    world.recover();
}

#[test]
fn connections_that_are_half_open() {
    let errors = World::new().through(|world| world.proxy.leave_half_open(), |_| {});
    assert_ne!(errors, 0, "somebody asked over one of them");
}

#[test]
fn a_wrong_password() {
    let server = Server::with_password("right");
    let world = World::over(server, |url| url.replace("redis://", "redis://:wrong@"));
    world.work();
    world.server.admin(&["ACL", "SETUSER", "default", ">wrong"]);
    world.recover();
}

#[test]
fn a_server_that_has_become_a_read_only_replica() {
    let gone = free_port().to_string();
    let errors = World::new().through(
        |world| drop(world.server.admin(&["REPLICAOF", "127.0.0.1", &gone])),
        |world| drop(world.server.admin(&["REPLICAOF", "NO", "ONE"])),
    );
    assert_ne!(errors, 0);
}

/// The server refuses what takes memory, and a batch with a refusal has failed as a whole. What was invalidated while there was no room for a number is made up for; until then this process
/// keeps to it.
#[test]
fn a_server_that_has_no_memory_left() {
    let errors = World::new().through(
        |world| {
            world.server.admin(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
            world.server.admin(&["CONFIG", "SET", "maxmemory", "1"]);
        },
        |world| drop(world.server.admin(&["CONFIG", "SET", "maxmemory", "0"])),
    );
    assert_ne!(errors, 0);
}

#[test]
fn a_server_that_is_flushed() {
    World::new().through(|world| drop(world.server.admin(&["FLUSHALL"])), |_| {});
}

#[test]
fn a_server_that_evicts() {
    for policy in ["allkeys-random", "volatile-ttl"] {
        World::new().through(
            |world| {
                let used = world.server.info("memory", "used_memory").expect("it says so");
                let most = used.parse::<u64>().expect("a number") - 50_000;
                world.server.admin(&["CONFIG", "SET", "maxmemory-policy", policy]);
                world.server.admin(&["CONFIG", "SET", "maxmemory", &most.to_string()]);
            },
            |world| {
                let evicted = world.server.info("stats", "evicted_keys").expect("it says so");
                assert_ne!(evicted, "0", "something was evicted");
                world.server.admin(&["CONFIG", "SET", "maxmemory", "0"]);
            },
        );
    }
}

#[test]
fn a_server_that_answers_late_now_and_then() {
    let world = World::new();
    world.warm();
    thread::scope(|scope| {
        let pausing = scope.spawn(|| {
            for _ in 0..4 {
                // for longer than the deadline, and then for less
                world.server.admin(&["CLIENT", "PAUSE", "400", "ALL"]);
                world.server.admin(&["CLIENT", "PAUSE", "100", "ALL"]);
            }
        });
        while !pausing.is_finished() {
            world.work();
        }
    });
    world.recover();
}

#[test]
fn a_server_that_is_frozen() {
    assert_ne!(World::new().through(|world| world.server.freeze(), |world| world.server.thaw()), 0);
}

#[test]
fn values_that_are_corrupted() {
    World::new().through(
        |world| {
            world.damage(":e:", |bytes| {
                let mut bytes = bytes.to_vec();
                let last = bytes.len() - 1;
                bytes[last] ^= 0x10;
                bytes
            });
        },
        |_| {},
    );
}

#[test]
fn values_that_are_truncated() {
    for keep in [0, 1, 7, 40] {
        World::new()
            .through(|world| world.damage(":e:", |bytes| bytes[..bytes.len().min(keep)].to_vec()), |_| {});
    }
}

/// A value of another key, a text of somebody else's, and a list.
#[test]
fn values_of_others_under_our_keys() {
    let world = World::new();
    let (id, other) = (fresh(), fresh());
    Shape::Plain.call(other);
    let pattern = format!("*:e:plain:*({other})");
    let keys: Vec<String> = redis::from_redis_value(world.server.admin(&["KEYS", &pattern])).unwrap();
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    let foreign: Vec<u8> = redis::from_redis_value(world.server.admin(&["GET", key])).unwrap();
    assert_ne!(id, other);
    world.through(|world| world.damage(":e:", |_| foreign.clone()), |_| {});
    world.through(|world| world.damage(":e:", |_| b"{\"user\": 1}".to_vec()), |_| {});
    world.through(
        |world| {
            let keys: Vec<String> = redis::from_redis_value(world.server.admin(&["KEYS", "*:e:*"])).unwrap();
            for key in keys {
                world.server.admin(&["DEL", &key]);
                world.server.admin(&["RPUSH", &key, "x"]);
            }
        },
        |_| {},
    );
}

#[test]
fn records_that_are_no_numbers() {
    for record in [":a", ":f:", ":k:", ":t:", ":u:", ":seq"] {
        World::new().through(|world| world.damage(record, |_| b"not a number".to_vec()), |_| {});
    }
}

#[test]
fn a_network_that_is_slow() {
    World::new().through_network(Fault::Latency(Duration::from_millis(40)));
}

#[test]
fn a_network_that_is_too_slow() {
    assert_ne!(World::new().through_network(Fault::Latency(Duration::from_millis(400))), 0);
}

#[test]
fn a_network_that_swallows_everything() {
    assert_ne!(World::new().through_network(Fault::BlackHole), 0);
}

#[test]
fn a_network_that_resets() {
    assert_ne!(World::new().through_network(Fault::Reset), 0);
}

#[test]
fn replies_that_are_cut() {
    for after in [0, 1, 7, 40] {
        assert_ne!(World::new().through_network(Fault::Cut(after)), 0);
    }
}

#[test]
fn a_server_that_refuses_connections() {
    let errors = World::new().through(
        |world| {
            world.proxy.set(Fault::Refuse);
            world.server.admin(&["CLIENT", "KILL", "TYPE", "normal"]);
        },
        |world| world.proxy.set(Fault::None),
    );
    assert_ne!(errors, 0);
}

#[test]
fn replies_that_dribble() {
    assert_ne!(World::new().through_network(Fault::Dribble(Duration::from_millis(5))), 0);
}
