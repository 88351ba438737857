use larder::cached;

#[cached(ttl = 60, stale_while_revalidate = 30)]
fn f(id: u64, #[cfg(not(unix))] name: String, #[cfg(unix)] page: u64) -> u64 {
    id + page
}

fn main() {}
