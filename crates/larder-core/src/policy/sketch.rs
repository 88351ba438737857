//! How often keys were used of late, approximately: a count-min sketch that forgets.
//!
//! Cormode and Muthukrishnan, *An improved data stream summary*, J. Algorithms 2005; with counters of 4 bits that are halved at times, as in
//! Einziger and Friedman, *TinyLFU: a highly efficient cache admission policy*, PDP 2014.

/// Four rows of counters; the four of one key lie in one cache line. 4 bytes for each key it is made for.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    lines: Box<[Line]>,
    /// Uses that were added since everything was halved.
    added: usize,
    /// How many uses are added before that.
    period: usize,
}

impl Sketch {
    /// A sketch to compare this many keys.
    pub(super) fn with_room_for(keys: usize) -> Self {
        let lines = keys.div_ceil(KEYS_PER_LINE).max(1);
        Self {
            lines: vec![Line::default(); lines].into_boxed_slice(),
            added: 0,
            period: keys.saturating_mul(PERIOD).max(1),
        }
    }

    /// Adds uses of a key.
    pub(super) fn add(&mut self, hash: u32, uses: u32) {
        let (line, counters) = self.locate(hash);
        let Some(line) = self.lines.get_mut(line) else { return };
        counters.into_iter().enumerate().for_each(|(row, counter)| line.add(row, counter, uses));
        self.added += uses as usize;
        if self.added >= self.period {
            self.added /= 2;
            self.lines.iter_mut().for_each(Line::halve);
        }
    }

    /// How often a key was used, at most [`MOST`]; too high if it shares all its counters.
    pub(super) fn uses(&self, hash: u32) -> u32 {
        let (line, counters) = self.locate(hash);
        let Some(line) = self.lines.get(line) else { return 0 };
        let rows = counters.into_iter().enumerate().map(|(row, counter)| line.get(row, counter));
        rows.min().unwrap_or(0)
    }

    /// The line of a key, and its counter in each row: the upper bits choose the line, others the counters.
    fn locate(&self, hash: u32) -> (usize, [u32; ROWS]) {
        let line = (u64::from(hash) * self.lines.len() as u64) >> 32;
        let spread = hash.wrapping_mul(SPREAD);
        let counters = std::array::from_fn(|row| (spread >> (8 + row as u32 * 5)) % COUNTERS);
        (line as usize, counters)
    }
}

/// A cache line: [`ROWS`] rows of [`COUNTERS`] counters each.
#[derive(Clone, Copy, Debug, Default)]
#[repr(align(64))]
struct Line([u128; ROWS]);

impl Line {
    fn get(&self, row: usize, counter: u32) -> u32 {
        (self.0[row] >> (counter * 4)) as u32 & MOST
    }

    fn add(&mut self, row: usize, counter: u32, uses: u32) {
        let free = MOST - self.get(row, counter);
        self.0[row] += u128::from(uses.min(free)) << (counter * 4);
    }

    fn halve(&mut self) {
        self.0.iter_mut().for_each(|row| *row = (*row >> 1) & HALVES);
    }
}

/// The largest count.
pub(super) const MOST: u32 = 15;

const ROWS: usize = 4;
const COUNTERS: u32 = 32;
const KEYS_PER_LINE: usize = 16;
/// Everything is halved after this many uses per key.
const PERIOD: usize = 10;
/// What of a row of counters may be left when the bits of each move down.
const HALVES: u128 = u128::MAX / 15 * 7;
/// 2^32 divided by the golden ratio: multiplication carries every bit upwards.
const SPREAD: u32 = 0x9E37_79B9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_never_too_low() {
        let mut sketch = Sketch::with_room_for(1000);
        (0..1000u32).for_each(|key| sketch.add(key.wrapping_mul(0x85EB_CA6B), key % 7));
        assert!((0..1000u32).all(|key| sketch.uses(key.wrapping_mul(0x85EB_CA6B)) >= key % 7));
    }

    #[test]
    fn most_strangers_count_little() {
        let hash = |key: u32| key.wrapping_mul(0x85EB_CA6B) ^ key >> 3;
        let mut sketch = Sketch::with_room_for(1000);
        (0..1000).for_each(|key| sketch.add(hash(key), 5));
        let wrong = (1000..2000).filter(|key| sketch.uses(hash(*key)) > 0).count();
        assert!(wrong < 100, "{wrong}");
    }

    #[test]
    fn counts_end_and_are_halved() {
        let mut sketch = Sketch::with_room_for(10);
        sketch.add(7, 50);
        assert_eq!(sketch.uses(7), MOST);
        sketch.add(7, 50);
        assert_eq!(sketch.uses(7), MOST / 2);
    }

    #[test]
    fn no_room_counts_nothing() {
        let mut sketch = Sketch::default();
        sketch.add(1, 1);
        assert_eq!(sketch.uses(1), 0);
    }
}
