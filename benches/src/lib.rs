//! larder beside its peers: the contest, and the contenders.
//!
//! Every contender answers the same calls ([`contenders`]); a [`contest`] lets them take turns, so that a busy moment
//! of the machine hits all of them alike. Read ratios inside one run, never absolute times of two.

pub mod contenders;
pub mod contest;

pub use larder_gates::{heap, keys};
