impl Source for Disk {
    #[cached]
    fn read<'life0, 'life1, 'async_trait>(
        &'life0 self,
        name: &'life1 str,
    ) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = String> + ::core::marker::Send + 'async_trait>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async move {
            let __self = self;
            __self.load(name).await
        })
    }
}
