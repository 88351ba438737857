use larder::cached;

macro_rules! with {
    ($($policy:ident)*) => {$(
        #[cached(max_entries = 5, policy = $policy)]
        fn $policy(id: u64) -> u64 {
            id
        }
    )*};
}

with!(tenure lru lfu fifo lifo mru random s3fifo tinylfu sieve);

pub(crate) fn main() {
    let all = [tenure, lru, lfu, fifo, lifo, mru, random, s3fifo, tinylfu, sieve];
    assert_eq!(all.map(|f| f(1)), [1; 10]);
}
