impl Depot {
    #[cached(max_bytes = "1MiB", weigh = |value| value.len())]
    pub fn towns<T: Kind>(&self, within: f64) -> Vec<T> {
        self.search(within)
    }

    #[cached]
    async fn open(name: &str) -> Option<Self> {
        Self::find(name).await
    }
}
