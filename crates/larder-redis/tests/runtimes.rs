//! The async half on runtimes that come and go.

mod support;

use std::{
    future::Future,
    sync::{Arc, Barrier},
    task::{Context, Waker},
    thread,
    time::Duration,
};

use larder_core::store_bytes::{Answer, Store};
use larder_redis::Redis;
use support::{
    Half, add, fresh, get,
    proxy::{Fault, Proxy},
    put,
    server::Server,
    value,
};
use tokio::runtime::{Builder, Runtime};

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn it_survives_the_runtime_it_was_connected_on() {
    let server = Server::start();
    let store = Redis::builder(&server.url()).unwrap().build();
    for round in 0..5 {
        let runtime = if round % 2 == 0 { one_thread() } else { Runtime::new().unwrap() };
        let key = fresh("round");
        runtime.block_on(async {
            store.run_async(&[put(&key, b"v")]).await.unwrap();
            assert_eq!(store.run_async(&[get(&key)]).await.unwrap(), [value(b"v")]);
        });
        runtime.shutdown_timeout(Duration::from_secs(5));
    }
}

#[test]
fn runtimes_at_the_same_time_do_not_need_each_other() {
    let server = Server::start();
    let store = Redis::builder(&server.url()).unwrap().build();
    // this one stands still while the others ask
    let idle = one_thread();
    idle.block_on(store.run_async(&[get("k")])).unwrap();
    let sum = fresh("sum");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let runtime = one_thread();
                runtime.block_on(async {
                    for _ in 0..50 {
                        store.run_async(&[add(&sum, 1, 0)]).await.unwrap();
                    }
                });
            });
        }
    });
    assert_eq!(Half::Threads.ask(&store, support::number(&sum)).unwrap(), Answer::Number(Some(300)));
    assert_eq!(idle.block_on(store.run_async(&[get("k")])).unwrap(), [Answer::Value(None)]);
}

#[test]
fn connections_of_runtimes_that_are_gone_are_closed() {
    let server = Server::start();
    let store = Redis::builder(&server.url()).unwrap().build();
    for _ in 0..20 {
        one_thread().block_on(store.run_async(&[get("k")])).unwrap();
    }
    let few = || server.info("clients", "connected_clients").unwrap().parse::<u32>().unwrap() <= 3;
    support::eventually("they are closed", few);
}

#[test]
fn callers_at_once_share_one_connection() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = Redis::builder(&proxy.url()).unwrap().deadline(Duration::from_secs(5)).build();
    support::runtime().block_on(async {
        let asking: Vec<_> = (0..64)
            .map(|at| {
                let store = store.clone();
                tokio::spawn(async move {
                    let key = format!("shared:{at}");
                    let answers = store.run_async(&[put(&key, key.as_bytes()), get(&key)]).await.unwrap();
                    assert_eq!(answers[1], value(key.as_bytes()));
                })
            })
            .collect();
        for task in asking {
            task.await.unwrap();
        }
    });
    assert_eq!(proxy.accepted(), 1);
}

#[test]
fn a_caller_who_gives_up_leaves_nobody_the_wrong_reply() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = Redis::builder(&proxy.url()).unwrap().deadline(Duration::from_secs(5)).build();
    support::runtime().block_on(async {
        store.run_async(&[put("a", b"a"), put("b", b"b")]).await.unwrap();
        proxy.set(Fault::Latency(Duration::from_millis(50)));
        for _ in 0..10 {
            let batch = [get("a")];
            let mut given_up = store.run_async(&batch);
            // asked, and away before the reply can be there
            std::future::poll_fn(|context| {
                std::task::Poll::Ready(given_up.as_mut().poll(context).is_ready())
            })
            .await;
            tokio::task::yield_now().await;
            drop(given_up);
            assert_eq!(store.run_async(&[get("b")]).await.unwrap(), [value(b"b")]);
        }
    });
    assert_eq!(proxy.accepted(), 1, "giving up costs no connection");
}

