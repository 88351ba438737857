use larder::cached;

#[cached(ttl, idle =, jitter(0.1), ttl_with, max_entries, max_bytes, weigh, policy, key, only, ignore, tags, user, cache, cache_if, cache_none, none_ttl, cache_err, err_ttl, single_flight, on_event, name, handle, crate)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
