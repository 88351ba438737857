//! The most hits any cache could have had: what hit ratios are measured against.

use std::collections::{BTreeSet, HashMap};

/// The hits of Bélády's optimum for these keys, in order, with room for `capacity` entries; a key need not be stored at all (bypass).
///
/// Whenever there is one entry too many, the one that is used again last leaves (Belady, *A study of replacement algorithms for a
/// virtual-storage computer*, IBM Systems Journal 1966). Costs O(n log capacity) time and some 8 bytes for each key of the trace.
#[must_use]
pub fn hits(trace: &[u32], capacity: usize) -> u64 {
    let next_uses = next_uses(trace);
    // An entry is known by the place of its next use, so that the next hit is always the first, and the one to leave the last.
    let mut stored = BTreeSet::new();
    let mut hits = 0;
    for (now, next_use) in next_uses.into_iter().enumerate() {
        hits += u64::from(stored.remove(&(now as u32)));
        if let Some(next_use) = next_use {
            stored.insert(next_use);
            if stored.len() > capacity {
                stored.pop_last();
            }
        }
    }
    hits
}

/// For each place of the trace, where its key comes next.
fn next_uses(trace: &[u32]) -> Vec<Option<u32>> {
    let mut seen = HashMap::new();
    let mut next_uses = vec![None; trace.len()];
    for (now, key) in trace.iter().enumerate() {
        if let Some(last) = seen.insert(key, now) {
            next_uses[last] = Some(now as u32);
        }
    }
    next_uses
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::trace;

    #[test]
    fn a_loop_keeps_the_part_that_fits() {
        let trace = [1, 2, 3, 1, 2, 3, 1, 2, 3];
        assert_eq!(hits(&trace, 0), 0);
        assert_eq!(hits(&trace, 1), 2);
        assert_eq!(hits(&trace, 2), 4);
        assert_eq!(hits(&trace, 3), 6);
    }

    /// Every decision that could be taken, on traces small enough to take them all.
    #[test]
    fn no_other_choice_has_more_hits() {
        for seed in 0..300 {
            let length = 4 + seed as usize % 9;
            let trace = some_keys(length, seed);
            for capacity in 0..4 {
                assert_eq!(
                    hits(&trace, capacity),
                    most_hits(&trace, &[], capacity),
                    "{trace:?}, capacity {capacity}"
                );
            }
        }
    }

    /// The figures that came with the traces, where those are.
    #[test]
    fn the_published_optima_are_met() {
        let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/traces");
        for (name, capacity, published) in [
            ("cache2k-web07", 1000, "63.59"),
            ("lirs-cpp", 50, "63.46"),
            ("lirs-loop", 750, "74.04"),
            ("lirs-sprite", 400, "84.56"),
        ] {
            let Ok(trace) = trace::read(&traces.join(name).with_extension("u32.zst")) else { return };
            let percent = 100.0 * hits(&trace, capacity) as f64 / trace.len() as f64;
            assert_eq!(format!("{percent:.2}"), published, "{name}");
        }
    }

    /// A few different keys, in no order.
    fn some_keys(length: usize, seed: u32) -> Vec<u32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % 5
        };
        (0..length).map(|_| next()).collect()
    }

    fn most_hits(rest: &[u32], stored: &[u32], capacity: usize) -> u64 {
        let Some((key, rest)) = rest.split_first() else { return 0 };
        if stored.contains(key) {
            return 1 + most_hits(rest, stored, capacity);
        }
        let with = [stored, &[*key]].concat();
        if with.len() <= capacity {
            return most_hits(rest, &with, capacity);
        }
        let without = |out: usize| [&with[..out], &with[out + 1..]].concat();
        (0..with.len()).map(|out| most_hits(rest, &without(out), capacity)).max().unwrap_or(0)
    }
}
