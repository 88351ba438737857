//! What identifies a call: hashed and compared by reference, owned only when an entry is stored.
//!
//! [`CacheKey`] gives one value a meaning inside a key. [`Key`] is the whole key of one call: a tuple of parts or a
//! [`Template`]. Generated code builds it from the arguments ([`probe`]), the runtime hashes it, compares it with the
//! owned keys in its table, and calls [`Key::own`] only on a miss. Nothing here allocates before that.

mod address;
mod containers;
mod hashed;
pub mod probe;
mod scalars;
mod strings;
pub mod template;
#[cfg(test)]
mod tests;
mod text;
mod tuples;

use std::hash::Hasher;

pub use hashed::{Hashed, HashedOption, HashedRef};
pub use template::Template;
pub use text::{Group, KeyText};

/// Gives a type its meaning inside a cache key.
///
/// Derive it with `#[derive(CacheKey)]`. It is implemented for numbers, `bool`, `char`, strings, paths, slices,
/// vectors, tuples, `Option`, `Result`, references, boxes and the like. An argument whose type has no `CacheKey` still
/// works in memory when it is `Hash + Eq + Clone + Send + Sync + 'static`.
///
/// # Deriving it
///
/// Every field is part of the key, and so is the variant of an enum. An attribute says otherwise:
///
/// | on a field | what identifies it |
/// |---|---|
/// | `#[cache_key(skip)]` | nothing: values that differ only there are one key |
/// | `#[cache_key(hash)]` | its `Hash` and `Eq`, for types without `CacheKey`; not for shared stores |
/// | `#[cache_key(with = path, as = type)]` | what a function makes of it: `with = Url::as_str, as = &str` |
///
/// `#[cache_key(crate = path)]` above the type says where larder is, for those who re-export it.
///
/// The type may borrow, as in `struct Query<'a> { text: &'a str }`, it may be generic, and it may contain itself. Of two
/// types that contain each other, one needs `hash`.
///
/// # Rules for implementations
///
/// For values `a`, `b` and `k = b.to_key()`, with `a` and `b` of one type:
///
/// - `a.eq_key(&k)` is an equivalence: reflexive (also for floats), symmetric and transitive;
/// - `eq_owned(&a.to_key(), &k)` is the same relation;
/// - when `a.eq_key(&k)`, then `a.hash_key` and `hash_owned(&k)` write the same bytes, and `a.write_text` and
///   `write_owned_text(&k)` the same text; otherwise the texts differ.
///
/// A lookup calls `hash_key` and `eq_key` only, and they should not allocate; `to_key` is called when an entry is stored.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache key",
    label = "this is part of the key",
    note = "a part of a key implements `CacheKey`, or `Hash + Eq + Clone + Send + Sync + 'static` (a field: with `#[cache_key(hash)]`)",
    note = "put `#[derive(CacheKey)]` on the type, leave the argument out with `ignore = [argument]` (a field: with `#[cache_key(skip)]`), or say what identifies the call with `key = ...`"
)]
pub trait CacheKey {
    /// What the cache keeps of a value to recognise it later; `String` for `str`, for example.
    type Owned: Send + Sync + 'static;

    /// Whether [`write_text`](Self::write_text) gives the same text in every process and build. Shared stores
    /// refuse keys for which this is `false`. Default: `true`.
    const PORTABLE: bool = true;

    /// Feeds the value into `state`, without allocating.
    fn hash_key<H: Hasher>(&self, state: &mut H);

