use larder::cached;

#[cached]
unsafe extern "C" {}

fn main() {}
