use larder::cached;

#[cached(tags = ["user:{user_di}"])]
fn f(user_id: u32) -> u32 {
    user_id
}

fn main() {}
