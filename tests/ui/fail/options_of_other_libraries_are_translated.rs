use larder::cached;

#[cached(max_size = 10, sync_writes = true, time_to_idle = 5, convert = "x", swr = 5, fail_safe = 60, xfetch = true)]
fn f(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
