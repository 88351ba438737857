//! Which file a key is in: `<root>/<2 digits>/<64 digits>.bin`, by the BLAKE3 of the key.
//!
//! The first two digits name a shard: a directory, and the lock in it that orders what is written there.

use std::path::{Path, PathBuf};

/// Where one key's file is, or has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) shard: u8,
    /// The name of the file without its ending.
    pub(crate) name: String,
}

impl Place {
    pub(crate) fn of(key: &str) -> Self {
        let hash = blake3::hash(key.as_bytes());
        Self { shard: hash.as_bytes()[0], name: hash.to_hex().to_string() }
    }

    /// Of a file of this name in a shard; `None` if no key of ours can be in it.
    pub(crate) fn of_file(shard: u8, file: &str) -> Option<Self> {
        let name = file.strip_suffix(VALUE)?;
        let is_ours = name.len() == 2 * blake3::OUT_LEN
            && name.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        (is_ours && name.starts_with(&directory_name(shard))).then(|| Self { shard, name: name.to_owned() })
    }

    pub(crate) fn value(&self, root: &Path) -> PathBuf {
        shard(root, self.shard).join(format!("{}{VALUE}", self.name))
    }

    /// What a value is written to before it takes its place. Only who holds the shard's lock writes there.
    pub(crate) fn draft(&self, root: &Path) -> PathBuf {
        shard(root, self.shard).join(format!("{}{DRAFT}", self.name))
    }
}

/// The directory of a shard.
pub(crate) fn shard(root: &Path, shard: u8) -> PathBuf {
    root.join(directory_name(shard))
}

/// The lock of a shard.
pub(crate) fn lock(root: &Path, number: u8) -> PathBuf {
    shard(root, number).join("lock")
}

/// Whether a file of this name is one that a value was written to before it took its place.
pub(crate) fn is_draft(file: &str) -> bool {
    file.ends_with(DRAFT)
}

fn directory_name(shard: u8) -> String {
    format!("{shard:02x}")
}

const VALUE: &str = ".bin";
const DRAFT: &str = ".tmp";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_pinned() {
        let place = Place::of("app:user:7");
        let root = Path::new("/cache");
        assert_eq!(
            place.value(root),
            Path::new("/cache/ea/ea2a016d61840816c689b78ee1a89aaeb0177f06474cf13a764789cf2428bf30.bin")
        );
        assert_eq!(place.draft(root).extension().unwrap(), "tmp");
        assert_eq!(lock(root, 0x0a), Path::new("/cache/0a/lock"));
    }

    #[test]
    fn only_names_of_ours_are_places() {
        let place = Place::of("app:user:7");
        let file = format!("{}.bin", place.name);
        assert_eq!(Place::of_file(place.shard, &file), Some(place.clone()));
        assert_eq!(Place::of_file(place.shard ^ 1, &file), None, "it is in another shard");
        for other in ["lock", "readme.bin", &place.name, &file.to_uppercase(), &file[1..], ".bin"] {
            assert_eq!(Place::of_file(place.shard, other), None, "{other}");
        }
    }
}
