//! The async half on runtimes that come and go.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use larder_core::store_bytes::Answer;
use tokio::runtime::Runtime;

use crate::support::{
    Half, Networked, RealServer, With, add, eventually, fresh, get, number, one_thread,
    proxy::{Fault, Proxy},
    put, runtime, through, value,
};

/// Makes each of them a test of this store.
macro_rules! tests_of_every_store {
    ($store:ty) => {
        tests_of_every_store! { $store:
            it_survives_the_runtime_it_was_connected_on
            runtimes_at_the_same_time_do_not_need_each_other
            connections_of_runtimes_that_are_gone_are_closed
            callers_at_once_share_one_connection
            a_caller_who_gives_up_leaves_nobody_the_wrong_reply
            a_caller_who_is_not_polled_any_more_holds_nobody_up
            the_blocking_half_works_inside_a_runtime
            a_store_may_be_dropped_while_it_works
            what_a_runtime_slept_through_costs_nothing
        }
    };
    ($store:ty: $($name:ident)*) => {$(
        #[test]
        fn $name() {
            every_store::$name::<$store>();
        }
    )*};
}

pub(crate) fn it_survives_the_runtime_it_was_connected_on<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::patience());
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

pub(crate) fn runtimes_at_the_same_time_do_not_need_each_other<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::patience());
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
    assert_eq!(Half::Threads.ask(&store, number(&sum)).unwrap(), Answer::Number(Some(300)));
    assert_eq!(idle.block_on(store.run_async(&[get("k")])).unwrap(), [Answer::Value(None)]);
}

pub(crate) fn connections_of_runtimes_that_are_gone_are_closed<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::patience());
    for _ in 0..20 {
        one_thread().block_on(store.run_async(&[get("k")])).unwrap();
    }
    let few = || server.clients() <= 2;
    eventually("they are closed", few);
}

pub(crate) fn callers_at_once_share_one_connection<S: Networked>() {
    let server = S::Server::start();
    let proxy = Proxy::before(server.port());
    let store = S::at(&through::<S>(&proxy), With::patience());
    runtime().block_on(async {
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

pub(crate) fn a_caller_who_gives_up_leaves_nobody_the_wrong_reply<S: Networked>() {
    let server = S::Server::start();
    let proxy = Proxy::before(server.port());
    let store = S::at(&through::<S>(&proxy), With::patience());
    runtime().block_on(async {
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

pub(crate) fn a_caller_who_is_not_polled_any_more_holds_nobody_up<S: Networked>() {
    let server = S::Server::start();
    let proxy = Proxy::before(server.port());
    let store = S::at(&through::<S>(&proxy), With::patience());
    runtime().block_on(async {
        // polled once, so that it is the one who has the connection made
        let batch = [get("a")];
        let mut forgotten = store.run_async(&batch);
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(forgotten.as_mut().poll(context)));
        assert!(polled.await.is_pending());
        assert_eq!(store.run_async(&[get("a")]).await.unwrap(), [Answer::Value(None)]);
        drop(forgotten);
    });
}

pub(crate) fn the_blocking_half_works_inside_a_runtime<S: Networked>() {
    let server = S::Server::start();
    let store = S::at(&server.url(), With::patience());
    one_thread().block_on(async {
        store.run(&[put("k", b"v")]).unwrap();
        assert_eq!(store.run_async(&[get("k")]).await.unwrap(), [value(b"v")]);
    });
}

pub(crate) fn a_store_may_be_dropped_while_it_works<S: Networked>() {
    let server = S::Server::start();
    let proxy = Proxy::before(server.port());
    proxy.set(Fault::Latency(Duration::from_millis(50)));
    let (begun, clones) = (Arc::new(Barrier::new(9)), 8);
    let store = S::at(&through::<S>(&proxy), With::patience());
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

pub(crate) fn what_a_runtime_slept_through_costs_nothing<S: Networked>() {
    let server = S::Server::closing_what_is_idle();
    let store = S::at(&server.url(), With::patience());
    let runtime = one_thread();
    runtime.block_on(store.run_async(&[get("k")])).unwrap();
    // nothing polls the runtime while the server closes the connection
    eventually("the server closes what is idle", || server.clients() == 0);
    let sum = fresh("sum");
    assert_eq!(runtime.block_on(store.run_async(&[add(&sum, 1, 0)])).unwrap(), [Answer::Number(Some(1))]);
}
