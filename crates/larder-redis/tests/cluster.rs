//! A cluster of three nodes: keys go where their slot is, also while slots move and nodes are gone.
#![cfg(feature = "cluster")]

mod support;

use larder_core::store_bytes::{Answer, Operation};
use larder_redis::Redis;
use support::{
    DEADLINE, HALVES, Half, MINUTE, NEXT_TO_NOTHING, Networked, SLACK, With, add, eventually, fresh, get,
    number, put, put_if_absent, raise, remaining, remove, remove_if,
    server::{Cluster, Server},
    set_up, timed, value,
};

/// For what is not about time.
fn store(cluster: &Cluster) -> Redis {
    Redis::at(&cluster.url(), With::patience().prefix("test"))
}

/// For what is.
fn hurried(cluster: &Cluster) -> Redis {
    Redis::at(&cluster.url(), With::deadline(DEADLINE).prefix("test"))
}

fn keys_on(node: &Server) -> i64 {
    match node.admin(&["DBSIZE"]) {
        redis::Value::Int(keys) => keys,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_operation_works_on_the_node_that_owns_the_key() {
    let cluster = Cluster::start();
    let store = store(&cluster);
    for half in HALVES {
        for _ in 0..30 {
            let key = fresh("key");
            let batch = [
                get(&key),
                put(&key, b"5"),
                raise(&key, 9, MINUTE),
                number(&key),
                add(&key, 1, 0),
                put_if_absent(&key, b"x"),
                remove_if(&key, b"10"),
                put_if_absent(&key, b"y"),
                get(&key),
                remove(&key),
                remaining(&key),
            ];
            let expected = [
                Answer::Value(None),
                Answer::Done(true),
                Answer::Number(Some(9)),
                Answer::Number(Some(9)),
                Answer::Number(Some(10)),
                Answer::Done(false),
                Answer::Done(true),
                Answer::Done(true),
                value(b"y"),
                Answer::Done(true),
                Answer::Remaining(None),
            ];
            assert_eq!(half.run(&store, &batch).unwrap(), expected);
        }
    }
}

#[test]
fn a_batch_spreads_over_the_nodes_and_is_answered_in_its_order() {
    let cluster = Cluster::start();
    let store = store(&cluster);
    for half in HALVES {
        let keys: Vec<String> = (0..300).map(|at| format!("{half:?}:{at}")).collect();
        let writes: Vec<Operation> = keys.iter().map(|key| put(key, key.as_bytes())).collect();
        half.run(&store, &writes).unwrap();
        let reads: Vec<Operation> = keys.iter().map(|key| get(key)).collect();
        let gets = || cluster.nodes.iter().map(|node| node.calls("get")).sum::<u64>();
        let before = gets();
        let answers = half.run(&store, &reads).unwrap();
        assert_eq!(gets() - before, 300, "each key is asked for once: nothing was sent to a wrong node");
        for (key, answer) in keys.iter().zip(answers) {
            assert_eq!(answer, value(key.as_bytes()));
        }
    }
    assert!(cluster.nodes.iter().all(|node| keys_on(node) > 150), "every node has its share");
}

#[test]
fn clearing_reaches_every_node() {
    let cluster = Cluster::start();
    let store = store(&cluster);
    for half in HALVES {
        let writes: Vec<Operation> = (0..3_000).map(|at| put(&format!("clear:{at}"), b"v")).collect();
        half.run(&store, &writes).unwrap();
        half.run(&store, &[put("kept", b"v")]).unwrap();
        assert_eq!(half.clear(&store, "clear:").unwrap(), 3_000);
        assert_eq!(cluster.nodes.iter().map(keys_on).sum::<i64>(), 1);
    }
}

#[test]
fn one_seed_is_enough() {
    let cluster = Cluster::start();
    let url = format!("redis+cluster://127.0.0.1:{}", cluster.nodes[1].port());
    let store = Redis::at(&url, With::patience());
    let writes: Vec<Operation> = (0..50).map(|at| put(&format!("seed:{at}"), b"v")).collect();
    Half::Threads.run(&store, &writes).unwrap();
}

#[test]
fn a_slot_may_move_while_its_keys_are_used() {
    let cluster = Cluster::start();
    let store = store(&cluster);
    let (from, to) = (&cluster.nodes[0], &cluster.nodes[2]);
    let (from_id, to_id) = (Cluster::id(from), Cluster::id(to));
    let slot_of = |key: &str| match from.admin(&["CLUSTER", "KEYSLOT", key]) {
        redis::Value::Int(slot) => slot,
        other => panic!("{other:?}"),
    };
    for half in HALVES {
        // a slot of the first node
        let tag = (0..1_000).map(|at| format!("{{{half:?}:{at}}}"));
        let tag =
            tag.into_iter().find(|tag| slot_of(&format!("test:{tag}")) <= 5460).expect("a third of all are");
        let slot = slot_of(&format!("test:{tag}")).to_string();
        let (there, missing) = (format!("{tag}:there"), format!("{tag}:missing"));
        half.run(&store, &[put(&there, b"v"), raise(&format!("{tag}:number"), 7, MINUTE)]).unwrap();

        to.admin(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from_id]);
        from.admin(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to_id]);
        // what is still there is served there; what is not, where the slot goes (ASK)
        let batch =
            [get(&there), put(&missing, b"new"), get(&missing), add(&missing, 1, 4), number(&missing)];
        let expected = [
            value(b"v"),
            Answer::Done(true),
            value(b"new"),
            Answer::Number(Some(5)),
            Answer::Number(Some(5)),
        ];
        assert_eq!(half.run(&store, &batch).unwrap(), expected, "{half:?}");

        let keys = [format!("test:{there}"), format!("test:{tag}:number")];
        for key in &keys {
            let port = to.port().to_string();
            from.admin(&["MIGRATE", "127.0.0.1", &port, key, "0", "5000"]);
        }
        assert_eq!(half.ask(&store, get(&there)).unwrap(), value(b"v"));
        for node in &cluster.nodes {
            node.admin(&["CLUSTER", "SETSLOT", &slot, "NODE", &to_id]);
        }
        // the store's map is out of date (MOVED), then it is not
        let answers = half.run(&store, &[get(&there), number(&format!("{tag}:number"))]).unwrap();
        assert_eq!(answers, [value(b"v"), Answer::Number(Some(7))], "{half:?}");
        eventually("the new map is known", || {
            let before = from.calls("get");
            half.ask(&store, get(&there)).unwrap();
            from.calls("get") == before
        });
    }
}

