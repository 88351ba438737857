use larder::cached;

#[cached]
mod m {}

fn main() {}
