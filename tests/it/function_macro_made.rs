//! Functions written by macros: each token keeps the place it came from.

use larder::cached;
use larder::testing::isolate;

macro_rules! lookup {
    ($name:ident, $argument:ident: $type:ty => $result:ty, $ttl:expr, $body:expr) => {
        #[cached(ttl = $ttl)]
        fn $name($argument: $type, hidden: u8) -> $result {
            let _ = hidden;
            $body
        }
    };
}

lookup!(doubled, n: u32 => u64, 60, u64::from(n) * 2);
lookup!(length, text: &str => usize, "5m", text.len());
lookup!(listed, items: &[String] => Vec<String>, std::time::Duration::from_secs(5), items.to_vec());

macro_rules! templated {
    ($name:ident, $argument:ident) => {
        #[cached(key = "{id}")]
        fn $name(id: u32, $argument: u32) -> u32 {
            id + $argument
        }
    };
}

templated!(by_id, other);

mod types {
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub(crate) struct Id(pub(crate) u32);
}

macro_rules! with_crate {
    ($name:ident) => {
        #[cached]
        fn $name(id: &$crate::function_macro_made::types::Id) -> $crate::function_macro_made::types::Id {
            id.clone()
        }
    };
}

with_crate!(same);

#[test]
fn they_are_cached() {
    let time = isolate();
    time.miss(|| doubled(1, 0));
    assert_eq!(time.hit(|| doubled(1, 0)), 2);
    time.miss(|| length("a", 0));
    time.hit(|| length("a", 0));
    time.miss(|| listed(&[], 0));
    time.hit(|| listed(&[], 0));
    assert_eq!(doubled::peek(1, 0), Some(2));
    time.miss(|| by_id(1, 1));
    assert_eq!(time.hit(|| by_id(1, 2)), 2);
    time.miss(|| same(&types::Id(1)));
    assert_eq!(time.hit(|| same(&types::Id(1))).0, 1);
}
