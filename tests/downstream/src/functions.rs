//! Private functions, of which nobody calls every companion.

use pantry::cached;

#[cached(crate = ::pantry)]
fn private(number: u32) -> u32 {
    number + 1
}

#[cached(crate = ::pantry, ttl = 1)]
pub(crate) async fn in_crate(mut number: u32) -> u32 {
    std::future::ready(()).await;
    number += 1;
    number
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Private;

impl Private {
    #[cached(crate = ::pantry)]
    fn number(&self, of: u32) -> u32 {
        let Self = self;
        of
    }
}

/// Calls them.
#[must_use]
pub fn run_private() -> u32 {
    #[cached(crate = ::pantry)]
    fn inner(number: u32) -> u32 {
        number * 2
    }
    let _future = in_crate(1);
    private(1) + inner(2) + Private.number(3) + careless(u64::from(inner::peek(9).is_some()))
}

#[cached(crate = ::pantry)]
#[expect(clippy::cast_possible_truncation, reason = "the caller knows")]
pub(crate) fn narrow(number: u64) -> u32 {
    number as u32
}

#[cached(crate = ::pantry)]
#[allow(clippy::too_many_lines, unused_variables)]
pub(crate) fn careless(number: u64) -> u32 {
    let unused = narrow(number);
    u32::from(careless::peek(number + 1).is_some())
}

#[cached(crate = ::pantry)]
#[expect(dead_code, reason = "kept for later")]
fn forgotten(number: u64) -> u64 {
    number
}

#[cached(crate = ::pantry, preload = true)]
fn only_preloaded() -> u64 {
    helper_of_the_preloaded()
}

fn helper_of_the_preloaded() -> u64 {
    1
}

#[cached(crate = ::pantry, preload = numbers)]
async fn only_preloaded_later(number: u64, text: &str) -> u64 {
    std::future::ready(number + text.len() as u64).await
}

fn numbers() -> [(u64, String); 1] {
    [(1, "a".to_owned())]
}

#[cached(crate = ::pantry, preload = true)]
#[deprecated = "nobody calls it"]
fn only_preloaded_and_deprecated() -> u64 {
    1
}
