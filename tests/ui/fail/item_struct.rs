use larder::cached;

#[cached]
struct S;

fn main() {}
