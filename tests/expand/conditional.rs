#[cached(crate = crate::runtime)]
#[cfg(feature = "prices")]
#[expect(dead_code, clippy::cast_lossless, reason = "as it is")]
fn price(article: u32, #[cfg(feature = "discounts")] discount: u8) -> u64 {
    article as u64
}
