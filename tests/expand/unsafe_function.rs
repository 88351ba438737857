#[cached]
pub unsafe extern "C" fn reciprocal(n: u32) -> u32 {
    100 / n
}
