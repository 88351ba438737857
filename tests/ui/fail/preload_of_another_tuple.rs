use larder::cached;

fn names() -> Vec<String> {
    vec!["ada".into()]
}

async fn pairs() -> Result<Vec<(u64, u64)>, std::io::Error> {
    Ok(vec![(1, 2)])
}

fn texts() -> impl Iterator<Item = Result<(u64, &'static str), String>> {
    [Ok((1, "a"))].into_iter()
}

#[cached(preload = names)]
fn f(name: &str) -> String {
    name.into()
}

#[cached(preload = pairs)]
fn g(id: u64) -> u64 {
    id
}

#[cached(preload = texts)]
async fn h(id: u64, name: &str) -> String {
    format!("{id} {name}")
}

fn main() {}
