//! Several servers that share the keys: each key has one, and one that is gone costs its own keys only.

mod support;

use std::time::Duration;

use larder_core::store_bytes::{Answer, Operation};
use larder_memcached::Memcached;
use support::{
    HALVES, Half, SLACK, add, eventually, fresh, get, number, put, raise, server::Server, timed, value,
};

/// Long enough for servers that are well, on a machine that does other things too: what they have is asked for with this.
const DEADLINE: Duration = Duration::from_millis(2_000);

fn hosts(servers: &[Server]) -> Vec<String> {
    servers.iter().map(|server| format!("127.0.0.1:{}", server.port())).collect()
}

fn store(hosts: &[String]) -> Memcached {
    Memcached::builder(&format!("memcached://{}", hosts.join(","))).unwrap().deadline(DEADLINE).build()
}

/// Keys of each server, by asking it.
fn keys_of(servers: &[Server], store: &Memcached) -> Vec<Vec<String>> {
    let mark = fresh("of");
    let keys: Vec<String> = (0..60).map(|at| format!("{mark}:{at}")).collect();
    let puts: Vec<Operation> = keys.iter().map(|key| put(key, key.as_bytes())).collect();
    eventually("they are stored", || Half::Threads.run(store, &puts).is_ok());
    let is_on = |server: &Server, key: &&String| server.raw(&format!("get {key}\r\n")).contains("VALUE");
    servers.iter().map(|server| keys.iter().filter(|key| is_on(server, key)).cloned().collect()).collect()
}

#[test]
fn each_key_is_on_one_server_whoever_asks() {
    let servers = [Server::start(), Server::start(), Server::start()];
    let mut hosts = hosts(&servers);
    let one = store(&hosts);
    let keys = keys_of(&servers, &one);
    assert_eq!(keys.iter().map(Vec::len).sum::<usize>(), 60);
    assert!(keys.iter().all(|own| own.len() > 5), "each has a share: {keys:?}");
    hosts.rotate_left(1);
    let other = store(&hosts);
    for half in HALVES {
        for key in keys.iter().flatten() {
            assert_eq!(
                half.ask(&other, get(key)).unwrap(),
                value(key.as_bytes()),
                "the order is of no account"
            );
        }
    }
}

#[test]
fn a_server_that_is_gone_costs_its_own_keys_only() {
    for half in HALVES {
        let mut servers = [Server::start(), Server::start(), Server::start()];
        let store = store(&hosts(&servers));
        let keys = keys_of(&servers, &store);
        servers[1].kill();
        for own in [&keys[0], &keys[2]] {
            for key in own {
                assert_eq!(half.ask(&store, get(key)).unwrap(), value(key.as_bytes()), "{half:?}");
                half.ask(&store, put(key, key.as_bytes())).unwrap();
            }
        }
        let (lost, kept) = (&keys[1][0], &keys[0][0]);
        assert!(half.ask(&store, get(lost)).unwrap_err().is_unavailable(), "nobody answered");
        let both = [get(lost), get(kept), number(lost), support::remaining(lost)];
        let answers =
            [Answer::Value(None), value(kept.as_bytes()), Answer::Number(None), Answer::Remaining(None)];
        assert_eq!(half.run(&store, &both).unwrap(), answers);
        for write in [put(lost, b"w"), raise(lost, 1, DEADLINE), add(lost, 1, 0)] {
            assert!(half.run(&store, &[get(kept), write]).is_err(), "it is not written elsewhere");
        }
        for other in [&servers[0], &servers[2]] {
            assert!(!other.raw(&format!("get {lost}\r\n")).contains("VALUE"), "nobody stands in");
        }
        servers[1].restart();
        eventually("it is asked again", || half.ask(&store, put(lost, b"new")).is_ok());
        assert_eq!(
            half.run(&store, &[get(lost), get(kept)]).unwrap(),
            [value(b"new"), value(kept.as_bytes())]
        );
    }
}

#[test]
fn a_frozen_server_costs_the_others_one_deadline() {
    for half in HALVES {
        let servers = [Server::start(), Server::start(), Server::start()];
        let store = store(&hosts(&servers));
        let keys = keys_of(&servers, &store);
        let everything: Vec<Operation> = keys.iter().flatten().map(|key| get(key)).collect();
        half.run(&store, &everything).unwrap();
        servers[2].freeze();
        let (answers, took) = timed(|| half.run(&store, &everything).unwrap());
        assert!(took < DEADLINE + SLACK, "{half:?}: {took:?}");
        let missing = answers.iter().filter(|answer| **answer == Answer::Value(None)).count();
        assert_eq!(missing, keys[2].len());
        let (_, took) = timed(|| (0..200).for_each(|_| drop(half.run(&store, &everything).unwrap())));
        assert!(took < DEADLINE * 30, "{half:?}: {took:?}");
        servers[2].thaw();
        let all_there = || {
            let answers = half.run(&store, &everything);
            answers.is_ok_and(|answers| answers.iter().all(|answer| *answer != Answer::Value(None)))
        };
        eventually("it is asked again", all_there);
    }
}

const LATENCY: Duration = Duration::from_millis(1_000);

#[test]
fn a_batch_is_asked_of_all_servers_at_once() {
    let servers = [Server::start(), Server::start(), Server::start()];
    let proxies: Vec<_> = servers.iter().map(|server| support::proxy::Proxy::before(server.port())).collect();
    let url = proxies.iter().map(|proxy| format!("127.0.0.1:{}", proxy.port())).collect::<Vec<_>>().join(",");
    let store = Memcached::builder(&format!("memcached://{url}")).unwrap().deadline(DEADLINE * 10).build();
    let batch: Vec<Operation> = (0..60).map(|at| put(&format!("all:{at}"), b"v")).collect();
    for half in HALVES {
        half.run(&store, &batch).unwrap();
        proxies.iter().for_each(|proxy| proxy.set(support::proxy::Fault::Latency(LATENCY)));
        let (_, took) = timed(|| half.run(&store, &batch).unwrap());
        // one after the other they would take thrice as long
        assert!(took < LATENCY * 3, "{half:?}: {took:?}");
        proxies.iter().for_each(|proxy| proxy.set(support::proxy::Fault::None));
    }
}

#[test]
fn an_answer_behind_a_server_that_hangs_is_taken() {
    let servers = [Server::start(), Server::start(), Server::start()];
    let store = store(&hosts(&servers));
    let keys = keys_of(&servers, &store);
    let everything: Vec<Operation> = keys.iter().flatten().map(|key| get(key)).collect();
    Half::Threads.run(&store, &everything).unwrap();
    // this one is waited for first
    servers[0].freeze();
    let (answers, took) = timed(|| Half::Threads.run(&store, &everything).unwrap());
    assert!(took < DEADLINE + SLACK, "{took:?}");
    let missing = answers.iter().filter(|answer| **answer == Answer::Value(None)).count();
    assert_eq!(missing, keys[0].len());
    for key in [&keys[1][0], &keys[2][0]] {
        assert_eq!(Half::Threads.ask(&store, get(key)).unwrap(), value(key.as_bytes()), "its server is well");
    }
}
