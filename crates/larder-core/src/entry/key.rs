//! The key of an entry: the text of whatever it was made from.

use std::hash::Hasher;

use crate::key::{CacheKey, Key, KeyText};

/// A key as its stable text. What it was made from is not known any more, so that keys of all types meet in one table.
#[derive(Clone, Debug)]
pub(crate) struct EntryKey(String);

impl EntryKey {
    /// The key that a value stands for. Cost: the text is written, into a string of its own.
    pub(crate) fn of<Q: CacheKey + ?Sized>(key: &Q) -> Self {
        const {
            assert!(
                Q::PORTABLE,
                "this key has no text that is the same in every process; put `#[derive(CacheKey)]` on its type, or write it as a string"
            );
        };
        let mut text = KeyText::new();
        key.write_text(&mut text);
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Key for EntryKey {
    type Owned = String;
    const PORTABLE: bool = true;

    fn hash<H: Hasher>(&self, state: &mut H) {
        Self::hash_owned(&self.0, state);
    }

    fn hash_owned<H: Hasher>(owned: &String, state: &mut H) {
        state.write(owned.as_bytes());
        state.write_u8(0xff);
    }

    fn eq(&self, owned: &String) -> bool {
        self.0 == *owned
    }

    fn eq_owned(a: &String, b: &String) -> bool {
        a == b
    }

    fn own(&self) -> String {
        self.0.clone()
    }

    fn text(&self, out: &mut KeyText) {
        out.written(&self.0);
    }

    fn text_owned(owned: &String, out: &mut KeyText) {
        out.written(owned);
    }
}
