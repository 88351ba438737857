//! `crate`: where the runtime is, for those who re-export it. (A renamed dependency is in `tests/downstream`.)

use larder::testing::isolate;

mod toolkit {
    pub(crate) use ::larder as kept_here;
}

#[larder::cached(crate = crate::option_crate::toolkit::kept_here)]
fn through_a_path(n: u32) -> u32 {
    n
}

#[larder::cached(crate = ::larder, ttl = 5)]
fn from_the_root(n: u32) -> u32 {
    n
}

macro_rules! memoized {
    ($name:ident) => {
        #[larder::cached(crate = $crate::option_crate::toolkit::kept_here)]
        fn $name(n: u32) -> u32 {
            n
        }
    };
}

memoized!(through_a_macro);

#[test]
fn the_runtime_is_found() {
    let time = isolate();
    for call in [through_a_path, from_the_root, through_a_macro] {
        time.miss(|| call(1));
        time.hit(|| call(1));
    }
    assert_eq!(through_a_macro::peek(1), Some(1));
}
