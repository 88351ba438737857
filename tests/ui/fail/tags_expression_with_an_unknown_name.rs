use larder::cached;

#[cached(tags = [user_di.to_string()])]
fn f(user_id: u32) -> u32 {
    user_id
}

fn main() {}
