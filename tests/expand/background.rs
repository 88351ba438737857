#[cached(
    ttl = "5m",
    stale_while_revalidate = "30s",
    refresh = 60,
    ignore = [database],
    tags = ["feed:{page}"],
    user = session.user
)]
pub fn feed(database: Arc<Database>, session: Session, page: u32) -> Vec<Post> {
    database.feed(&session, page)
}

impl Shop {
    #[cached(ttl = 60, early = true)]
    pub async fn price(self: Arc<Self>, article: u64) -> u64 {
        self.load(article).await
    }
}
