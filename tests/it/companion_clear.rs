//! `f::clear()`: forgets the values of all calls.

use larder::cached;
use larder::testing::isolate;

#[cached]
fn double(n: u32) -> u32 {
    n * 2
}

#[cached]
fn other(n: u32) -> u32 {
    n
}

#[test]
fn all_values_of_one_function_are_forgotten() {
    let time = isolate();
    (0..10).for_each(|n| _ = double(n));
    other(1);
    double::clear();
    (0..10).for_each(|n| _ = time.miss(|| double(n)));
    time.hit(|| other(1));
}
