//! Eight callers of one missing key whose function takes 5 ms: one of them runs it.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use criterion::{Criterion, criterion_group, criterion_main};
use larder_benches::contenders::{Function, cached, larder, moka, quick_cache};

const CALLERS: usize = 8;

fn one_key(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stampede, 8 callers");
    group.sample_size(20);
    let contenders: [(&str, Function); 4] = [
        ("larder", larder::slowly),
        ("quick_cache", quick_cache::slowly),
        ("cached by_key", cached::slowly),
        ("moka", moka::slowly),
    ];
    for (name, call) in contenders {
        let key = AtomicU64::new(0);
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let key = key.fetch_add(1, Ordering::Relaxed);
                let ready = Barrier::new(CALLERS);
                thread::scope(|scope| {
                    for _ in 0..CALLERS {
                        scope.spawn(|| {
                            ready.wait();
                            call(key)
                        });
                    }
                });
            });
        });
    }
    group.finish();
}

criterion_group!(stampedes, one_key);
criterion_main!(stampedes);
