use larder::cached;

#[cached]
const C: u64 = 1;

fn main() {}
