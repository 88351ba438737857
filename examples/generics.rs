//! Can a generic function be cached?
//!
//! ```text
//! cargo run --example generics
//! ```
//!
//! Yes: each choice of type parameters has entries of its own, and statistics count them together. The parameters
//! must be `'static`.

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use larder::cached;

static PARSED: AtomicU32 = AtomicU32::new(0);

#[cached(max_entries = 1_000)]
fn parse<T: FromStr + Clone + Send + Sync + 'static>(text: &str) -> Option<T> {
    PARSED.fetch_add(1, Ordering::Relaxed);
    text.parse().ok()
}

/// Constants count like types.
#[cached]
fn powers<const N: usize>(base: u64) -> [u64; N] {
    std::array::from_fn(|exponent| base.wrapping_pow(exponent as u32))
}

/// An argument may be whatever can be seen as text; the lookup borrows it.
#[cached(max_entries = 100)]
fn shout(text: impl AsRef<str>) -> String {
    text.as_ref().to_uppercase()
}

fn main() {
    show(parse::<u32>("42"));
    show(parse::<f64>("42"));
    show(parse::<u32>("42"));
    println!("parsed {} times: `42` as u32 and as f64 are two entries", PARSED.load(Ordering::Relaxed));
    assert_eq!(PARSED.load(Ordering::Relaxed), 2);

    show(powers::<4>(3));
    show(powers::<6>(3));
    assert_eq!(powers::<4>(3), [1, 3, 9, 27]);
    assert_eq!(powers::stats().loads, 2);

    show(shout("quiet"));
    show(shout(String::from("quiet")));
    assert_eq!(shout::stats().loads, 1);

    println!("\n{}", larder::stats());
}

fn show(value: impl Debug) {
    println!("{value:?}");
}
