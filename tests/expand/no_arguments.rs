#[cached]
fn constant() -> u64 {
    compute()
}
