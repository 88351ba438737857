/// A page of a feed.
#[cached(ignore = [session], user = session.user, tags = ["feeds", "feed:{session.user}/{page}", session.tag()], cache = "feeds")]
pub fn feed(session: &Session, page: u32) -> Vec<Post> {
    session.load(page)
}

#[cached(user = user_id)]
fn later(user_id: UserId, name: &str) -> impl Future<Output = String> + use<> {
    find(user_id, name)
}
