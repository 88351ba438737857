//! The stores of `larder::testing` do what every store has to, by the clock that tests move.

use larder_core::{
    store_suite,
    testing::{FailingStore, MemoryStore, isolate},
};

mod memory {
    use super::*;

    store_suite! {
        let time = isolate();
        MemoryStore::new(),
        pass = |by| time.advance(by),
    }
}

mod failing_without_a_fault {
    use super::*;

    store_suite! {
        let time = isolate();
        FailingStore::new(MemoryStore::new()),
        pass = |by| time.advance(by),
        block_on = |future| pollster::block_on(future),
    }
}
