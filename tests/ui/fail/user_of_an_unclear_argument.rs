use larder::cached;

#[cached(user = user, ignore = [user])]
fn f(user: impl ToString, page: u32) -> String {
    format!("{}{page}", user.to_string())
}

fn main() {}
