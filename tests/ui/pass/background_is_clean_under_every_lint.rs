//! What runs in the background warns nobody, whatever the names around it.

#![deny(warnings, missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(unnameable_types, unused_qualifications, unused_lifetimes, single_use_lifetimes, unused_results)]
#![deny(elided_lifetimes_in_paths, trivial_casts, variant_size_differences, deprecated, let_underscore_drop)]
#![deny(unsafe_op_in_unsafe_fn, unused_parens, tail_expr_drop_order)]
// What is not called is checked and not built, which takes a minute for all of them.
#![allow(dead_code)]
#![allow(unsafe_code, reason = "two of its functions are `unsafe`, and cached as others are")]

use std::fmt::{self, Display, Formatter};
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use larder::cached;

/// Not `Clone`, and with room for what went wrong.
#[derive(Debug)]
pub enum Trouble {
    /// It took too long.
    Late(larder::Error),
    /// There is none.
    Missing,
}

impl From<larder::Error> for Trouble {
    fn from(error: larder::Error) -> Self {
        Self::Late(error)
    }
}

/// Neither `Clone` nor part of a key.
#[derive(Debug)]
pub struct Database(String);

/// Every option there is for a sync function.
#[cached(
    ttl = 60,
    stale_while_revalidate = "30s",
    stale_if_error = "1h",
    retry_after = Duration::from_secs(2),
    refresh = 30,
    refresh_idle = 300.5,
    early = true,
    jitter = 0.1,
    ttl_with = |_| Duration::from_secs(60),
    ignore = [database],
    tags = ["price:{article}", name.to_uppercase()],
    user = name.len(),
    cache = "prices",
    max_entries = 100
)]
pub fn price(database: Arc<Database>, article: u64, name: String) -> Result<u64, String> {
    Ok(article + (name.len() + database.0.len()) as u64)
}

/// Every option there is for an async function.
#[cached(
    ttl = 60,
    stale_while_revalidate = 30,
    stale_if_error = 3600,
    retry_after = 1,
    refresh = 30,
    refresh_idle = 300,
    early = 1 + 1 == 2,
    soft_timeout = 0.05,
    hard_timeout = "2s",
    ignore = [database],
    tags = ["later:{article}"],
    user = name.clone()
)]
pub async fn price_later(database: Arc<Database>, article: u64, mut name: String) -> Result<u64, Trouble> {
    std::future::ready(()).await;
    name.push('!');
    if article == 0 { Err(Trouble::Missing) } else { Ok(article + (name.len() + database.0.len()) as u64) }
}

/// Without arguments.
#[cached(refresh = 30)]
pub fn rates() -> Vec<u64> {
    vec![1]
}

/// Without arguments, later.
#[cached(ttl = 60, early = true, hard_timeout = 1)]
pub async fn rates_later() -> Result<u8, Trouble> {
    Ok(1)
}

/// More arguments than a tuple can clone.
#[cached(refresh = 30, only = [a])]
#[expect(clippy::too_many_arguments, reason = "as many as there are")]
pub fn many(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: u8,
    m: u8,
    n: String,
) -> usize {
    usize::from(a + b + c + d + e + f + g + h + i + j + k + l + m) + n.len()
}

/// Generic.
#[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20, ignore = [_by])]
pub fn count<T, U, const N: usize>(items: [T; N], _by: U) -> usize
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
    U: Clone + Send + 'static,
{
    items.len()
}

/// Generic, later, in its error too.
#[cached(ttl = 60, stale_while_revalidate = 30, hard_timeout = 2)]
pub async fn count_later<T, E>(items: Vec<T>) -> Result<usize, E>
where
    T: Hash + Eq + Clone + Send + Sync + 'static,
    E: From<larder::Error> + Send + Sync + 'static,
{
    Ok(items.len())
}

/// A future.
#[cached(ttl = 60, stale_while_revalidate = 30, stale_if_error = 5, soft_timeout = 1, refresh = 20)]
pub fn future(name: String) -> impl Future<Output = usize> + Send {
    let length = name.len();
    async move { length }
}

