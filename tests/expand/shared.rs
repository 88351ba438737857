#[cached(ttl = 60, store = redis, serializer = json, l1 = "5s", lock = "10s", on_store_error = fail)]
async fn rate(currency: String) -> Result<f64, Error> {
    bank(currency).await
}
