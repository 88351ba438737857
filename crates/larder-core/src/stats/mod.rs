//! What every cached function did: one row for each, also for those never called.

mod counters;
mod durations;
mod table;

use std::time::Duration;

pub(crate) use self::{
    counters::{Count, Counters},
    durations::Durations,
};
use crate::{
    cache, registry,
    site::Site,
    store::memory::{Counts, Holdings},
    sync::plain::lock,
};

/// The statistics of every cached function of the program, by name: `println!("{}", larder::stats())` prints a table.
///
/// The numbers are those since the program's start or the last [`reset`](Stats::reset). Cost: linear in the functions and their shards. Counters of calls
/// that run meanwhile may or may not be in.
#[must_use]
pub fn stats() -> Stats {
    Stats { functions: registry::sites().into_iter().map(of).collect() }
}

/// The statistics of all functions; see [`stats`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stats {
    /// One row for each function, by name.
    pub functions: Vec<FunctionStats>,
}

/// The statistics of one function; for a generic function, of all its instances together.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionStats {
    /// Module path and name, or what `name = ".."` says. Methods have their type in it once they were called.
    pub name: &'static str,
    /// The source file of the attribute.
    pub file: &'static str,
    /// Its line.
    pub line: u32,
    /// The cache it belongs to.
    pub cache: &'static str,
    /// The options as they were written.
    pub options: &'static str,
    /// Whether the function is async.
    pub is_async: bool,
    /// Whether neither a bound nor a lifetime was given: such a cache grows as long as there are new keys.
    pub unbounded: bool,
    /// Calls served from the cache, with a fresh value or a stale one.
    pub hits: u64,
    /// Calls that got a stale value: hits within a stale window, and misses whose run failed or took too long.
    pub stale: u64,
    /// Calls that were not: they ran the function, waited for a call that did, or got an error because their store did not answer (`on_store_error = fail`). Every call is a hit or a miss.
    pub misses: u64,
    /// Misses that were served by another call's execution.
    pub coalesced: u64,
    /// Executions of the function that came to an end.
    pub loads: u64,
    /// Loads in the background: of stale values, at an interval, or early.
    pub refreshes: u64,
    /// Calls that gave up waiting at `soft_timeout` or `hard_timeout`; the execution went on.
    pub timeouts: u64,
    /// Times that a shared store did not answer a call or take its value. The function ran all the same, or with `on_store_error = fail` the call failed.
    pub store_errors: u64,
    /// Loads that gave an `Err`.
    pub load_errors: u64,
    /// Executions that did not come to an end: they panicked, or their future was dropped.
    pub loads_lost: u64,
    /// The mean duration of a load. Of fast functions, one load in sixteen is timed.
    pub load_mean: Duration,
    /// The median duration of a load, to 25 %.
    pub load_p50: Duration,
    /// The 99th percentile of the durations of loads, to 25 %.
    pub load_p99: Duration,
    /// Values that were not stored because they were invalidated while they were computed.
    pub rejected_writes: u64,
    /// Calls of `invalidate` and `clear`.
    pub invalidations: u64,
    /// Entries stored under keys that had none.
    pub insertions: u64,
    /// Entries stored in place of another one of the same key.
    pub replacements: u64,
    /// Entries that left because there were too many.
    pub evicted_by_count: u64,
    /// Entries that left because they were too heavy together.
    pub evicted_by_weight: u64,
    /// Entries that left because their time was over.
    pub expired: u64,
    /// Entries that left because they were invalidated.
    pub removed: u64,
    /// Values that were not stored because they outweigh the whole cache, or for want of a place.
    pub refused: u64,
    /// Entries held now, expired ones included that have not left yet.
    pub entries: usize,
    /// What they weigh: by `weigh` with `max_bytes`, otherwise the size of the entries without what keys and values own on the heap. In bytes.
    pub bytes: u64,
    /// Executions that run now.
    pub running: usize,
    /// Calls that wait for one of them now.
    pub waiting: usize,
    site: &'static Site,
}

impl FunctionStats {
    /// The share of calls served from the cache, from 0 to 1; 0 if there was none.
    #[must_use]
    pub fn hit_rate(&self) -> f64 {
        let calls = self.hits + self.misses;
        if calls == 0 { 0.0 } else { self.hits as f64 / calls as f64 }
    }

    /// Entries that left by policy.
    #[must_use]
    pub fn evictions(&self) -> u64 {
        self.evicted_by_count + self.evicted_by_weight
    }

    /// Starts this function's numbers from zero. What is in the cache stays.
    pub fn reset(&self) {
        self.site.reset();
    }
}

impl Stats {
    /// The row of a function by its name, or by the end of it after a `::`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&FunctionStats> {
        let exact = self.functions.iter().find(|function| function.name == name);
        exact.or_else(|| {
            self.functions.iter().find(|function| {
                function.name.strip_suffix(name).is_some_and(|module| module.ends_with("::"))
            })
        })
    }

    /// Starts all numbers from zero. What is in the caches stays.
    pub fn reset(&self) {
        self.functions.iter().for_each(FunctionStats::reset);
    }
}

/// The statistics of one site.
///
/// Not public API. Used by generated code.
#[must_use]
pub fn of(site: &'static Site) -> FunctionStats {
    let mut all = Holdings::default();
    let (mut running, mut waiting) = (0, 0);
    let mut bytes = 0;
    for function in site.instances() {
        let holdings = function.holdings();
        bytes += if function.bounds().max_bytes.is_some() {
            holdings.weight
        } else {
            (holdings.entries * function.entry_size()) as u64
        };
        let flights = function.flights();
        running += flights.0;
        waiting += flights.1;
        all.entries += holdings.entries;
        all.counts.add(&holdings.counts);
    }
    let counts = all.counts.since(&site.base());
    let counted = |what| site.counters.get(what);
    FunctionStats {
        name: site.name(),
        file: site.meta.file,
        line: site.meta.line,
        options: site.meta.options,
        is_async: site.meta.is_async,
        unbounded: !site.meta.bounded && !lock(&cache::of(site.cache_name()).defaults).bound(),
        cache: site.cache_name(),
        hits: counted(Count::Hit),
        stale: counted(Count::Stale),
        misses: counted(Count::Miss),
        coalesced: counted(Count::Coalesced),
        loads: counted(Count::Load),
        refreshes: counted(Count::Refresh),
        timeouts: counted(Count::Timeout),
        store_errors: counted(Count::StoreError),
        load_errors: counted(Count::LoadError),
        loads_lost: counted(Count::LoadLost),
        load_mean: site.durations.mean(),
        load_p50: site.durations.percentile(0.5),
        load_p99: site.durations.percentile(0.99),
        rejected_writes: counted(Count::Rejected),
        invalidations: counted(Count::Invalidation),
        insertions: counts.inserted,
        replacements: counts.replaced,
        evicted_by_count: counts.evicted_by_count,
        evicted_by_weight: counts.evicted_by_weight,
        expired: counts.expired,
        removed: counts.removed,
        refused: counts.refused,
        entries: all.entries,
        bytes,
        running,
        waiting,
        site,
    }
}

impl Site {
    fn reset(&'static self) {
        self.counters.reset();
        self.durations.reset();
        let mut counts = Counts::default();
        self.instances().for_each(|function| counts.add(&function.holdings().counts));
        self.set_base(counts);
    }
}