/// A future of what is converted first.
#[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20, hard_timeout = 2)]
pub fn converted(name: impl Into<String>) -> impl Future<Output = Result<usize, Trouble>> + Send {
    let name: String = name.into();
    async move { Ok(name.len()) }
}

/// A boxed future.
#[cached(ttl = 60, early = true)]
pub fn boxed(name: String) -> Pin<Box<dyn Future<Output = usize> + Send>> {
    Box::pin(async move { name.len() })
}

/// A boxed future of what is converted first.
#[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20, hard_timeout = 2)]
pub fn boxed_converted(
    name: impl Into<String>,
) -> Pin<Box<dyn Future<Output = Result<usize, Trouble>> + Send>> {
    let name: String = name.into();
    Box::pin(async move { Ok(name.len()) })
}

/// What is converted first.
#[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20)]
pub fn shout(name: impl Into<String>, suffix: &'static str) -> String {
    name.into().to_uppercase() + suffix
}

/// An unsafe function.
///
/// # Safety
///
/// Callers must guarantee nothing.
#[cached(refresh = 30, ttl = 60, stale_while_revalidate = 5)]
pub unsafe fn twice(number: u8) -> u16 {
    u16::from(number) * 2
}

/// An unsafe async function.
///
/// # Safety
///
/// Callers must guarantee nothing.
#[cached(refresh = 30, hard_timeout = 2)]
pub async unsafe fn twice_later(number: u8) -> Result<u16, Trouble> {
    Ok(u16::from(number) * 2)
}

/// With companions of another name.
#[cached(ttl = 60, stale_while_revalidate = 30, handle = PriceCache)]
pub fn named(r#type: u8, mut _count: u8) -> u8 {
    _count += r#type;
    _count
}

/// Timeouts alone ask for no `Clone`.
#[cached(ttl = 60, hard_timeout = 2, ignore = [database])]
pub async fn owned(database: Database, id: u64) -> Result<u64, Trouble> {
    Ok(id + database.0.len() as u64)
}

/// Without companions.
#[cached(ttl = 60, stale_if_error = 60, soft_timeout = 1, hard_timeout = 2, handle = none)]
pub async fn alone(id: u64) -> Result<u64, Trouble> {
    Ok(id)
}

/// A trait.
pub trait Price {
    /// A price, some day.
    fn some_day(self: Arc<Self>, article: u64) -> impl Future<Output = Result<u64, Trouble>> + Send;
}

impl Price for Shop {
    #[cached(ttl = 60, hard_timeout = 2, handle = none)]
    async fn some_day(self: Arc<Self>, article: u64) -> Result<u64, Trouble> {
        Ok(self.name.len() as u64 + article)
    }
}

/// A type with methods.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shop {
    name: String,
}

impl Shop {
    /// A method.
    #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20)]
    pub fn length(self: Arc<Self>, article: u64) -> usize {
        self.name.len() + article as usize
    }

    /// A method, later.
    #[cached(ttl = 60, early = true, refresh = 20, stale_if_error = 5, soft_timeout = 1, hard_timeout = 2)]
    pub async fn length_later(self: Arc<Self>, article: u64) -> Result<usize, Trouble> {
        Ok(self.name.len() + article as usize)
    }

    /// By value.
    #[cached(refresh = 20, tags = ["{self.name}"], user = self.name.clone())]
    pub fn consumed(self, article: u64) -> usize {
        self.name.len() + article as usize
    }

    /// Without `self`.
    #[cached(refresh = 20, handle = method)]
    pub fn limit(of: u8) -> u64 {
        u64::from(of) * 10
    }

    /// Without `self`, by its enum.
    #[cached(refresh = 20)]
    pub fn default_of(of: u8) -> Self {
        Self { name: of.to_string() }
    }
}

/// A generic type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Boxed<T>(T);

