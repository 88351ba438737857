impl Tariff for Depot {
    #[cached(handle = none)]
    fn price(&self, mut amount: u32) -> u32 {
        amount += 1;
        amount * self.rate
    }

    #[cached(handle = none)]
    fn base(of: u32) -> u32 {
        of * 2
    }

    #[cached(handle = none, ttl = 5)]
    async fn later(&self, amount: u32) -> Result<u32, Error> {
        Ok(self.ask(amount).await?)
    }
}
