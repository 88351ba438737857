use larder::cached;

#[cached]
fn f(count: u32) -> impl Iterator<Item = u32> {
    0..count
}

fn main() {}
