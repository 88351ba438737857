use larder::cached;

use std::rc::Rc;

#[cached(ttl = 60, hard_timeout = 2, ignore = [name])]
async fn f(name: Rc<str>, id: u64) -> Result<String, larder::Error> {
    Ok(format!("{id} {name}"))
}

fn main() {}
