//! The store does what every store has to.

use crate::support::{Scratch, patient};
use larder_core::store_suite;
use larder_file::{Durability, FileStore};

store_suite! {
    let scratch = Scratch::new();
    patient(scratch.path()),
    block_on = |future| pollster::block_on(future),
}

mod that_waits_for_the_disk_and_takes_small_values {
    use super::*;

    store_suite! {
        let scratch = Scratch::new();
        FileStore::builder(scratch.path())
            .durability(Durability::PowerLoss)
            .largest_value(10_000)
            .deadline(std::time::Duration::from_secs(60))
            .build()
            .unwrap()
    }
}
