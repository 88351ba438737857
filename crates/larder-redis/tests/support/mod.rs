//! Real servers, a proxy that breaks connections, and the halves of a store behind one function.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses a part")]

mod asking;
pub mod proxy;
pub mod server;

pub use asking::*;
