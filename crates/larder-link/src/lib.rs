//! What [larder](https://docs.rs/larder)'s stores behind a network have in common, whatever their protocol: connections that are made, pooled, shared, and given up.
//!
//! Not for users: it changes with the stores. What has neither sockets nor an executor is in `larder_core::store_bytes::link`.
//!
//! A store implements [`Protocol`] and asks a [`Link`] for each server. The link has the deadline over each request, the breaker and the retries, and takes a
//! connection: of the pool for threads, or the one that the tasks of a runtime share.

mod background;
mod config;
mod dial;
mod failure;
mod link;
mod multiplex;
mod place;
mod pool;
mod progress;
mod protocol;
mod shared;
mod socket;

pub use self::{
    background::{is_on_runtime, on_runtime},
    config::{ConfigError, first_variable, hide_password},
    dial::{AsyncStream, Dialled, connect, connect_async},
    failure::{Failure, NO_ANSWER},
    link::{Link, Sent, Settings},
    multiplex::{Asker, CLOSED, Dialogue, Driver, Multiplexed, Question, Questions, Told, UNASKED},
    place::Place,
    progress::{Progress, Queued},
    protocol::{Connection, Made, Protocol},
    socket::{Handle, Socket},
};
