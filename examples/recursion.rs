//! May a cached function call itself?
//!
//! ```text
//! cargo run --release --example recursion
//! ```
//!
//! Yes, and functions may call each other. Overlapping subproblems are then solved once each.

use std::time::Instant;

use larder::cached;

/// Ways through a grid, right or down: the classic whose plain recursion visits a corner over and over.
#[cached]
fn paths(right: u32, down: u32) -> u64 {
    if right == 0 || down == 0 { 1 } else { paths(right - 1, down) + paths(right, down - 1) }
}

fn paths_plainly(right: u32, down: u32) -> u64 {
    if right == 0 || down == 0 { 1 } else { paths_plainly(right - 1, down) + paths_plainly(right, down - 1) }
}

/// Edits that turn one word into another, by recursion on their tails.
#[cached(max_entries = 10_000)]
fn edits(from: &str, to: &str) -> usize {
    let (Some(a), Some(b)) = (from.chars().next(), to.chars().next()) else {
        return from.chars().count() + to.chars().count();
    };
    let (rest, other) = (&from[a.len_utf8()..], &to[b.len_utf8()..]);
    if a == b {
        edits(rest, other)
    } else {
        1 + edits(rest, to).min(edits(from, other)).min(edits(rest, other))
    }
}

/// Two functions in turns: the Hofstadter sequences, female and male.
#[cached]
fn female(n: u64) -> u64 {
    if n == 0 { 1 } else { n - male(female(n - 1)) }
}

#[cached]
fn male(n: u64) -> u64 {
    if n == 0 { 0 } else { n - female(male(n - 1)) }
}

fn main() {
    let began = Instant::now();
    let plainly = paths_plainly(13, 13);
    let slow = began.elapsed();
    let began = Instant::now();
    let cached = paths(13, 13);
    let fast = began.elapsed();
    println!("paths(13, 13) = {cached}: plainly {slow:.1?}, cached {fast:.1?}");
    assert_eq!(plainly, cached);
    println!("paths(30, 30) = {}, out of reach without", paths(30, 30));
    // every corner but the last one once
    assert_eq!(paths::stats().loads, 31 * 31 - 1);

    assert_eq!(edits("kitten", "sitting"), 3);
    println!("edits = {}", edits("intention of the larder", "execution in the cellar"));
    println!("female(200) = {}, male(200) = {}", female(200), male(200));
    assert_eq!((female(20), male(20)), (13, 12));

    println!("\n{}", larder::stats());
}
