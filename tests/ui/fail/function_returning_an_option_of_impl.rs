use larder::cached;

#[cached]
fn f(count: u32) -> Option<impl Clone> {
    Some(count)
}

fn main() {}
