use larder::cached;

#[cached]
trait T {}

fn main() {}
