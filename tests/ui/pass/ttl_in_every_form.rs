use larder::cached;

use std::time::Duration;

const LIFETIME: Duration = Duration::from_secs(5);

macro_rules! with {
    ($name:ident, $ttl:expr) => {
        #[cached(ttl = $ttl, idle = $ttl)]
        fn $name(id: u64) -> u64 {
            id
        }
    };
}

with!(integer, 60);
with!(typed, 60u64);
with!(float, 0.25);
with!(exponent, 1e3);
with!(text, "250ms");
with!(long, "1w 2d 3h 4m 5s 6ms 7us 8ns");
with!(words, "1 hour, 30 minutes");
with!(path, LIFETIME);
with!(call, Duration::from_millis(250));
with!(sum, LIFETIME + Duration::from_secs(1));
with!(block, { if cfg!(debug_assertions) { LIFETIME } else { LIFETIME * 2 } });

pub(crate) fn main() {
    let all = [integer, typed, float, exponent, text, long, words, path, call, sum, block];
    assert_eq!(all.map(|f| f(1)).into_iter().sum::<u64>(), 11);
}
