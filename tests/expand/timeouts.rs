#[cached(ttl = 60, stale_if_error = "10m", soft_timeout = "50ms", hard_timeout = 2)]
async fn rate(currency: String) -> Result<f64, Error> {
    exchange(currency).await
}
