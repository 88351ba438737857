//! The suite that every store passes: on one server, at a unix socket, and on three servers that share the keys.

mod support;

use std::time::Duration;

use larder_core::store_suite;
use larder_memcached::Memcached;
use support::server::Server;

/// How fast the machine is at the moment is not what the suite is about.
const DEADLINE: Duration = Duration::from_secs(5);

mod single {
    use super::*;

    store_suite! {
        let server = Server::start();
        Memcached::builder(&server.url()).expect("it is a URL").deadline(DEADLINE).build(),
        block_on = |future| super::support::runtime().block_on(future)
    }
}

mod at_a_socket {
    use super::*;

    store_suite! {
        let server = Server::on_socket();
        Memcached::builder(&server.url()).expect("it is a URL").prefix("suite").deadline(DEADLINE).build(),
        block_on = |future| super::support::runtime().block_on(future)
    }
}

mod several {
    use super::*;

    store_suite! {
        let servers = [Server::start(), Server::start(), Server::start()];
        Memcached::builder(&format!(
            "memcached://{}",
            servers.iter().map(|server| format!("127.0.0.1:{}", server.port())).collect::<Vec<_>>().join(",")
        ))
        .expect("it is a URL")
        .deadline(DEADLINE)
        .build(),
        // each server has a clock of its own, which ticks when it likes
        pass = |by| support::server::await_ticks(&servers, by.as_secs() + 1),
        block_on = |future| super::support::runtime().block_on(future)
    }
}