#[test]
fn a_caller_who_is_not_polled_any_more_holds_nobody_up() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let store = Redis::builder(&proxy.url()).unwrap().deadline(Duration::from_secs(5)).build();
    support::runtime().block_on(async {
        // polled once, so that it is the one who has the connection made
        let batch = [get("a")];
        let mut forgotten = store.run_async(&batch);
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(forgotten.as_mut().poll(context)));
        assert!(polled.await.is_pending());
        assert_eq!(store.run_async(&[get("a")]).await.unwrap(), [Answer::Value(None)]);
        drop(forgotten);
    });
}

#[test]
fn the_blocking_half_works_inside_a_runtime() {
    let server = Server::start();
    let store = Redis::builder(&server.url()).unwrap().build();
    one_thread().block_on(async {
        store.run(&[put("k", b"v")]).unwrap();
        assert_eq!(store.run_async(&[get("k")]).await.unwrap(), [value(b"v")]);
    });
}

#[test]
fn a_store_may_be_dropped_while_it_works() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    proxy.set(Fault::Latency(Duration::from_millis(50)));
    let (begun, clones) = (Arc::new(Barrier::new(9)), 8);
    let store = Redis::builder(&proxy.url()).unwrap().deadline(Duration::from_secs(5)).build();
    let working: Vec<_> = (0..clones)
        .map(|_| {
            let (store, begun) = (store.clone(), Arc::clone(&begun));
            thread::spawn(move || {
                begun.wait();
                pollster::block_on(store.run_async(&[get("k")])).unwrap()
            })
        })
        .collect();
    begun.wait();
    drop(store);
    for thread in working {
        assert_eq!(thread.join().unwrap(), [Answer::Value(None)]);
    }
}

#[test]
fn what_a_runtime_slept_through_costs_nothing() {
    let server = Server::with(&["--timeout", "1"]);
    let store = Redis::builder(&server.url()).unwrap().build();
    let runtime = one_thread();
    runtime.block_on(store.run_async(&[get("k")])).unwrap();
    // nothing polls the runtime while the server closes the connection
    let clients = || server.info("clients", "connected_clients");
    support::eventually("the server closes what is idle", || clients().as_deref() == Some("1"));
    let sum = fresh("sum");
    assert_eq!(runtime.block_on(store.run_async(&[add(&sum, 1, 0)])).unwrap(), [Answer::Number(Some(1))]);
}

/// Polls a read once, so that it is on its way, or waits.
fn begun<F: Future + Unpin>(mut read: F) -> F {
    assert!(std::pin::pin!(&mut read).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    read
}

#[test]
fn reads_that_nobody_polls_any_more_hold_up_no_others() {
    let server = Server::start();
    let store = Arc::new(Redis::builder(&server.url()).unwrap().deadline(Duration::from_secs(2)).build());
    let batch = [get("k"), support::number("n")];
    one_thread().block_on(async {
        store.run_async(&batch).await.unwrap();
        let left: Vec<_> = (0..8).map(|_| begun(store.run_async(&batch))).collect();
        for _ in 0..3 {
            let ask = || {
                let store = Arc::clone(&store);
                tokio::spawn(async move { store.run_async(&[get("k"), support::number("n")]).await })
            };
            let others: Vec<_> = (0..20).map(|_| ask()).collect();
            for other in others {
                assert_eq!(other.await.unwrap().unwrap(), [Answer::Value(None), Answer::Number(None)]);
            }
        }
        drop(left);
        store.run_async(&batch).await.unwrap();
    });
    assert_eq!(store.health().outages, 0);
}

#[test]
fn reads_that_nobody_polls_do_not_hide_that_the_server_is_gone() {
    let server = Server::start();
    let store = Redis::builder(&server.url()).unwrap().deadline(Duration::from_millis(500)).build();
    let batch = [get("k"), support::number("n")];
    one_thread().block_on(async {
        store.run_async(&batch).await.unwrap();
        server.freeze();
        let left: Vec<_> = (0..5).map(|_| begun(store.run_async(&batch))).collect();
        assert!(store.run_async(&batch).await.unwrap_err().is_timed_out());
        assert!(!store.health().is_available, "it was sent at once, behind the others");
        drop(left);
        server.thaw();
    });
    support::eventually("it is found again", || store.run(&batch).is_ok());
    assert_eq!(store.health().outages, 1);
}
