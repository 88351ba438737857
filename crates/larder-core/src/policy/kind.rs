//! The policies there are, by name.

use std::{fmt, str::FromStr};

use super::{
    Order, fifo::Fifo, lfu::Lfu, lifo::Lifo, lru::Lru, mru::Mru, random::Random, s3fifo::S3Fifo,
    sieve::Sieve, tenure::Tenure, tinylfu::TinyLfu,
};

/// Who leaves first when a cache is full: `#[cached(max_entries = 1000, policy = lru)]`.
///
/// With every policy a hit writes at most one word of the entry, and takes no lock; choosing who leaves costs O(1) on average, except with
/// [`Mru`](Policy::Mru). A cache of 4096 entries or more is divided into shards, and the order holds within each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Policy {
    /// `tenure`, the default: entries stay if they come back sooner than those that stayed before them; loops and scans cannot push the others
    /// out. Of all these it has the best mean hit ratio over real traces. 16 bytes per entry.
    #[default]
    Tenure,
    /// `lru`: the entry whose last use is longest ago, exactly. Weak against scans and loops. 12 bytes per entry.
    Lru,
    /// `lfu`: the entry with the fewest uses, of several the one that has had so many for longest. What was once popular stays. 9 bytes per entry.
    Lfu,
    /// `fifo`: the entry that was stored first; hits change nothing, and cost nothing. 8 bytes per entry.
    Fifo,
    /// `lifo`: the entry that was stored last: whatever came first stays. 8 bytes per entry.
    Lifo,
    /// `mru`: the entry that was used last, which suits endless loops. Evicting looks at every entry of the shard. 8 bytes per entry.
    Mru,
    /// `random`: any entry, each with the same probability. 8 bytes per entry.
    Random,
    /// `s3fifo`: three queues (Yang and others, SOSP 2023); good against entries that are used once. 13 bytes per entry.
    S3Fifo,
    /// `tinylfu`: W-TinyLFU (Einziger, Friedman and Manes, 2017): whoever was used more often of late. 13 bytes per entry.
    TinyLfu,
    /// `sieve`: SIEVE (Zhang and others, NSDI 2024): one queue, and used entries are spared once. 8 bytes per entry.
    Sieve,
}

impl Policy {
    /// All of them, the default first.
    pub const ALL: &'static [Self] = &[
        Self::Tenure,
        Self::Lru,
        Self::Lfu,
        Self::Fifo,
        Self::Lifo,
        Self::Mru,
        Self::Random,
        Self::S3Fifo,
        Self::TinyLfu,
        Self::Sieve,
    ];

    /// Its name in `policy = ..`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tenure => "tenure",
            Self::Lru => "lru",
            Self::Lfu => "lfu",
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
            Self::Mru => "mru",
            Self::Random => "random",
            Self::S3Fifo => "s3fifo",
            Self::TinyLfu => "tinylfu",
            Self::Sieve => "sieve",
        }
    }

    /// An order of no entries.
    pub(crate) fn build(self) -> Box<dyn Order> {
        match self {
            Self::Tenure => Box::<Tenure>::default(),
            Self::Lru => Box::<Lru>::default(),
            Self::Lfu => Box::<Lfu>::default(),
            Self::Fifo => Box::<Fifo>::default(),
            Self::Lifo => Box::<Lifo>::default(),
            Self::Mru => Box::<Mru>::default(),
            Self::Random => Box::<Random>::default(),
            Self::S3Fifo => Box::<S3Fifo>::default(),
            Self::TinyLfu => Box::<TinyLfu>::default(),
            Self::Sieve => Box::<Sieve>::default(),
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    /// # Errors
    ///
    /// When no policy has this name; the message lists those there are.
    fn from_str(name: &str) -> Result<Self, UnknownPolicy> {
        let found = Self::ALL.iter().find(|policy| policy.name() == name);
        found.copied().ok_or_else(|| UnknownPolicy { name: name.to_owned() })
    }
}

/// A text that names no [`Policy`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPolicy {
    name: String,
}

impl fmt::Display for UnknownPolicy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = Policy::ALL.iter().map(|policy| format!("`{policy}`")).collect();
        let (last, others) = names.split_last().expect("there is at least the default");
        write!(out, "unknown policy `{}`; write {} or {last}", self.name, others.join(", "))
    }
}

impl std::error::Error for UnknownPolicy {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert!(Policy::ALL.iter().all(|policy| policy.to_string().parse() == Ok(*policy)));
        assert_eq!(Policy::ALL[0], Policy::default());
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let error = "lrru".parse::<Policy>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown policy `lrru`; write `tenure`, `lru`, `lfu`, `fifo`, `lifo`, `mru`, `random`, `s3fifo`, `tinylfu` or `sieve`"
        );
    }
}
