use larder::cached;

#[cached]
static S: u64 = 1;

fn main() {}
