use larder::cached;

#[cached(key = "n:{id}")]
fn f<const N: usize>(id: u64) -> [u64; N] {
    [id; N]
}

fn main() {}
