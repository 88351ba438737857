#[cached(ttl = "1h 30m", cache_err = Error::NotFound(_) | Error::Gone, err_ttl = 0.5, ignore = [database])]
pub(crate) async fn profile(database: &mut Database, id: u64) -> Result<Profile, Error> {
    database.profile(id).await
}
