//! A lookup allocates nothing: not to hash a key, not to compare it.
#![allow(unsafe_code, reason = "an allocator that counts can only be written so")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

use foldhash::fast::FixedState;
use larder_core::key::probe::Probe;
use larder_core::key::template::Piece;
use larder_core::key::{Key, Template};

/// Counts the allocations of each thread.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends has no counter any more; nobody asks for it.
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations<R>(run: impl FnOnce() -> R) -> (usize, R) {
    let before = COUNT.get();
    let result = run();
    (COUNT.get() - before, result)
}

/// What a table does with a key it holds already.
#[track_caller]
fn looks_up<K: Key>(key: &K) {
    let owned = key.own();
    let again = key.own();
    let (count, found) = allocations(|| {
        let mut state = FixedState::default().build_hasher();
        key.hash(&mut state);
        let mut stored = FixedState::default().build_hasher();
        K::hash_owned(&owned, &mut stored);
        state.finish() == stored.finish() && key.eq(&owned) && K::eq_owned(&owned, &again)
    });
    assert!(found, "the key was not found");
    assert_eq!(count, 0, "a lookup allocated");
}

/// The key of these arguments, as generated code builds it.
macro_rules! key {
    ($($value:expr),*) => { &($(Probe::new(&$value).part(),)*) };
}

/// Without `CacheKey`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Plain(String);

#[test]
fn counting_works() {
    assert_eq!(allocations(|| String::from("text")).0, 1);
}

#[test]
fn arguments() {
    let text = "twenty-four bytes of text";
    let names = ["a".to_owned(), "b".to_owned()];
    let prices = BTreeMap::from([("a", 1.5), ("b", f64::NAN)]);
    looks_up(key!());
    looks_up(key!(7_u64));
    looks_up(key!(text, 7_u32));
    looks_up(key!(text.to_owned(), Cow::Borrowed(text), Box::<str>::from(text)));
    looks_up(key!(Some(text), Some(Some(text)), None::<&str>));
    looks_up(key!(&names[..], names, names.to_vec(), text.as_bytes()));
    looks_up(key!(prices, 1.5, f32::NAN));
    looks_up(key!(Path::new(text), (text, 1), Ok::<&str, u8>(text)));
}

#[test]
fn arguments_without_cache_key() {
    let plain = Plain("twenty-four bytes of text".to_owned());
    let list = [plain.clone(), plain.clone()];
    looks_up(key!(plain));
    looks_up(key!(&plain, Some(&plain), &list[..], list));
}

#[test]
fn templates() {
    let (user, page) = ("somebody: with a name that % needs escaping", 12);
    looks_up(&Template::new([
        Piece::literal("user:"),
        Piece::value(&user),
        Piece::literal(":"),
        Piece::value(&page),
    ]));
}

#[test]
fn building_a_key_out_of_arguments_allocates_nothing() {
    let (text, plain) = ("twenty-four bytes of text", Plain(String::new()));
    let (count, _) = allocations(|| {
        let parts = (Probe::new(&text).part(), Probe::new(&plain).part(), Probe::new(&Some(&plain)).part());
        let template = Template::new([Piece::literal("x:"), Piece::value(&text)]);
        std::hint::black_box((&parts, &template));
    });
    assert_eq!(count, 0);
}
