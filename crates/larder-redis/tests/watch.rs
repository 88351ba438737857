//! Messages between stores: they arrive, not at their sender, and what interrupts them is told.

mod support;

use std::{
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use larder_redis::{Notice, Redis, Watch};
use support::{
    HALVES, Half, Networked, With,
    proxy::{Fault, Proxy},
    runtime,
    server::Server,
};

fn store(url: &str) -> Redis {
    Redis::at(url, With::patience().prefix("test"))
}

/// A watch that listens already.
fn watch(store: &Redis) -> (Watch, Receiver<Notice>) {
    let (sender, notices) = channel();
    let watch = store.watch(move |notice| drop(sender.send(notice)));
    assert_eq!(next(&notices), Notice::Resumed);
    (watch, notices)
}

fn next(notices: &Receiver<Notice>) -> Notice {
    notices.recv_timeout(Duration::from_secs(30)).expect("there is one within half a minute")
}

fn notify(half: Half, store: &Redis, message: &[u8]) {
    match half {
        Half::Threads => store.notify(message),
        Half::Tasks => runtime().block_on(store.notify_async(message)),
        Half::AnyExecutor => pollster::block_on(store.notify_async(message)),
    }
    .expect("it is sent");
}

fn message(text: &[u8]) -> Notice {
    Notice::Message(text.to_vec())
}

#[test]
fn messages_of_others_arrive_in_their_order_and_ones_own_do_not() {
    let server = Server::start();
    let (one, other) = (store(&server.url()), store(&server.url()));
    let stranger = Redis::at(&server.url(), With::patience().prefix("another"));
    let (_watch, notices) = watch(&one);
    for half in HALVES {
        notify(half, &one, b"own");
        notify(half, &one.clone(), b"own, by a clone");
        notify(half, &stranger, b"of another prefix");
        notify(half, &other, b"");
        notify(half, &other, b"\0\r\n any bytes \xff");
        assert_eq!(next(&notices), message(b""));
        assert_eq!(next(&notices), message(b"\0\r\n any bytes \xff"));
    }
    server.admin(&["PUBLISH", "test:larder:notices", "short"]);
    for at in 0..1_000_u32 {
        other.notify(&at.to_le_bytes()).unwrap();
    }
    for at in 0..1_000_u32 {
        assert_eq!(next(&notices), message(&at.to_le_bytes()));
    }
}

#[test]
fn a_restart_is_an_interruption() {
    let mut server = Server::start();
    let (one, other) = (store(&server.url()), store(&server.url()));
    let (_watch, notices) = watch(&one);
    server.restart();
    assert_eq!(next(&notices), Notice::Interrupted);
    assert_eq!(next(&notices), Notice::Resumed);
    support::eventually("the other store is back", || other.notify(b"after").is_ok());
    assert_eq!(next(&notices), message(b"after"));
}

#[test]
fn a_silent_death_of_the_connection_is_noticed() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let (one, other) = (store(&proxy.url()), store(&server.url()));
    let (_watch, notices) = watch(&one);
    proxy.leave_half_open();
    assert_eq!(next(&notices), Notice::Interrupted);
    assert_eq!(next(&notices), Notice::Resumed);
    other.notify(b"after").unwrap();
    assert_eq!(next(&notices), message(b"after"));
}

#[test]
fn silence_is_no_interruption_and_a_slow_message_is_whole() {
    let server = Server::start();
    let proxy = Proxy::before(server.port());
    let (one, other) = (store(&proxy.url()), store(&server.url()));
    let (_watch, notices) = watch(&one);
    // more than the silence after which the server is asked, in the midst of a message
    proxy.set(Fault::Dribble(Duration::from_millis(25)));
    other.notify(b"in a moment").unwrap();
    assert_eq!(next(&notices), message(b"in a moment"));
    proxy.set(Fault::None);
    assert!(notices.recv_timeout(Duration::from_secs(3)).is_err(), "nothing happens");
    other.notify(b"again").unwrap();
    assert_eq!(next(&notices), message(b"again"));
}

#[test]
fn it_waits_for_a_server_that_is_not_there_yet() {
    let mut server = Server::start();
    server.kill();
    let (one, other) = (store(&server.url()), store(&server.url()));
    let (sender, notices) = channel();
    let _watch = one.watch(move |notice| drop(sender.send(notice)));
    assert!(notices.recv_timeout(Duration::from_millis(300)).is_err());
    server.restart();
    assert_eq!(next(&notices), Notice::Resumed);
    other.notify(b"first").unwrap();
    assert_eq!(next(&notices), message(b"first"));
}

#[test]
fn a_watch_that_is_dropped_hears_nothing_and_its_thread_ends() {
    let server = Server::start();
    let (one, other) = (store(&server.url()), store(&server.url()));
    let (watch, notices) = watch(&one);
    drop(watch);
    // the listener goes with the thread, and the sender with it
    support::eventually("the thread ends", || {
        other.notify(b"late").unwrap();
        notices.recv_timeout(Duration::from_millis(10))
            == Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    });
}

#[test]
fn a_listener_that_panics_goes_on_listening() {
    let server = Server::start();
    let (one, other) = (store(&server.url()), store(&server.url()));
    let (sender, notices) = channel();
    let _watch = one.watch(move |notice| {
        sender.send(notice.clone()).unwrap();
        assert_ne!(notice, message(b"bad"), "on purpose");
    });
    assert_eq!(next(&notices), Notice::Resumed);
    other.notify(b"bad").unwrap();
    other.notify(b"good").unwrap();
    assert_eq!(next(&notices), message(b"bad"));
    assert_eq!(next(&notices), message(b"good"));
}

#[cfg(feature = "cluster")]
#[test]
fn on_a_cluster_messages_reach_watches_at_every_node() {
    let cluster = support::server::Cluster::start();
    let other = store(&cluster.url());
    for node in &cluster.nodes {
        let one = store(&format!("redis+cluster://127.0.0.1:{}", node.port()));
        let (_watch, notices) = watch(&one);
        other.notify(b"to all").unwrap();
        assert_eq!(next(&notices), message(b"to all"));
    }
}
