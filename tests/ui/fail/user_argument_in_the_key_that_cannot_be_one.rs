use larder::cached;

struct Session {
    user: u32,
}

#[cached(user = session)]
fn f(session: &Session, page: u32) -> u32 {
    session.user + page
}

fn main() {}
