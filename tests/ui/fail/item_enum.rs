use larder::cached;

#[cached]
enum E {}

fn main() {}
