impl Source for Disk {
    fn read<'life0, 'life1, 'async_trait>(
        &'life0 self,
        name: &'life1 str,
    ) -> ::core::pin::Pin<
        Box<
            dyn ::core::future::Future<
                Output = String,
            > + ::core::marker::Send + 'async_trait,
        >,
    >
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        ::larder::__private::Box::pin(async move {
            let larder_site: &'static ::larder::__private::Site = {
                static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                    name: ::larder::__private::core::concat!(
                        ::larder::__private::core::module_path!(), "::", "read"
                    ),
                    file: ::larder::__private::core::file!(),
                    line: ::larder::__private::core::line!(),
                    options: "",
                    is_async: true,
                    bounded: false,
                });
                ::larder::__private::register!(SITE);
                &SITE
            };
            let larder_config: fn() -> ::larder::__private::Config<String> = || -> ::larder::__private::Config<
                String,
            > { ::larder::__private::Config::<String>::new() };
            let larder_begun = ::larder::__private::begin::<
                ::larder::__private::Method<Self, fn()>,
                _,
                _,
            >(
                larder_site,
                larder_config,
                ::larder::__private::ReturnProbe::<String>::new().returns(),
                (
                    ::larder::__private::Probe::new(&self).part(),
                    ::larder::__private::Probe::new(&name).part(),
                ),
            );
            match larder_begun {
                ::larder::__private::Begin::Hit(larder_value) => larder_value,
                ::larder::__private::Begin::Miss(larder_miss) => {
                    larder_miss
                        .run_async(
                            ::larder::__private::pin!(
                                (move || -> ::core::pin::Pin < Box < dyn
                                ::core::future::Future < Output = String > +
                                ::core::marker::Send + 'async_trait > > { Box::pin(async
                                move { let __self = self; __self.load(name). await }) }) ()
                            ),
                        )
                        .await
                        .value
                }
            }
        })
    }
}
