//! The expansion of the derive warns nobody, whatever the names around it.

#![deny(warnings, missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(unnameable_types, unused_qualifications, unused_lifetimes, single_use_lifetimes, unused_results)]
#![deny(elided_lifetimes_in_paths, trivial_casts, variant_size_differences, deprecated)]

use std::collections::BTreeMap;
use std::marker::PhantomData;

use larder::CacheKey;

/// Named fields, one of them left out.
#[derive(Debug, CacheKey)]
pub struct Query<'a> {
    /// Borrowed.
    pub text: &'a str,
    /// Left out.
    #[cache_key(skip)]
    pub callback: Option<fn()>,
    phantom: PhantomData<&'a fn()>,
}

/// By position.
#[derive(Debug, Clone, Copy, CacheKey)]
pub struct Point(f64, f64);

/// Without fields.
#[derive(Debug, Clone, Copy, CacheKey)]
pub struct Unit;

/// Without variants.
#[derive(Debug, Clone, Copy, CacheKey)]
pub enum Never {}

/// Generic, with everything a variant can be.
#[derive(Debug, CacheKey)]
pub enum Shape<'a, T: Clone, const N: usize>
where
    T: PartialEq,
{
    /// Without fields.
    Empty,
    /// By position.
    Bytes([u8; N], &'a T),
    /// By name.
    r#Type {
        /// A raw name.
        r#fn: T,
        /// Left out.
        #[cache_key(skip)]
        note: Option<fn()>,
    },
    /// With nothing left.
    Skipped(#[cache_key(skip)] u8),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, CacheKey)]
struct Private(String);

/// With a private type inside.
#[derive(Debug, CacheKey)]
pub struct Public {
    private: Private,
    list: BTreeMap<u8, Private>,
    #[cache_key(hash)]
    hashed: Private,
    #[cache_key(with = Private::length, as = usize)]
    converted: Private,
}

impl Private {
    fn length(&self) -> usize {
        self.0.len()
    }
}

/// With a type that contains itself.
#[derive(Debug, CacheKey)]
pub enum Tree {
    /// A leaf.
    Leaf(u8),
    /// A node.
    Node(Vec<Tree>, Box<Self>),
}

/// Unsized.
#[derive(Debug, CacheKey)]
pub struct Tail {
    head: u8,
    tail: str,
}

/// With an old field.
#[derive(Debug, Clone, Copy, CacheKey)]
pub struct Old {
    /// An old field.
    #[deprecated]
    pub field: u8,
}

/// Names of ours in the user's scope.
pub mod hostile {
    #![allow(missing_docs, missing_debug_implementations, missing_copy_implementations, dead_code)]
    #![allow(non_camel_case_types, unnameable_types)]

    pub mod core {}
    pub mod larder {}
    pub struct Option;
    pub struct Hasher;
    pub struct CacheKey;
    pub struct bool;
    pub struct state;

    pub trait Extension {
        fn item(&self) {}
        fn named(&self) {}
        fn hash_key(&self) {}
        fn write_text(&self) {}
        fn write_owned_text(&self) {}
    }
    impl<T: ?Sized> Extension for T {}

    #[derive(::larder::CacheKey)]
    pub struct H<S, Owned> {
        state: S,
        out: Owned,
        owned: u8,
    }

    #[derive(::larder::CacheKey)]
    #[cache_key(crate = ::larder)]
    pub enum Variants {
        Owned,
        None,
        Some(u8),
    }
}

pub(crate) fn main() {
    #[derive(CacheKey)]
    struct Local<'a>(&'a u8);

    fn needs<T: ?Sized + CacheKey>(_: &T) {}
    needs(&Local(&1));
    needs(&Query { text: "", callback: None, phantom: PhantomData });
    needs(&(Point(0.0, 0.0), Unit, Tree::Node(vec![], Box::new(Tree::Leaf(1)))));
    needs(&Shape::<'_, u8, 2>::Empty);
}
