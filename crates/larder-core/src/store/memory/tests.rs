//! A shard against a map that knows everything: what it serves is right, what it may not hold is gone, and what it must hold is there.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Cause, Entry, Judge, Left, Life, New, Shard, Standing};
use crate::{
    clock::NEVER,
    epoch::Domain,
    policy::Policy,
    scope::{Scope, Sequencer, Strength},
    sync::AtomicU64,
};

const TTL: u64 = 100;

#[derive(Clone, Debug)]
enum Step {
    Insert { key: u8, own: Option<u8>, idle: Option<u8>, grace: u8, weight: u8 },
    Read(u8),
    Remove(u8),
    Advance(u8),
    Invalidate,
    Sweep,
    Clear,
    Resize(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0..24_u8;
    prop_oneof![
        6 => (key.clone(), prop::option::of(1..200_u8), prop::option::of(1..200_u8), 0..100_u8, 0..40_u8)
            .prop_map(|(key, own, idle, grace, weight)| Step::Insert { key, own, idle, grace, weight }),
        6 => key.clone().prop_map(Step::Read),
        2 => key.prop_map(Step::Remove),
        3 => (0..60_u8).prop_map(Step::Advance),
        1 => Just(Step::Invalidate),
        1 => Just(Step::Sweep),
        1 => Just(Step::Clear),
        1 => (0..30_u8).prop_map(Step::Resize),
    ]
}

/// What the map knows of an entry.
#[derive(Clone, Debug)]
struct Known {
    value: u32,
    until: u64,
    grace: u64,
    idle: u64,
    used: u64,
}

impl Known {
    fn standing(&self, now: u64) -> Standing {
        if now >= self.used.saturating_add(self.idle) || now >= self.until + self.grace {
            Standing::Expired
        } else if now >= self.until {
            Standing::Stale { since: self.until }
        } else {
            Standing::Valid
        }
    }

