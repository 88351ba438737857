//! Hits by wall clock, one contender at a time: for looking at one's own change. For a comparison with the peers,
//! `cargo xtask bench --peers` lets them take turns.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use larder_benches::contenders::{Function, TextFunction, cached, larder, memoize, moka, quick_cache};
use larder_benches::keys;

fn by_number(criterion: &mut Criterion) {
    let keys = keys::zipf(5_000, 0.99);
    let mut group = criterion.benchmark_group("hit, u64");
    let contenders: [(&str, Function); 5] = [
        ("larder", larder::number),
        ("quick_cache+ttl", quick_cache::number),
        ("cached", cached::number),
        ("memoize", memoize::number),
        ("moka", moka::number),
    ];
    for (name, call) in contenders {
        let mut at = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                at = keys::wrapped(at + 1);
                call(black_box(keys[at]))
            });
        });
    }
    group.finish();
}

fn by_text(criterion: &mut Criterion) {
    let keys = keys::zipf(5_000, 0.99);
    let names: Vec<String> = (0..5_000).map(keys::text).collect();
    let mut group = criterion.benchmark_group("hit, (&str, u32) -> String");
    let contenders: [(&str, TextFunction); 4] = [
        ("larder", larder::text),
        ("quick_cache", quick_cache::text),
        ("cached", cached::text),
        ("moka", moka::text),
    ];
    for (name, call) in contenders {
        let mut at = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                at = keys::wrapped(at + 1);
                call(black_box(&names[keys[at] as usize]), 7)
            });
        });
    }
    group.finish();
}

criterion_group!(hits, by_number, by_text);
criterion_main!(hits);
