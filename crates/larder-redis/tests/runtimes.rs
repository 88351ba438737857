//! The async half on runtimes that come and go.

mod support;

#[macro_use]
#[path = "../../larder-link/tests/every_store/runtimes.rs"]
mod every_store;

use std::{
    future::Future,
    sync::Arc,
    task::{Context, Waker},
    time::Duration,
};

use larder_core::store_bytes::{Answer, Store};
use larder_redis::Redis;
use support::{Networked, eventually, get, number, one_thread, server::Server};

tests_of_every_store! { Redis }

/// Polls a read once, so that it is on its way, or waits.
fn begun<F: Future + Unpin>(mut read: F) -> F {
    assert!(std::pin::pin!(&mut read).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    read
}

#[test]
fn reads_that_nobody_polls_any_more_hold_up_no_others() {
    let server = Server::start();
    let store = Arc::new(Redis::builder(&server.url()).unwrap().deadline(Duration::from_secs(2)).build());
    let batch = [get("k"), number("n")];
    one_thread().block_on(async {
        store.run_async(&batch).await.unwrap();
        let left: Vec<_> = (0..8).map(|_| begun(store.run_async(&batch))).collect();
        for _ in 0..3 {
            let ask = || {
                let store = Arc::clone(&store);
                tokio::spawn(async move { store.run_async(&[get("k"), number("n")]).await })
            };
            let others: Vec<_> = (0..20).map(|_| ask()).collect();
            for other in others {
                assert_eq!(other.await.unwrap().unwrap(), [Answer::Value(None), Answer::Number(None)]);
            }
        }
        drop(left);
        store.run_async(&batch).await.unwrap();
    });
    assert_eq!(store.outages(), 0);
}

#[test]
fn reads_that_nobody_polls_do_not_hide_that_the_server_is_gone() {
    let server = Server::start();
    let store = Redis::builder(&server.url()).unwrap().deadline(Duration::from_secs(1)).build();
    let batch = [get("k"), number("n")];
    one_thread().block_on(async {
        store.run_async(&batch).await.unwrap();
        server.freeze();
        let left: Vec<_> = (0..5).map(|_| begun(store.run_async(&batch))).collect();
        assert!(store.run_async(&batch).await.unwrap_err().is_timed_out());
        assert!(!store.is_available(), "it was sent at once, behind the others");
        drop(left);
        server.thaw();
    });
    eventually("it is found again", || store.run(&batch).is_ok());
    assert!(store.outages() >= 1);
}
