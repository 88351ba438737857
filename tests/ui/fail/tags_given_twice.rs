use larder::cached;

#[cached(tags = ["posts", "user:{id}", "posts"])]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