    /// Feeds an owned value into `state`: the same bytes as [`hash_key`](Self::hash_key) of an equal value.
    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H);

    /// Whether `owned` was made from a value equal to this one, without allocating.
    fn eq_key(&self, owned: &Self::Owned) -> bool;

    /// Whether two owned values were made from equal values: as [`eq_key`](Self::eq_key) says, not as `==` of
    /// [`Owned`](Self::Owned) does.
    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool;

    /// Makes the owned form, when an entry is stored.
    fn to_key(&self) -> Self::Owned;

    /// Writes the stable text form; its grammar is described at [`KeyText`].
    fn write_text(&self, out: &mut KeyText);

    /// Writes the text form of an owned value: the same text as [`write_text`](Self::write_text) of an equal value.
    fn write_owned_text(owned: &Self::Owned, out: &mut KeyText);

    /// Feeds the elements of a slice, without their number; numbers do it in one write.
    #[doc(hidden)]
    fn hash_key_slice<H: Hasher>(slice: &[Self], state: &mut H)
    where
        Self: Sized,
    {
        slice.iter().for_each(|item| item.hash_key(state));
    }

    /// The counterpart of `hash_key_slice` for owned elements.
    #[doc(hidden)]
    fn hash_owned_slice<H: Hasher>(slice: &[Self::Owned], state: &mut H)
    where
        Self: Sized,
    {
        slice.iter().for_each(|item| Self::hash_owned(item, state));
    }

    /// Compares the elements of two slices of one length; numbers do it at once.
    #[doc(hidden)]
    fn eq_key_slice(slice: &[Self], owned: &[Self::Owned]) -> bool
    where
        Self: Sized,
    {
        slice.iter().zip(owned).all(|(item, owned)| item.eq_key(owned))
    }

    /// The counterpart of `eq_key_slice` for owned elements.
    #[doc(hidden)]
    fn eq_owned_slice(a: &[Self::Owned], b: &[Self::Owned]) -> bool
    where
        Self: Sized,
    {
        a.iter().zip(b).all(|(a, b)| Self::eq_owned(a, b))
    }

    /// Writes a slice; bytes have a form of their own.
    #[doc(hidden)]
    fn write_text_slice(slice: &[Self], out: &mut KeyText)
    where
        Self: Sized,
    {
        let mut list = out.list();
        slice.iter().for_each(|item| item.write_text(list.item()));
    }

    /// The counterpart of `write_text_slice` for owned elements.
    #[doc(hidden)]
    fn write_owned_text_slice(slice: &[Self::Owned], out: &mut KeyText)
    where
        Self: Sized,
    {
        let mut list = out.list();
        slice.iter().for_each(|item| Self::write_owned_text(item, list.item()));
    }
}

/// A type whose keys are texts by templates: `#[derive(KeyTemplate)]`.
///
/// The derive makes it a [`CacheKey`], too, for entries of a cache and for arguments of cached functions. The templates are checked while compiling: each field is in its template,
/// every placeholder is a field with `Display`, and no two variants can give one text. Values are escaped as in `#[cached(key = "..")]`, so that different fields never give
/// the same key, and a key by a template is never that of a string.
///
/// | attribute | says |
/// |---|---|
/// | `#[key("user:{id}")]` on a variant or struct | its template; `{0}` for fields without names, `{user.id}` for fields of fields, `{{` for a brace |
/// | `#[key(skip)]` on a field | it is no part of the key |
/// | `#[key(crate = path)]` on the type | where larder is, for those who re-export it |
///
/// A field counts as an integer, which is never taken for a word, when its type is written as one (`u64`).
pub trait KeyTemplate: CacheKey {
    /// The templates as they were written, in the order of the variants.
    const TEMPLATES: &'static [&'static str];
}

/// A whole key, as generated code builds it for one call: a tuple of up to 16 parts, or a [`Template`].
///
/// Not public API. Used by generated code.
pub trait Key {
    /// What the table keeps.
    type Owned: Send + Sync + 'static;

    /// Whether the text is the same in every process and build.
    const PORTABLE: bool;

    /// Feeds the key into `state`, without allocating.
    fn hash<H: Hasher>(&self, state: &mut H);

    /// Feeds an owned key into `state`: the same bytes as [`hash`](Self::hash) of an equal key.
    fn hash_owned<H: Hasher>(owned: &Self::Owned, state: &mut H);

    /// Whether `owned` was made from an equal key, without allocating.
    fn eq(&self, owned: &Self::Owned) -> bool;

    /// Whether two owned keys were made from equal keys.
    fn eq_owned(a: &Self::Owned, b: &Self::Owned) -> bool;

    /// Makes the owned key, on a miss.
    fn own(&self) -> Self::Owned;

    /// Writes the stable text form.
    fn text(&self, out: &mut KeyText);

    /// Writes the text form of an owned key: the same text as [`text`](Self::text) of an equal key.
    fn text_owned(owned: &Self::Owned, out: &mut KeyText);
}
