//! Random operations on the entries of a cache in memory, beside a naive model.

use std::sync::LazyLock;
use std::time::Duration;

use larder::Cache;
use larder::testing::isolate;
use proptest::prelude::*;

use crate::beside_a_model::{follow, steps};

static CACHE: LazyLock<Cache> = LazyLock::new(|| Cache::builder("modelled").build().unwrap());

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn entries_in_memory_are_a_map_with_times(steps in steps()) {
        follow(&isolate(), CACHE.blocking(), Duration::MAX, steps);
    }
}
