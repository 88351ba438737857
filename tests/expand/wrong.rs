#[cached(tll = 5)]
fn wrong(n: u32) -> u32 {
    n
}
