use larder::cached;

#[cached(tags = ["user:{id:>5}"])]
fn f(id: u32) -> u32 {
    id
}

fn main() {}
