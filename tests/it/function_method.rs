//! Methods: `self` is part of the key.

use std::rc::Rc;
use std::sync::Arc;

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Depot {
    name: String,
}

fn depot(name: &str) -> Depot {
    Depot { name: name.into() }
}

impl Depot {
    #[cached]
    fn distance(&self, town: &str) -> usize {
        self.name.len() * 100 + town.len()
    }

    #[cached]
    fn into_name(self) -> String {
        self.name
    }

    #[cached]
    fn shared(self: Arc<Self>, n: u32) -> usize {
        self.name.len() + n as usize
    }

    #[cached(ignore = [self])]
    fn counted(self: Rc<Self>, n: u32) -> usize {
        self.name.len() + n as usize
    }

    #[cached]
    #[allow(clippy::needless_arbitrary_self_type, reason = "the form is what is tested")]
    fn explicit(self: &Self) -> usize {
        self.name.len()
    }

    #[cached]
    async fn later(&self, town: &str) -> String {
        std::future::ready(format!("{} {town}", self.name)).await
    }

    #[cached]
    fn twin(&self) -> Self {
        Self { name: format!("{0}{0}", self.name) }
    }

    #[cached]
    fn countdown(&self, n: u32) -> u32 {
        if n == 0 { 0 } else { 1 + self.countdown(n - 1) }
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Boxed<T>(T);

impl<T: Clone + Eq + std::hash::Hash + Send + Sync + std::fmt::Debug + 'static> Boxed<T> {
    #[cached]
    fn show(&self) -> String {
        format!("{:?}", self.0)
    }

    #[cached]
    fn pair<U: Clone + larder::CacheKey + Send + Sync + 'static>(&self, other: U) -> (T, U) {
        (self.0.clone(), other)
    }
}

#[test]
fn self_is_part_of_the_key() {
    let time = isolate();
    time.miss(|| depot("a").distance("x"));
    time.hit(|| depot("a").distance("x"));
    time.miss(|| depot("b").distance("x"));
    time.miss(|| depot("a").distance("y"));
}

#[test]
fn self_in_every_form() {
    let time = isolate();
    assert_eq!(time.miss(|| depot("a").into_name()), "a");
    time.hit(|| depot("a").into_name());
    time.miss(|| Arc::new(depot("a")).shared(1));
    time.hit(|| Arc::new(depot("a")).shared(1));
    time.miss(|| Arc::new(depot("b")).shared(1));
    time.miss(|| Rc::new(depot("a")).counted(1));
    time.hit(|| Rc::new(depot("b")).counted(1));
    time.miss(|| depot("a").explicit());
    time.hit(|| depot("a").explicit());
}

#[test]
fn async_methods() {
    let time = isolate();
    block_on(async {
        time.miss_async(depot("a").later("x")).await;
        time.hit_async(depot("a").later("x")).await;
        time.miss_async(depot("b").later("x")).await;
        assert_eq!(depot("b").later_peek("x").as_deref(), Some("b x"));
        assert_eq!(time.miss_async(depot("b").later_refresh("x")).await, "b x");
    });
}

#[test]
fn self_may_be_the_result() {
    let time = isolate();
    assert_eq!(time.miss(|| depot("a").twin()), depot("aa"));
    time.hit(|| depot("a").twin());
}

#[test]
fn a_recursive_method_is_cached_on_its_way() {
    let time = isolate();
    assert_eq!(time.miss(|| depot("a").countdown(5)), 5);
    assert_eq!(time.hit(|| depot("a").countdown(3)), 3);
}

#[test]
fn types_with_parameters_do_not_share_values() {
    let time = isolate();
    assert_eq!(time.miss(|| Boxed(1_u8).show()), "1");
    time.miss(|| Boxed(1_u16).show());
    time.hit(|| Boxed(1_u8).show());
    time.miss(|| Boxed(1_u8).pair(2_u8));
    time.miss(|| Boxed(1_u8).pair(2_u16));
    assert_eq!(time.hit(|| Boxed(1_u8).pair(2_u8)), (1, 2));
}

#[test]
fn companions_stand_beside_the_method() {
    let time = isolate();
    let a = depot("a");
    time.miss(|| a.distance("x"));
    assert_eq!(a.distance_peek("x"), Some(101));
    assert!(a.distance_invalidate("x"));
    assert_eq!(time.miss(|| a.distance_refresh("x")), 101);
    assert!(a.distance_lookup("x").is_hit());
    a.distance_insert("x", 7);
    assert_eq!(a.distance("x"), 7);
    assert_eq!(a.distance_uncached("x"), 101);
    assert!(a.distance_key("x").contains("distance"), "{}", a.distance_key("x"));
    assert_eq!(Depot::distance_handle().len(), 1);
    assert!(Depot::distance_stats().hits >= 1);
    Depot::distance_clear();
    assert_eq!(a.distance_peek("x"), None);
}
