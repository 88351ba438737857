//! Misses by wall clock: load, store, and evict, with a hundred times more keys than are kept.

use criterion::{Criterion, criterion_group, criterion_main};
use larder_benches::contenders::{Function, cached, larder, moka, quick_cache};
use larder_benches::keys;

fn evicting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("miss, insert, evict");
    let contenders: [(&str, Function); 4] = [
        ("larder", larder::missed),
        ("cached", cached::missed),
        ("quick_cache", quick_cache::missed),
        ("moka", moka::missed),
    ];
    for (name, call) in contenders {
        let mut at = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                at += 1;
                call(keys::uniform(at, 1_000_000))
            });
        });
    }
    group.finish();
}

criterion_group!(misses, evicting);
criterion_main!(misses);
