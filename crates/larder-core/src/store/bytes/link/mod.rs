//! What every store behind a network needs so that its failures cost little: a [`Deadline`] over each operation, a [`Backoff`] between attempts, and a [`Breaker`] with
//! its [probe](probe_until_closed), so that a server known to be gone is not asked by calls.
//!
//! Nothing here knows a protocol. All of it goes by real time, also while a test moves larder's clock by hand: sockets do.

mod backoff;
mod breaker;
mod deadline;
mod probe;

pub use self::{
    backoff::Backoff,
    breaker::{Breaker, Severity, Ticket},
    deadline::Deadline,
    probe::{Probe, probe_until_closed},
};
