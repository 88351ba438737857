//! Methods of trait impls and default methods of traits: `handle = none`, since nothing can stand beside them.

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

trait Tariff {
    fn price(&self, amount: u32) -> u32;

    fn code(n: u32) -> u32;

    #[cached(handle = none)]
    fn doubled(&self, amount: u32) -> u32
    where
        Self: Clone + Eq + std::hash::Hash + Send + Sync + 'static,
    {
        self.price(amount) * 2
    }

    async fn later(&self, amount: u32) -> Result<u32, String>;

    fn soon(&self, amount: u32) -> impl Future<Output = u32> + Send;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Flat<T>(T);

impl<T> Tariff for Flat<T>
where
    T: Copy + Into<u32> + Eq + std::hash::Hash + Send + Sync + Default + 'static,
{
    #[cached(handle = none)]
    fn price(&self, mut amount: u32) -> u32 {
        amount += 1;
        if amount > 1_000 {
            return 1_000;
        }
        amount * self.0.into()
    }

    /// Neither `self` nor `Self`, and yet each type has its own.
    #[cached(handle = none)]
    fn code(n: u32) -> u32 {
        T::default().into() + n + size_of::<T>() as u32
    }

    #[cached(handle = none)]
    async fn later(&self, amount: u32) -> Result<u32, String> {
        if amount == 0 {
            return Err("nothing".into());
        }
        let factor: u32 = std::future::ready(self.0.into()).await;
        Ok(amount * factor)
    }

    #[cached(handle = none)]
    fn soon(&self, amount: u32) -> impl Future<Output = u32> + Send {
        let factor = self.0.into();
        async move { amount * factor }
    }
}

impl Iterator for Flat<std::ops::Range<u32>> {
    type Item = u32;

    #[cached(handle = none, ignore = [self])]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

#[test]
fn it_hits_and_misses() {
    let time = isolate();
    assert_eq!(time.miss(|| Flat(3_u8).price(1)), 6);
    assert_eq!(time.hit(|| Flat(3_u8).price(1)), 6);
    time.miss(|| Flat(4_u8).price(1));
    time.miss(|| Flat(3_u16).price(1));
    assert_eq!(time.miss(|| Flat(3_u8).price(5_000)), 1_000);
}

#[test]
fn functions_without_self_are_kept_apart_by_type() {
    let time = isolate();
    assert_eq!(time.miss(|| Flat::<u8>::code(1)), 2);
    assert_eq!(time.miss(|| Flat::<u16>::code(1)), 3);
    assert_eq!(time.hit(|| Flat::<u8>::code(1)), 2);
}

#[test]
fn default_methods() {
    let time = isolate();
    assert_eq!(time.miss(|| Flat(3_u8).doubled(1)), 12);
    time.hit(|| Flat(3_u8).doubled(1));
    time.miss(|| Flat(3_u16).doubled(1));
}

/// Can be a trait object: `self` has no known size in the default method.
trait Rules {
    #[cached(handle = none, ignore = [self])]
    fn limit(&self, of: u32) -> u32 {
        of + 1
    }
}

impl Rules for Flat<u8> {}

#[test]
fn default_methods_of_trait_objects() {
    let time = isolate();
    let rules: &dyn Rules = &Flat(1_u8);
    assert_eq!(time.miss(|| rules.limit(1)), 2);
    assert_eq!(time.hit(|| rules.limit(1)), 2);
}

#[test]
fn async_methods() {
    let time = isolate();
    block_on(async {
        assert_eq!(time.miss_async(Flat(3_u8).later(2)).await, Ok(6));
        assert_eq!(time.hit_async(Flat(3_u8).later(2)).await, Ok(6));
        time.miss_async(Flat(3_u8).later(0)).await.unwrap_err();
        time.miss_async(Flat(3_u8).later(0)).await.unwrap_err();
        assert_eq!(time.miss_async(Flat(3_u8).soon(2)).await, 6);
        assert_eq!(time.hit_async(Flat(3_u8).soon(2)).await, 6);
    });
}

#[test]
fn mutable_self_is_written_on_a_miss_only() {
    let time = isolate();
    let mut numbers = Flat(5..9);
    assert_eq!(time.miss(|| numbers.next()), Some(5));
    assert_eq!(time.hit(|| numbers.next()), Some(5));
    assert_eq!(numbers.0, 6..9);
}

#[test]
fn the_registry_knows_them() {
    let _time = isolate();
    Flat(3_u8).price(1);
    assert!(larder::stats().to_string().contains("price"));
}
