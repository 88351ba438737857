use larder::cached;

#[cached(tags = "user:{id}")]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
