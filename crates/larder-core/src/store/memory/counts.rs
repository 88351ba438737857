//! What happened to the entries of a shard, and why they left.

/// What happened to entries; read for the statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) inserted: u64,
    pub(crate) replaced: u64,
    pub(crate) evicted_by_count: u64,
    pub(crate) evicted_by_weight: u64,
    pub(crate) expired: u64,
    pub(crate) removed: u64,
    /// Values that were not kept because they outweigh the whole store, or no place was free.
    pub(crate) refused: u64,
}

/// Why an entry leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Count,
    Weight,
    Expired,
    Removed,
    Replaced,
}

impl Counts {
    pub(crate) const NONE: Self = Self {
        inserted: 0,
        replaced: 0,
        evicted_by_count: 0,
        evicted_by_weight: 0,
        expired: 0,
        removed: 0,
        refused: 0,
    };

    /// What happened since it stood at `base`.
    pub(crate) fn since(&self, base: &Self) -> Self {
        Self {
            inserted: self.inserted.saturating_sub(base.inserted),
            replaced: self.replaced.saturating_sub(base.replaced),
            evicted_by_count: self.evicted_by_count.saturating_sub(base.evicted_by_count),
            evicted_by_weight: self.evicted_by_weight.saturating_sub(base.evicted_by_weight),
            expired: self.expired.saturating_sub(base.expired),
            removed: self.removed.saturating_sub(base.removed),
            refused: self.refused.saturating_sub(base.refused),
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.inserted += other.inserted;
        self.replaced += other.replaced;
        self.evicted_by_count += other.evicted_by_count;
        self.evicted_by_weight += other.evicted_by_weight;
        self.expired += other.expired;
        self.removed += other.removed;
        self.refused += other.refused;
    }
}