impl<T: Hash + Eq + Clone + Send + Sync + Display + 'static> Boxed<T> {
    /// A method of a generic type.
    #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20)]
    pub fn text(self: Arc<Self>, suffix: String) -> String {
        format!("{}{suffix}", self.0)
    }

    /// Its own parameter beside that of the type.
    #[cached(ttl = 60, refresh = 20, handle = method, hard_timeout = 2)]
    pub async fn with<U: Hash + Eq + Clone + Send + Sync + 'static>(
        item: U,
        of: T,
    ) -> Result<String, Trouble> {
        drop(item);
        Ok(of.to_string())
    }
}

macro_rules! made {
    ($name:ident, $argument:ident: $type:ty, $lifetime:expr) => {
        /// Made by a macro.
        #[cached(ttl = $lifetime, stale_while_revalidate = $lifetime, refresh = $lifetime / 2)]
        pub fn $name($argument: $type, larder_since: u8) -> usize {
            $argument.to_string().len() + usize::from(larder_since)
        }
    };
}
made!(made_of_text, text: String, Duration::from_secs(60));
made!(made_of_a_number, larder_due: u64, Duration::from_secs(6));

/// Names of ours in the user's scope.
pub mod hostile {
    #![allow(missing_docs, missing_debug_implementations, missing_copy_implementations, dead_code)]
    #![allow(non_camel_case_types, non_upper_case_globals, unnameable_types)]

    use ::larder::cached;

    pub mod larder {}
    pub mod core {}
    pub const due: u8 = 1;
    pub static since: u8 = 2;
    pub fn larder_due() {}
    pub fn larder_since() {}
    pub fn larder_value() {}
    pub fn larder_miss() {}
    pub fn larder_self() {}
    pub struct Due;
    pub struct Since;
    pub struct Fresh;
    pub struct Kept;
    pub struct Option;
    pub trait Clone {}
    pub trait Send {}
    pub trait Again {}
    pub fn keep() {}
    pub fn kept() {}

    pub trait Extension: Sized {
        fn keep(self) {}
        fn and(self) {}
        fn and_copy(&self) {}
        fn start(self) {}
        fn repeat(self) {}
        fn again(self) {}
        fn timed_out(&self) {}
    }
    impl<T> Extension for T {}

    #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20, early = true)]
    pub fn constants(number: u8) -> u8 {
        number + due + since
    }

    #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20)]
    pub fn keys(
        keep: u8,
        larder_value: u8,
        larder_due: u8,
        larder_since: u8,
        larder_miss: u8,
        larder_self: u8,
    ) -> u8 {
        keep + larder_value + larder_due + larder_since + larder_miss + larder_self
    }

    #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20, hard_timeout = 2)]
    pub async fn later(keep: u8, start: u8) -> ::core::result::Result<u8, ::larder::Error> {
        ::core::result::Result::Ok(keep + start)
    }

    #[derive(Debug, PartialEq, Eq, Hash)]
    pub struct Shop;

    impl Shop {
        #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20)]
        pub fn price(self: ::std::sync::Arc<Self>, renew: u8) -> u8 {
            renew
        }
    }
}

impl Display for Trouble {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(error) => error.fmt(out),
            Self::Missing => out.write_str("missing"),
        }
    }
}

pub(crate) fn main() {
    #[cached(ttl = 60, stale_while_revalidate = 30, refresh = 20)]
    fn nested(number: u8) -> u8 {
        number + 1
    }

    fn database() -> Database {
        Database(String::new())
    }

    fn send<T: Send>(future: T) {
        drop(future);
    }

    assert_eq!(nested(1), 2);
    assert_eq!(price(Arc::new(database()), 1, "a".into()), Ok(2));
    let shop = Arc::new(Shop { name: "a".into() });
    send((alone(1), shop.clone().some_day(1)));
    send(shop.length_later(1));
    send(price_later(Arc::new(database()), 1, "a".into()));
    send(price_later::lookup(Arc::new(database()), 1, "a".into()));
    send((rates_later(), future("a".into()), converted("a"), boxed("a".into()), boxed_converted("a")));
    send((
        count_later::<u8, Trouble>(vec![1]),
        owned(database(), 1),
        Boxed::with(1_u8, 2_u8),
        hostile::later(1, 2),
    ));
    send(unsafe { twice_later(2) });
}
