//! Time as a policy knows it, which sees no clock: turns of so many insertions.
//!
//! After 2^15 turns it starts again, long after ghosts are forgotten; what was idle for longer may look younger than it is, which delays its
//! leaving.

/// The turn in which something was seen; 15 bits, so that a bit of what it is kept in is free.
pub(super) type Stamp = u16;

/// The largest stamp; stamps are counted modulo one more than this.
pub(super) const LAST_STAMP: Stamp = (1 << STAMP_BITS) - 1;

/// How many bits a stamp has.
pub(super) const STAMP_BITS: u32 = 15;

/// Counts insertions: so many of them are one turn.
#[derive(Debug)]
pub(super) struct Turns {
    pub(super) now: Stamp,
    length: u32,
    left: u32,
}

impl Turns {
    /// One more insertion.
    pub(super) fn pass(&mut self) {
        self.left -= 1;
        if self.left == 0 {
            self.left = self.length;
            self.now = (self.now + 1) & LAST_STAMP;
        }
    }

    /// How many turns ago that was.
    pub(super) fn since(&self, seen: Stamp) -> Stamp {
        self.now.wrapping_sub(seen) & LAST_STAMP
    }

    /// How many insertions so many turns take.
    pub(super) fn insertions(&self, turns: Stamp) -> usize {
        usize::from(turns) * self.length as usize
    }

    /// Lets there be [`RESOLUTION`] turns while as many are inserted as there are entries.
    pub(super) fn set_length(&mut self, entries: usize) {
        self.length = (entries / RESOLUTION).clamp(1, 1 << 20) as u32;
        self.left = self.length;
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self { now: 0, length: 1, left: 1 }
    }
}

const RESOLUTION: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_counted_across_the_start() {
        let mut turns = Turns { now: LAST_STAMP, ..Turns::default() };
        turns.pass();
        turns.pass();
        assert_eq!((turns.now, turns.since(LAST_STAMP)), (1, 2));
    }

    #[test]
    fn a_turn_is_a_small_part_of_the_entries() {
        let mut turns = Turns::default();
        turns.set_length(10_240);
        (0..10_240).for_each(|_| turns.pass());
        assert_eq!((turns.now, turns.insertions(3)), (1024, 30));
    }
}
