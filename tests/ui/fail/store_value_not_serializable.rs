use larder::cached;

struct Opaque;

#[cached(store = null, serializer = json, ttl = 60)]
fn f(n: u32) -> std::sync::Arc<Opaque> {
    { let _ = n; std::sync::Arc::new(Opaque) }
}

fn main() {}
