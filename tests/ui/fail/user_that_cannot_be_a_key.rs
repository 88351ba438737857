use larder::cached;

struct Token {
    latitude: u32,
}

struct Session {
    token: Token,
}

#[cached(user = session.token, ignore = [session])]
fn f(session: &Session, page: u32) -> u32 {
    session.token.latitude + page
}

fn main() {}
