/// How far it is.
#[cached(ttl = 60, max_entries = 10_000, policy = lru)]
#[must_use]
pub fn distance(from: &str, mut to: String, by: Option<u32>) -> f64 {
    to.push('.');
    measure(from, &to, by)
}
