//! `weigh`: what a value weighs, beside its own size.

use larder::cached;
use larder::testing::isolate;

#[cached(max_bytes = "100KiB", weigh = |value| usize::try_from(*value).unwrap_or(usize::MAX))]
fn heavy(n: u64) -> u64 {
    n
}

fn weight(value: &String) -> usize {
    value.capacity()
}

#[cached(max_bytes = "100KiB", weigh = weight)]
fn by_path(n: usize) -> String {
    "x".repeat(n)
}

#[cached(max_bytes = "100KiB")]
fn by_own_size(n: u64) -> [u64; 32] {
    [n; 32]
}

#[test]
fn it_decides_how_many_fit() {
    let _time = isolate();
    (10_000..10_100).for_each(|n| _ = heavy(n));
    let kept = heavy::handle().len();
    assert!((5..=10).contains(&kept), "{kept} values of 10,000 in 100 KiB");
}

#[test]
fn a_path_will_do() {
    let _time = isolate();
    (10_000..10_100).for_each(|n| _ = by_path(n));
    let kept = by_path::handle().len();
    assert!((5..=10).contains(&kept), "{kept} values of 10,000 bytes in 100 KiB");
}

#[test]
fn without_it_values_weigh_their_own_size() {
    let _time = isolate();
    (0..10_000).for_each(|n| _ = by_own_size(n));
    let kept = by_own_size::handle().len();
    assert!((100..=400).contains(&kept), "{kept} values of 256 bytes in 100 KiB");
}
