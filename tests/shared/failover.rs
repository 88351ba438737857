//! A cluster whose nodes have replicas, and a node that dies: calls have right values throughout, what is invalidated stays so, and hits come back once a replica has taken its place.

use std::sync::Arc;
use std::time::{Duration, Instant};

use larder::redis::Redis;
use larder::testing::isolate;

use crate::eventually;
use crate::functions::{RUNS, Shape, TRUTH, Target};
use crate::server::Cluster;
use crate::switch::use_store;

/// Of the store, for each round trip.
const DEADLINE: Duration = Duration::from_millis(250);

/// For the twelve round trips of a call inside of another one, and what a busy machine takes.
const BUDGET: Duration = DEADLINE.saturating_mul(12).saturating_add(Duration::from_secs(3));

const SHAPES: [Shape; 4] = [Shape::Plain, Shape::PlainAsync, Shape::Around, Shape::AroundAsync];

/// Keys whose entries and records are spread over all nodes.
const IDS: std::ops::Range<u32> = 700_000..700_024;

fn call(shape: Shape, id: u32) -> bool {
    let before = RUNS.load(std::sync::atomic::Ordering::SeqCst);
    let began = Instant::now();
    let value = shape.call(id);
    let took = began.elapsed();
    let truth = TRUTH.lock().unwrap()[&id];
    assert_eq!(value, truth, "{shape:?} of {id}");
    assert!(took < BUDGET, "{shape:?} of {id}: {took:?}");
    RUNS.load(std::sync::atomic::Ordering::SeqCst) == before
}

/// Changes the truth and invalidates; whether it could be sent is another matter, since here it holds in either case.
fn change(id: u32, target: Target) {
    *TRUTH.lock().unwrap().get_mut(&id).expect("it is known") += 1;
    for bottom in [Shape::Plain, Shape::PlainAsync] {
        let _ = bottom.invalidate(target, id);
    }
}

#[test]
fn a_replica_takes_the_place_of_a_node_that_dies() {
    let time = isolate();
    let mut cluster = Cluster::with_replicas();
    let store = Redis::builder(&cluster.url()).unwrap().deadline(DEADLINE).build();
    use_store(Arc::new(store));
    for id in IDS {
        TRUTH.lock().unwrap().insert(id, 1);
        for shape in SHAPES {
            call(shape, id);
            assert!(call(shape, id), "it is stored");
        }
    }
    for dying in 0..2 {
        // acknowledged just before: the replica may not have heard of it
        for id in IDS {
            change(id, Target::StaticTag);
        }
        cluster.nodes[dying].kill();
        let replica = &cluster.nodes[dying + 3];
        let mut round = 0;
        eventually("the replica takes its place", || {
            round += 1;
            for (id, shape) in IDS.zip(SHAPES.into_iter().cycle().skip(round)) {
                call(shape, id);
                if id as usize % 5 == round % 5 {
                    change(id, Target::Key);
                    call(shape, id);
                }
            }
            replica.info("replication", "role").as_deref() == Some("master")
        });
        for id in IDS {
            for shape in SHAPES {
                eventually("hits come back", || {
                    // what could not be sent is sent when its time has come
                    time.advance(Duration::from_millis(100));
                    time.settle();
                    call(shape, id);
                    call(shape, id)
                });
            }
        }
    }
}
