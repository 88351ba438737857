use larder::cached;

#[cached(user = token.into_bytes(), ignore = [token])]
fn f(token: String) -> usize {
    token.len()
}

fn main() {}
