//! The memory of keys that left: 4 bytes for each, and one cache line to look at.
//!
//! A table of small sets, each of them a queue: remembering a key pushes the oldest of its set out. A key is known by 17 bits beside its set, so
//! that about one stranger in ten thousand is taken for a ghost; nobody but the order notices.

use super::turns::{STAMP_BITS, Stamp};

/// The keys that left last.
#[derive(Debug, Default)]
pub(super) struct Ghosts {
    sets: Box<[Set]>,
}

impl Ghosts {
    /// A memory of `keys`, rounded up to whole sets.
    pub(super) fn with_room_for(keys: usize) -> Self {
        Self { sets: vec![Set([NOBODY; SET]); keys.div_ceil(SET)].into_boxed_slice() }
    }

    /// Remembers a key. The one that left longest ago in its set is forgotten for it.
    pub(super) fn remember(&mut self, hash: u32, stamp: Stamp) {
        let (name, Some(set)) = self.locate(hash) else {
            return;
        };
        set.copy_within(..SET - 1, 1);
        set[0] = name | Ghost::from(stamp);
    }

    /// Forgets a key and says what was kept with it, if it was remembered.
    pub(super) fn recall(&mut self, hash: u32) -> Option<Stamp> {
        let (name, set) = self.locate(hash);
        let set = set?;
        // Mostly it is not there. Without a way out of the loop, all are compared at once.
        if !set.iter().fold(false, |found, ghost| found | (ghost & NAME == name)) {
            return None;
        }
        let at = set.iter().position(|ghost| ghost & NAME == name)?;
        let stamp = (set[at] & !NAME) as Stamp;
        set.copy_within(at + 1.., at);
        set[SET - 1] = NOBODY;
        Some(stamp)
    }

    /// The name of a key in its set, from the lower bits and never that of [`NOBODY`]; and the set, from the upper bits, if there is one at all.
    fn locate(&mut self, hash: u32) -> (Ghost, Option<&mut [Ghost; SET]>) {
        let set = (u64::from(hash) * self.sets.len() as u64) >> 32;
        ((hash << STAMP_BITS).max(1 << STAMP_BITS), self.sets.get_mut(set as usize).map(|set| &mut set.0))
    }
}

/// A cache line, the latest ghost first.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Set([Ghost; SET]);

/// The name in the upper bits, the stamp in the lower.
type Ghost = u32;

const NOBODY: Ghost = 0;
const NAME: Ghost = Ghost::MAX << STAMP_BITS;
/// As many as fit a cache line.
const SET: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::turns::LAST_STAMP;

    /// One set behaves as a queue of the latest sixteen.
    #[test]
    fn a_set_forgets_the_oldest_first() {
        let mut ghosts = Ghosts::with_room_for(SET);
        (1..=20).for_each(|key| ghosts.remember(key, key as Stamp));
        assert_eq!(ghosts.recall(4), None);
        assert_eq!(ghosts.recall(5), Some(5));
        assert_eq!(ghosts.recall(5), None);
        assert_eq!(ghosts.recall(20), Some(20));
    }

    #[test]
    fn a_forgotten_ghost_makes_room_for_another() {
        let mut ghosts = Ghosts::with_room_for(SET);
        (1..=16).for_each(|key| ghosts.remember(key, 0));
        ghosts.recall(9);
        ghosts.remember(17, 0);
        assert_eq!(ghosts.recall(1), Some(0));
    }

    #[test]
    fn most_of_the_latest_keys_are_remembered_and_few_strangers() {
        const KEYS: u32 = 100_000;
        let hash = |key: u32| (u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24) as u32;
        let mut ghosts = Ghosts::with_room_for(KEYS as usize);
        (0..KEYS).for_each(|key| ghosts.remember(hash(key), LAST_STAMP));
        let strangers = (KEYS..2 * KEYS).filter(|key| ghosts.recall(hash(*key)).is_some()).count();
        let known = (0..KEYS).filter(|key| ghosts.recall(hash(*key)) == Some(LAST_STAMP)).count();
        assert!(known > 85_000, "{known}");
        assert!(strangers < 50, "{strangers}");
    }

    #[test]
    fn no_room_remembers_nobody() {
        let mut ghosts = Ghosts::default();
        ghosts.remember(7, 7);
        assert_eq!(ghosts.recall(7), None);
    }
}