#[test]
fn a_node_that_is_gone_takes_its_keys_with_it_and_no_others() {
    for half in HALVES {
        let mut cluster = Cluster::start();
        let store = hurried(&cluster);
        let keys: Vec<String> = (0..60).map(|at| format!("part:{at}")).collect();
        for key in &keys {
            set_up(half, &store, &put(key, b"v"));
        }
        cluster.nodes[1].kill();
        let answered = || keys.iter().filter(|key| half.ask(&store, get(key)).is_ok()).count();
        let mut some = 0;
        eventually("those of the other nodes are served", || {
            let (answers, took) = timed(answered);
            assert!(answers < 55, "nobody serves those of the one that is gone");
            assert!(took < NEXT_TO_NOTHING, "{took:?}");
            some = some.max(answers);
            some > 20
        });
        cluster.nodes[1].restart();
        eventually("all of them are served again", || answered() == keys.len());
    }
}

#[test]
fn a_frozen_node_costs_its_keys_one_deadline() {
    let cluster = Cluster::start();
    for half in HALVES {
        let store = hurried(&cluster);
        let keys: Vec<String> = (0..60).map(|at| format!("part:{at}")).collect();
        for key in &keys {
            set_up(half, &store, &put(key, b"v"));
        }
        cluster.nodes[2].freeze();
        let (_, took) = timed(|| keys.iter().filter(|key| half.ask(&store, get(key)).is_ok()).count());
        // a third of sixty that each waited would take twice as long
        assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        cluster.nodes[2].thaw();
        eventually("all of them are served again", || {
            keys.iter().all(|key| half.ask(&store, get(key)).is_ok())
        });
    }
}

#[test]
fn a_cluster_that_is_not_there_is_waited_for_no_longer_than_the_deadline() {
    let mut cluster = Cluster::start();
    let store = hurried(&cluster);
    cluster.nodes.iter_mut().for_each(|node| node.kill());
    for half in HALVES {
        for _ in 0..20 {
            let (answer, took) = timed(|| half.ask(&store, get("k")));
            assert!(answer.is_err());
            assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        }
    }
    cluster.nodes.iter_mut().for_each(Server::restart);
    for half in HALVES {
        eventually("it is found", || half.ask(&store, put("k", b"v")).is_ok());
    }
}

#[test]
fn a_single_server_is_no_cluster() {
    let server = Server::start();
    let store = Redis::at(&format!("redis+cluster://127.0.0.1:{}", server.port()), With::patience());
    for half in HALVES {
        let error = half.ask(&store, get("k")).unwrap_err();
        assert!(error.is_refused() && error.to_string().contains("cluster"), "{error}");
    }
}
