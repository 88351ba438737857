use larder::cached;

struct S;

#[cached]
impl S {}

fn main() {}
