//! Expired entries leave without being read.
//!
//! The store knows when its next entry expires and asks [`crate::maintenance`] to come by. A sweep looks at all entries, a few at a time under the lock, and rests at
//! least twenty times as long as it took: it uses at most a twentieth of one core, however many entries there are.

use super::{Cause, Judge, Left, Memory, Shard, Standing};
use crate::{
    clock::{self, NEVER, Nanos},
    reader::READERS,
    scope::Scope,
    sync::Ordering,
};

impl<K, V, X> Memory<K, V, X> {
    /// An entry was stored that will expire at `deadline`. Says when to sweep, if earlier than it was going to be.
    #[inline]
    pub(crate) fn expires_at(&self, deadline: Nanos) -> Option<Nanos> {
        if deadline == NEVER || self.sweep_at.load(Ordering::Relaxed) <= deadline.saturating_add(REST) {
            return None;
        }
        self.bring_forward(deadline.saturating_add(REST))
    }

    /// Invalid entries may be there: says when to sweep, if earlier than it was going to be.
    pub(crate) fn sweep_soon(&self) -> Option<Nanos> {
        self.bring_forward(clock::now().saturating_add(REST))
    }

    fn bring_forward(&self, at: Nanos) -> Option<Nanos> {
        (self.sweep_at.fetch_min(at, Ordering::Relaxed) > at).then_some(at)
    }

    /// Sweeps if it is due, and says when to come again. An appointment that was brought forward is kept only once.
    pub(crate) fn sweep_if_due(&self, scope: &Scope) -> Nanos {
        if clock::now() < self.sweep_at.load(Ordering::Relaxed) {
            return NEVER;
        }
        self.sweep_at.store(NEVER, Ordering::Relaxed);
        let next = self.sweep(scope);
        self.bring_forward(next).unwrap_or(NEVER)
    }

    /// Lets every expired or invalid entry leave. `scope` is that of the whole store. Says when the next sweep is worth its while.
    pub(crate) fn sweep(&self, scope: &Scope) -> Nanos {
        let began = clock::precise();
        let judge = Judge { scope, now: clock::now() };
        let mut next = NEVER;
        for shard in self.shards() {
            next = next.min(sweep_shard(shard, &judge));
        }
        if next == NEVER {
            return NEVER;
        }
        let rest = REST.max(clock::precise().saturating_sub(began).saturating_mul(20));
        next.max(clock::now()).saturating_add(rest)
    }
}

/// Sweeps one shard; says when its next entry expires.
fn sweep_shard<K, V, X>(shard: &Shard<K, V, X>, judge: &Judge<'_>) -> Nanos {
    let mut next = NEVER;
    let mut from = 0;
    loop {
        let mut left = Left::default();
        let more = {
            let mut locked = shard.lock();
            let swept = shard.sweep(&mut locked, from..from + CHAINS, |entry, life| {
                match shard.judge(entry, life, judge) {
                    Standing::Valid => {
                        next = next.min(shard.deadline(entry, life));
                        None
                    }
                    Standing::Stale { since } => {
                        let grace = life.map_or(0, |life| life.grace);
                        next = next.min(since.saturating_add(grace).min(shard.deadline(entry, life)));
                        None
                    }
                    Standing::Expired => Some(Cause::Expired),
                    Standing::Invalidated => Some(Cause::Removed),
                }
            });
            shard.reclaim(&mut locked, &READERS, &mut left);
            swept
        };
        drop(left);
        if !more {
            break;
        }
        from += CHAINS;
    }
    if shard.lock().is_waiting() {
        // Somebody still read what left.
        next = next.min(judge.now);
    }
    shard.shrink();
    next
}

/// Looked at in one go under the lock.
const CHAINS: usize = 1024;

/// The least time between the expiry of an entry and the sweep it waits for: 50 ms.
const REST: Nanos = 50_000_000;
