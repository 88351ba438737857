//! How keys are written on the servers: behind a prefix, and hashed where memcached would not take them.

/// The prefix that stands before every key of one store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keyspace {
    prefix: String,
}

/// The longest key that memcached takes.
pub(crate) const LONGEST: usize = 250;

impl Keyspace {
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}:") } }
    }

    /// The key as the servers know it. One that is too long, or holds bytes that memcached does not take, keeps its beginning and has the BLAKE3 of all of it for
    /// the rest, so that two keys are one only if their hashes are. What looks like such a key is hashed, too.
    pub(crate) fn key(&self, key: &str) -> Vec<u8> {
        let whole = self.whole(key);
        if whole.len() <= LONGEST
            && whole.iter().copied().all(is_taken)
            && !whole.is_empty()
            && !is_hashed(&whole)
        {
            return whole;
        }
        let beginning = whole.iter().take(BEGINNING).take_while(|byte| is_taken(**byte)).count();
        let mut hashed = whole[..beginning].to_vec();
        hashed.push(MARK);
        hashed.extend_from_slice(blake3::hash(&whole).to_hex().as_bytes());
        hashed
    }

    /// What the keys on the servers begin with that stand for keys which begin with this; `None` if that cannot be seen of them, since it is longer than what
    /// hashed keys keep.
    pub(crate) fn beginning(&self, start: &str) -> Option<Vec<u8>> {
        let whole = self.whole(start);
        (whole.len() <= BEGINNING && whole.iter().copied().all(is_taken)).then_some(whole)
    }

    /// How long a key may be that is stored as it is.
    pub(crate) fn longest(&self) -> usize {
        LONGEST.saturating_sub(self.prefix.len()).max(1)
    }

    fn whole(&self, key: &str) -> Vec<u8> {
        let mut whole = Vec::with_capacity(self.prefix.len() + key.len());
        whole.extend_from_slice(self.prefix.as_bytes());
        whole.extend_from_slice(key.as_bytes());
        whole
    }
}

/// Whether memcached takes the byte in a key: no blanks, nothing that controls.
pub(crate) fn is_taken(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f
}

/// Whether a key ends as hashed ones do.
fn is_hashed(key: &[u8]) -> bool {
    let Some(mark) = key.len().checked_sub(DIGITS + 1) else { return false };
    key[mark] == MARK && key[mark + 1..].iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

const MARK: u8 = b'#';
const DIGITS: usize = 2 * blake3::OUT_LEN;

/// How much of a hashed key stays readable, and can be cleared by.
const BEGINNING: usize = LONGEST - DIGITS - 1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_pinned() {
        let keyspace = Keyspace::new("app");
        assert_eq!(keyspace.key("users:7"), b"app:users:7");
        assert_eq!(Keyspace::new("").key("users:7"), b"users:7");
        let hashed = String::from_utf8(keyspace.key("a b")).unwrap();
        assert_eq!(hashed, format!("app:a#{}", blake3::hash(b"app:a b").to_hex()));
        let long = String::from_utf8(keyspace.key(&"k".repeat(300))).unwrap();
        assert_eq!(long.len(), LONGEST);
        assert!(long.starts_with("app:kkk"));
    }

    #[test]
    fn the_longest_is_stored_as_it_is() {
        let keyspace = Keyspace::new("app");
        let longest = "k".repeat(keyspace.longest());
        assert_eq!(keyspace.key(&longest), format!("app:{longest}").as_bytes());
        assert!(is_hashed(&keyspace.key(&format!("{longest}k"))));
    }

    #[test]
    fn a_key_that_looks_like_a_hashed_one_is_hashed() {
        let keyspace = Keyspace::new("");
        let hashed = String::from_utf8(keyspace.key("a b")).unwrap();
        assert_ne!(keyspace.key(&hashed), hashed.as_bytes());
        assert!(is_hashed(&keyspace.key("")), "there is no empty key");
    }

    #[test]
    fn what_is_longer_than_hashed_keys_keep_cannot_be_cleared_by() {
        let keyspace = Keyspace::new("app");
        assert_eq!(keyspace.beginning("x:").as_deref(), Some(&b"app:x:"[..]));
        assert_eq!(keyspace.beginning(&"k".repeat(BEGINNING)), None);
        assert_eq!(keyspace.beginning("a b"), None);
    }

    proptest! {
        #[test]
        fn every_key_can_be_sent_and_no_two_are_one(one in ".{0,300}", other in ".{0,300}", prefix in "[a-z]{0,9}") {
            let keyspace = Keyspace::new(&prefix);
            let (key, another) = (keyspace.key(&one), keyspace.key(&other));
            prop_assert!(!key.is_empty() && key.len() <= LONGEST && key.iter().copied().all(is_taken));
            prop_assert_eq!(key == another, one == other);
        }

        #[test]
        fn a_key_begins_as_its_beginning_says(key in "[ -~]{0,300}", at in 0_usize..300) {
            let keyspace = Keyspace::new("app");
            let start = &key[..at.min(key.len())];
            if let Some(beginning) = keyspace.beginning(start) {
                prop_assert!(keyspace.key(&key).starts_with(&beginning));
            }
        }
    }
}
