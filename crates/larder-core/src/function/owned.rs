//! What can be done with owned keys, where the type they were made from is not known any more.

use crate::key::{Key, KeyText};

/// The operations on the owned keys of one function.
#[derive(Debug)]
pub(crate) struct OwnedKeys<K> {
    pub(crate) eq: fn(&K, &K) -> bool,
    pub(crate) text: fn(&K) -> String,
}

impl<K> OwnedKeys<K> {
    /// Those of the keys that `Q` makes.
    pub(crate) const fn of<Q: Key<Owned = K>>() -> &'static Self {
        const { &Self { eq: Q::eq_owned, text: text::<Q> } }
    }
}

fn text<Q: Key>(key: &Q::Owned) -> String {
    let mut text = KeyText::new();
    Q::text_owned(key, &mut text);
    text.into_string()
}
