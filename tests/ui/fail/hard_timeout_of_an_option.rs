use larder::cached;

#[cached(ttl = 60, hard_timeout = "2s")]
fn f(id: u64) -> impl Future<Output = Option<u64>> {
    async move { Some(id) }
}

fn main() {}
