//! Real servers, a proxy that breaks connections, and the halves of a store behind one function.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part")]

#[path = "../../../larder-redis/tests/support/asking.rs"]
mod asking;
#[path = "../../../larder-redis/tests/support/proxy.rs"]
pub mod proxy;
pub mod server;

pub use asking::*;

/// The address of a proxy.
pub fn url(proxy: &proxy::Proxy) -> String {
    format!("memcached://127.0.0.1:{}", proxy.port())
}
