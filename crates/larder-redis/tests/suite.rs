//! The suite that every store passes, on one server and in a cluster.

mod support;

use std::time::Duration;

use larder_core::store_suite;
use larder_redis::Redis;
use support::server::Server;

/// How fast the machine is at the moment is not what the suite is about.
const DEADLINE: Duration = Duration::from_secs(5);

mod single {
    use super::*;

    store_suite! {
        let server = Server::start();
        Redis::builder(&server.url()).expect("it is a URL").deadline(DEADLINE).build(),
        block_on = |future| super::support::runtime().block_on(future)
    }
}

#[cfg(feature = "cluster")]
mod cluster {
    use super::{support::server::Cluster, *};

    store_suite! {
        let cluster = Cluster::shared();
        Redis::builder(&cluster.url()).expect("it is a URL").prefix(&support::fresh("suite")).deadline(DEADLINE).build(),
        block_on = |future| super::support::runtime().block_on(future)
    }
}
