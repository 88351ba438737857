use larder::cached;

#[cached(ttl, idle =, jitter(0.1), ttl_with, stale_while_revalidate, stale_if_error =, retry_after, refresh, refresh_idle, early, soft_timeout, hard_timeout, max_entries, max_bytes, weigh, policy, key, only, ignore, tags, user, cache, cache_if, cache_none, none_ttl, cache_err, err_ttl, single_flight, on_event, name, handle, crate)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
