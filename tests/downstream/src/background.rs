//! Functions that run in the background, one with each option and one with all.

use std::sync::Arc;

use pantry::cached;

/// What can go wrong.
#[derive(Debug)]
pub enum Trouble {
    /// It took too long.
    Late(pantry::Error),
    /// Nothing is known of it.
    Unknown,
}

impl From<pantry::Error> for Trouble {
    fn from(error: pantry::Error) -> Self {
        Self::Late(error)
    }
}

/// Somewhere to ask.
#[derive(Debug)]
pub struct Exchange {
    /// What is asked for in it.
    pub currencies: Vec<String>,
}

/// Served while it is refreshed.
#[cached(crate = ::pantry, ttl = 60, stale_while_revalidate = "30s")]
#[must_use]
pub fn revalidated(name: String, _page: u32) -> usize {
    name.len()
}

/// Served when it fails.
///
/// # Errors
///
/// For nothing.
#[cached(crate = ::pantry, ttl = 60, stale_if_error = "10m", retry_after = 2)]
pub fn fallible(name: &str) -> Result<usize, Trouble> {
    if name.is_empty() { Err(Trouble::Unknown) } else { Ok(name.len()) }
}

/// Refreshed.
#[cached(crate = ::pantry, refresh = 30, refresh_idle = "1h", ignore = [exchange])]
pub async fn refreshed(exchange: Arc<Exchange>, currency: usize) -> String {
    std::future::ready(()).await;
    exchange.currencies.get(currency).cloned().unwrap_or_default()
}

/// Refreshed early.
#[cached(crate = ::pantry, ttl = 60, early = true)]
pub fn early(name: impl Into<String>) -> impl Future<Output = usize> + Send {
    let name = name.into();
    async move { name.len() }
}

/// Waits only so long.
///
/// # Errors
///
/// When that is over.
#[cached(crate = ::pantry, ttl = 60, stale_if_error = 600, soft_timeout = 0.05, hard_timeout = 2)]
pub async fn patient(number: u64) -> Result<u64, Trouble> {
    if number == 0 { Err(Trouble::Unknown) } else { std::future::ready(Ok(number)).await }
}

impl Exchange {
    /// All of it in a method.
    ///
    /// # Errors
    ///
    /// For what is unknown.
    #[cached(
        crate = ::pantry,
        ttl = 60,
        stale_while_revalidate = "30s",
        stale_if_error = "10m",
        retry_after = 2,
        refresh = 30,
        refresh_idle = 300,
        early = true,
        soft_timeout = "50ms",
        hard_timeout = "2s",
        ignore = [self],
        tags = ["rate:{currency}"],
        user = currency.len(),
    )]
    pub async fn rate(self: Arc<Self>, mut currency: String) -> Result<usize, Trouble> {
        currency.make_ascii_uppercase();
        let found = self.currencies.iter().position(|known| *known == currency);
        std::future::ready(found.ok_or(Trouble::Unknown)).await
    }

    /// The number of currencies.
    #[cached(crate = ::pantry, refresh = 30, ignore = [self])]
    #[must_use]
    pub fn size(self: Arc<Self>) -> usize {
        self.currencies.len()
    }
}

/// An unsafe function.
///
/// # Safety
///
/// Callers must guarantee nothing.
#[cached(crate = ::pantry, ttl = 60, stale_while_revalidate = "30s", refresh = 20)]
pub unsafe fn thrice(number: u8) -> u16 {
    u16::from(number) * 3
}
