#[cached(preload = crate::names::all)]
pub async fn greeting(name: &str, title: Option<&str>, times: u8) -> Result<String, Error> {
    greet(name, title, times).await
}
