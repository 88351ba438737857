//! What the gates and the benches beside the peers share: keys in a fixed order, and a heap that counts.

pub mod heap;
pub mod keys;
