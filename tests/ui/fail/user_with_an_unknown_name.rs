use larder::cached;

#[cached(user = user_di)]
fn f(user_id: u32) -> u32 {
    user_id
}

fn main() {}
