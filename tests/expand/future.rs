#[cached]
fn borrowing<'a>(name: &'a str) -> impl Future<Output = String> + 'a {
    async move { name.to_owned() }
}

#[cached]
fn owning(name: &str) -> Pin<Box<dyn Future<Output = String> + Send>> {
    let name = name.to_owned();
    Box::pin(async move { name })
}
