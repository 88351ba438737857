//! The keys that callers ask for: the same sequence in every run, so that figures can be compared.

/// How many keys a sequence holds. A power of two: positions wrap around by a mask.
pub const LENGTH: usize = 1 << 17;

/// A position in a sequence of [`LENGTH`], wrapped around.
pub fn wrapped(position: usize) -> usize {
    position & (LENGTH - 1)
}

/// Keys below `count` by Zipf's law: the `n`th most popular one is asked for `n^exponent` times less often than the
/// most popular one.
pub fn zipf(count: u32, exponent: f64) -> Vec<u64> {
    let mut sums = Vec::with_capacity(count as usize);
    let mut sum = 0.0;
    for rank in 1..=count {
        sum += f64::from(rank).powf(-exponent);
        sums.push(sum);
    }
    let mut random = Random::new(7);
    let key = |share: f64| sums.partition_point(|&upto| upto < share * sum) as u64;
    (0..LENGTH).map(|_| key(random.share())).collect()
}

/// The key at a position of an endless sequence in which each key below `count` is as likely as any other.
pub fn uniform(position: usize, count: u64) -> u64 {
    Random::new(position as u64).below(count)
}

/// A key as text of 24 bytes.
pub fn text(key: u64) -> String {
    format!("user-{key:019}")
}

/// A small generator of random numbers (splitmix64): fast, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator whose numbers depend on nothing but `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(count)) >> 64) as u64
    }

    /// A number from 0 to 1, without 1.
    pub fn share(&mut self) -> f64 {
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_popular_keys_come_often_and_none_is_out_of_range() {
        let keys = zipf(5_000, 0.99);
        let first = keys.iter().filter(|&&key| key == 0).count();
        let last = keys.iter().filter(|&&key| key == 4_999).count();
        assert!(first > LENGTH / 20, "{first}");
        assert!(last < LENGTH / 1_000, "{last}");
        assert!(keys.iter().all(|&key| key < 5_000));
    }

    #[test]
    fn texts_have_24_bytes() {
        assert_eq!(text(0).len(), 24);
        assert_eq!(text(u64::MAX / 2).len(), 24);
    }
}
