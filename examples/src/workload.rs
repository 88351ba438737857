//! What `replay` replays: at which capacities, and which sequences where no trace is at hand.

/// A sequence of keys, in the order in which they are asked for.
#[derive(Debug, Clone)]
pub struct Workload {
    /// As the table names it.
    pub name: String,
    /// The keys.
    pub keys: Vec<u32>,
    /// How many entries a cache may hold when it is measured.
    pub capacities: [usize; 3],
}

impl Workload {
    /// A workload with the capacities that its name is known by, otherwise with shares of its different keys.
    pub fn new(name: &str, keys: Vec<u32>) -> Self {
        let known = KNOWN.iter().find(|(known, _)| *known == name);
        let capacities = match known {
            Some((_, capacities)) => *capacities,
            None => {
                let different = different(&keys);
                [50, 10, 3].map(|part| (different / part).max(1))
            }
        };
        let name = name.to_owned();
        Self { name, keys, capacities }
    }
}

/// The capacities at which the traces were measured with other caches (`../shared/traces/README.md`).
const KNOWN: &[(&str, [usize; 3])] = &[
    ("arc-p3", [20_000, 80_000, 240_000]),
    ("cache2k-web07", [200, 1_000, 4_000]),
    ("scarab-recs", [2_000, 10_000, 50_000]),
    ("corda", [500, 2_000, 10_000]),
    ("lirs-cpp", [50, 200, 500]),
    ("lirs-loop", [250, 500, 750]),
    ("lirs-multi1", [300, 1_000, 2_000]),
    ("lirs-multi2", [300, 1_000, 3_000]),
    ("lirs-sprite", [100, 400, 1_000]),
];

/// The patterns that caches meet, and that each is worst at for some policy: a few popular keys, a loop that does not
/// fit, popular keys disturbed by scans, and keys that are popular for a while. Without optimisation they are a tenth as
/// long, which is no measurement and takes no minute.
pub fn generated() -> Vec<Workload> {
    let requests = if cfg!(debug_assertions) { 30_000 } else { 300_000 };
    let popular = |keys: u32| {
        let mut random = Random(7);
        move || (f64::from(keys).powf(random.share()) as u32).min(keys) - 1
    };
    let mut choose = popular(20_000);
    let zipf = (0..requests).map(|_| choose()).collect();
    let lap = (0..requests / 3 * 2).map(|at| at % 2_000).collect();
    let mut choose = popular(10_000);
    // a scan of 2,000 keys that never return, after every 8,000 requests for popular ones
    let scans = (0..requests).map(|at| if at % 10_000 < 8_000 { choose() } else { 10_000 + at }).collect();
    let mut choose = popular(5_000);
    let drifting = (0..requests).map(|at| choose() + at / (requests / 10) * 2_500).collect();
    [("zipf", zipf), ("loop", lap), ("zipf and scans", scans), ("drifting", drifting)]
        .map(|(name, keys)| Workload::new(name, keys))
        .into()
}

fn different(keys: &[u32]) -> usize {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    keys.len()
}

/// Random numbers that are the same in every run (splitmix64).
struct Random(u64);

impl Random {
    /// A number from 0 to 1, without 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn popular_keys_come_often_and_rare_ones_come_too() {
        let zipf = &generated()[0];
        let first = zipf.keys.iter().filter(|&&key| key == 0).count();
        assert!(first > zipf.keys.len() / 20);
        assert!(zipf.keys.iter().any(|&key| key > 10_000));
    }

    #[test]
    fn known_traces_have_their_capacities_and_others_shares() {
        assert_eq!(Workload::new("lirs-cpp", vec![1]).capacities, [50, 200, 500]);
        assert_eq!(Workload::new("else", (0..100).collect()).capacities, [2, 10, 33]);
    }
}