    fn is_kept(&self, now: u64) -> bool {
        self.standing(now) != Standing::Expired
    }
}

fn run(policy: Policy, capacity: usize, max_weight: u64, steps: &[Step]) -> Result<(), TestCaseError> {
    let domain = Domain::new();
    let (_, record) = domain.acquire();
    let shard = Shard::<u8, Box<u32>, ()>::new(policy.build(), capacity, max_weight, TTL, ());
    let (sequencer, scope) = (Sequencer::new(), Scope::default());
    let mut model = BTreeMap::<u8, Known>::new();
    let (mut now, mut next, mut capacity) = (1_u64, 0_u32, capacity);
    let is_bounded = capacity < 24 || max_weight < 24 * 40;
    let mut was_resized = false;
    // few hashes, so that chains are long
    let tag = |key: u8| u32::from(key % 5) << 29;
    for step in steps {
        let judge = Judge { scope: &scope, now };
        match *step {
            Step::Insert { key, own, idle, grace, weight } => {
                next += 1;
                let until = own.map(|own| now + u64::from(own));
                let idle = idle.map_or(NEVER, u64::from);
                let weight = if max_weight == u64::MAX { 0 } else { u64::from(weight) };
                // Without a life of its own an entry has no grace.
                let has_life = own.is_some() || idle != NEVER || weight > 0;
                let grace = if has_life { u64::from(grace) } else { 0 };
                let life = has_life.then(|| Life {
                    until,
                    grace,
                    renewal: None,
                    idle,
                    used: AtomicU64::new(now),
                    weight,
                    dependencies: Box::default(),
                    records: Box::default(),
                });
                let snapshot = sequencer.snapshot();
                let new = New {
                    tag: tag(key),
                    snapshot,
                    made: now,
                    life: life.map(Box::new),
                    key,
                    value: Box::new(next),
                };
                let mut left = Left::default();
                let kept = {
                    let mut locked = shard.lock();
                    let old = shard.find_locked(&locked, tag(key), |owned| *owned == key);
                    shard.insert(&mut locked, new, old, &judge, &domain, &mut left)
                };
                drop(left);
                model.remove(&key);
                if kept {
                    let until = until.unwrap_or(now + TTL);
                    model.insert(key, Known { value: next, until, grace, idle, used: now });
                } else {
                    prop_assert!(
                        capacity == 0 || weight > max_weight,
                        "a value was turned away that has room"
                    );
                }
            }
            Step::Read(key) => {
                let pin = domain.pin(record, shard.place());
                let found = shard.find(&pin, tag(key), |owned| *owned == key);
                let standing =
                    |(entry, life): (&Entry<u8, Box<u32>>, Option<&Life>)| shard.judge(entry, life, &judge);
                let served = found
                    .filter(|found| matches!(standing(*found), Standing::Valid | Standing::Stale { .. }));
                if let Some((entry, life)) = served {
                    let known = model.get_mut(&key);
                    prop_assert!(known.is_some(), "{key} was served after it left");
                    let known = known.unwrap();
                    prop_assert_eq!(*entry.value, known.value);
                    prop_assert_eq!(standing((entry, life)), known.standing(now), "{} at {}", key, now);
                    shard.touch(entry, life, now);
                    // reads are noted to a 64th of the limit
                    if now > known.used.saturating_add(known.idle / 64) {
                        known.used = now;
                    }
                } else if !is_bounded && !was_resized {
                    prop_assert!(model.get(&key).is_none_or(|known| !known.is_kept(now)), "{key} was lost");
                }
            }
            Step::Remove(key) => {
                let mut left = Left::default();
                {
                    let mut locked = shard.lock();
                    if let Some(slot) = shard.find_locked(&locked, tag(key), |owned| *owned == key) {
                        shard.remove(&mut locked, slot, Cause::Removed);
                    }
                    shard.reclaim(&mut locked, &domain, &mut left);
                }
                model.remove(&key);
            }
            Step::Advance(by) => now += u64::from(by),
            Step::Invalidate => {
                scope.invalidate(&sequencer, Strength::Hard);
                model.clear();
            }
            Step::Sweep => {
                let mut locked = shard.lock();
                shard.sweep(&mut locked, 0..usize::MAX, |entry, life| {
                    let standing = shard.judge(entry, life, &judge);
                    let is_kept = matches!(standing, Standing::Valid | Standing::Stale { .. });
                    (!is_kept).then_some(Cause::Expired)
                });
                drop(locked);
                model.retain(|_, known| known.is_kept(now));
                let held = shard.lock().len();
                prop_assert!(held <= model.len(), "{held} entries are held of {} that are kept", model.len());
                shard.shrink();
            }
            Step::Clear => {
                shard.clear(&mut shard.lock(), Cause::Removed);
                model.clear();
            }
            Step::Resize(to) => {
                capacity = usize::from(to);
                was_resized = true;
                shard.resize(&mut shard.lock(), capacity, max_weight);
            }
        }
        let locked = shard.lock();
        prop_assert!(locked.len() <= capacity, "{} entries beside a bound of {capacity}", locked.len());
        prop_assert!(locked.weight() <= max_weight);
        let pin = domain.pin(record, shard.place());
        let entries = shard.entries(&locked, &pin);
        prop_assert_eq!(entries.len(), locked.len());
        let weight: u64 = entries.iter().map(|(_, life)| life.map_or(0, |life| life.weight)).sum();
        prop_assert_eq!(weight, locked.weight());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn without_a_bound_it_holds_all_that_is_kept(steps in prop::collection::vec(step(), 0..150)) {
        run(Policy::default(), usize::MAX, u64::MAX, &steps)?;
    }

    #[test]
    fn bounded_it_serves_nothing_else(
        steps in prop::collection::vec(step(), 0..150),
        policy in prop::sample::select(Policy::ALL),
        capacity in 1..20_usize,
        max_weight in prop_oneof![Just(u64::MAX), 1..100_u64],
    ) {
        run(policy, capacity, max_weight, &steps)?;
    }
}

#[test]
fn memory_comes_back_when_nothing_is_left() {
    let domain = Domain::new();
    let shard = Shard::<u32, u32, ()>::new(Policy::default().build(), 10_000, u64::MAX, NEVER, ());
    let scope = Scope::default();
    let judge = Judge { scope: &scope, now: 0 };
    for round in 0..3 {
        for key in 0..10_000 {
            let mut left = Left::default();
            let new = New { tag: key, snapshot: 0, made: 0, life: None, key, value: round };
            assert!(shard.insert(&mut shard.lock(), new, None, &judge, &domain, &mut left));
        }
        shard.clear(&mut shard.lock(), Cause::Removed);
        shard.reclaim(&mut shard.lock(), &domain, &mut Left::default());
        shard.shrink();
        assert!(!shard.holds_memory(), "nothing is held, and the places are given back");
    }
}
