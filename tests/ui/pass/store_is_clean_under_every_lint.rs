//! What is shared warns nobody, whatever the names around it.

#![deny(warnings, missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub)]
#![deny(unnameable_types, unused_qualifications, unused_lifetimes, single_use_lifetimes, unused_results)]
#![deny(elided_lifetimes_in_paths, trivial_casts, variant_size_differences, deprecated, let_underscore_drop)]
#![deny(unsafe_op_in_unsafe_fn, unused_parens, tail_expr_drop_order)]
// What is not called is checked and not built, which takes a minute for all of them.
#![allow(dead_code)]

use std::time::Duration;

use larder::cached;
use larder::testing::MemoryStore;

/// An error that can say that the store does not answer.
#[derive(Debug)]
pub struct Trouble(String);

impl From<larder::Error> for Trouble {
    fn from(error: larder::Error) -> Self {
        Self(error.to_string())
    }
}

/// Every option there is for a sync function.
#[cached(
    ttl = 60,
    store = redis,
    serializer = json,
    l1 = "5s",
    on_store_error = fail,
    max_entries = 10,
    tags = ["price:{article}"],
    user = name.len(),
    stale_while_revalidate = "30s",
    stale_if_error = "1h",
    early = true,
    cache = "prices"
)]
pub fn price(article: u64, name: String) -> Result<u64, Trouble> {
    Ok(article + name.len() as u64)
}

/// The same for an async function, with a type of the user's as the store.
#[cached(ttl = 60, store = MemoryStore::new(), serializer = larder::codec::Json, l1 = Duration::from_secs(5))]
pub async fn price_later(article: u64) -> Option<u64> {
    Some(article)
}

/// A method.
#[derive(Clone, Copy, Debug)]
pub struct Shop;

impl Shop {
    /// Of no state.
    #[cached(ttl = 60, store = null, serializer = json, ignore = [self])]
    pub async fn stock(&self, article: &str) -> Result<String, Trouble> {
        Ok(article.to_owned())
    }
}

/// The errors are kept, too.
#[cached(ttl = 60, store = shared, serializer = json, cache_err = _, err_ttl = 1)]
pub fn looked_up(name: &str) -> Result<u64, String> {
    name.parse().map_err(|_| "no number".to_owned())
}

pub(crate) fn main() {}
