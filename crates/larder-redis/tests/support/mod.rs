//! Real servers, and what the tests of every store behind a network share.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part")]

#[path = "../../../larder-link/tests/support/mod.rs"]
mod link;
pub mod server;

use std::time::Duration;

use larder_redis::Redis;
pub use link::*;
use server::Server;

impl Networked for Redis {
    type Server = Server;

    const SCHEME: &str = "redis";

    const TICK: Duration = Duration::ZERO;

    fn at(url: &str, with: With) -> Self {
        let builder = Redis::builder(url).expect("it is a URL").deadline(with.deadline);
        let builder = with.pool_size.map_or(builder.clone(), |size| builder.pool_size(size));
        with.prefix.map_or(builder.clone(), |prefix| builder.prefix(prefix)).build()
    }

    fn is_available(&self) -> bool {
        self.health().is_available
    }

    fn outages(&self) -> u64 {
        self.health().outages
    }
}

impl RealServer for Server {
    fn start() -> Self {
        Self::start()
    }

    fn closing_what_is_idle() -> Self {
        Self::with(&["--timeout", "1"])
    }

    fn restart(&mut self) {
        self.restart();
    }

    fn url(&self) -> String {
        self.url()
    }

    fn clients(&self) -> u64 {
        self.clients()
    }

    fn clients_ever(&self) -> u64 {
        let ever = self.info("stats", "total_connections_received");
        ever.and_then(|ever| ever.parse().ok()).expect("it counts them")
    }
}
