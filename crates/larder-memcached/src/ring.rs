//! Which server a key belongs to.
//!
//! By rendezvous hashing: the server with the highest score for the key. Whoever names the same servers, in whatever order, finds the same one; a server more or
//! less moves its share of the keys and no others. A server that is gone keeps its keys: if another one stood in, what it was told meanwhile would be unknown to
//! the first one when it is back.

use larder_link::Place;

/// The servers, by what their names come to.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    servers: Vec<u64>,
}

impl Ring {
    pub(crate) fn new<'a>(places: impl IntoIterator<Item = &'a Place>) -> Self {
        Self { servers: places.into_iter().map(|place| fnv(place.to_string().as_bytes())).collect() }
    }

    /// The position of the key's server. Cost: linear in the key and in the servers.
    pub(crate) fn server(&self, key: &[u8]) -> usize {
        if self.servers.len() < 2 {
            return 0;
        }
        let key = fnv(key);
        let scores = self.servers.iter().map(|server| mixed(key ^ mixed(*server)));
        scores.enumerate().max_by_key(|(_, score)| *score).map_or(0, |(at, _)| at)
    }
}

/// FNV-1a. What it gives is part of where values are, so it never changes.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The finalizer of SplitMix64, since FNV leaves its high bits poor.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(hosts: &[&str]) -> Vec<Place> {
        hosts.iter().map(|host| Place::Tcp { host: (*host).into(), port: 11_211 }).collect()
    }

    fn owners(hosts: &[&str]) -> Vec<String> {
        let ring = Ring::new(&places(hosts));
        (0..10_000).map(|at| hosts[ring.server(format!("key:{at}").as_bytes())].to_owned()).collect()
    }

    #[test]
    fn servers_are_pinned() {
        let ring = Ring::new(&places(&["a", "b", "c"]));
        let found: Vec<usize> = (0..8).map(|at| ring.server(format!("key:{at}").as_bytes())).collect();
        assert_eq!(found, PINNED);
    }

    const PINNED: [usize; 8] = [2, 0, 0, 2, 1, 2, 1, 2];

    #[test]
    fn each_has_its_share_and_the_order_is_of_no_account() {
        let found = owners(&["a", "b", "c", "d"]);
        assert_eq!(found, owners(&["d", "b", "a", "c"]));
        for host in ["a", "b", "c", "d"] {
            let share = found.iter().filter(|owner| *owner == host).count();
            assert!((2_200..2_800).contains(&share), "{host}: {share}");
        }
    }

    #[test]
    fn a_server_less_moves_its_own_keys_only() {
        for (before, after) in owners(&["a", "b", "c", "d"]).iter().zip(owners(&["a", "c", "d"])) {
            assert!(*before == after || before == "b", "{before} {after}");
        }
    }
}
