#[cached(key = "{user.organisation}:{user.name}", name = "rights", handle = Rights)]
fn rights(user: &User, at: SystemTime) -> Rights {
    ask(user, at)
}
