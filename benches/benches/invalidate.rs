//! Invalidations by wall clock, and what tags cost a hit: with ten entries and with a million, since neither may depend on that.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use larder::{blocking, cached};

const MANY: u64 = 1_000_000;

#[cached(cache = "ten", tags = ["ten:{key}", "ten"])]
fn among_ten(key: u64) -> u64 {
    key
}

#[cached(cache = "million", tags = ["million:{key}", "million"])]
fn among_a_million(key: u64) -> u64 {
    key
}

#[cached(ttl = 60, max_entries = 10_000)]
fn plain(key: u64) -> u64 {
    key
}

#[cached(ttl = 60, max_entries = 10_000, tags = ["key:{key}", "numbers", "three"])]
fn tagged(key: u64) -> u64 {
    key
}

fn by_tag(criterion: &mut Criterion) {
    (0..10).for_each(|key| _ = among_ten(key));
    (0..MANY).for_each(|key| _ = among_a_million(key));
    let ten = larder::cache("ten").expect("a function names it").blocking();
    let million = larder::cache("million").expect("a function names it").blocking();
    let mut group = criterion.benchmark_group("invalidate_tag");
    // One entry's own tag, another one each time: with a million, none of it is in the processor's caches.
    let mut at = 0;
    let mut next = |count: u64| {
        at = (at + 7_919) % count;
        at
    };
    group.bench_function("of one among 10", |bencher| {
        bencher.iter_batched(
            || format!("ten:{}", next(10)),
            |tag| ten.invalidate_tag(tag),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("of one among 1,000,000", |bencher| {
        bencher.iter_batched(
            || format!("million:{}", next(MANY)),
            |tag| million.invalidate_tag(tag),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("of all 10", |bencher| bencher.iter(|| ten.invalidate_tag(black_box("ten"))));
    group.bench_function("of all 1,000,000", |bencher| {
        bencher.iter(|| million.invalidate_tag(black_box("million")))
    });
    group.bench_function("in all caches", |bencher| {
        bencher.iter(|| blocking::invalidate_tag(black_box("million")))
    });
    group.finish();
}

fn hits(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hit");
    for (name, call) in [("no tags", plain as fn(u64) -> u64), ("3 tags", tagged)] {
        let mut key = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                key = (key + 1) % 1_000;
                call(black_box(key))
            });
        });
    }
    group.finish();
}

criterion_group!(invalidations, by_tag, hits);
criterion_main!(invalidations);
