impl Tariff for Depot {
    fn price(&self, mut amount: u32) -> u32 {
        let larder_site: &'static ::larder::__private::Site = {
            static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                name: ::larder::__private::core::concat!(
                    ::larder::__private::core::module_path!(), "::", "price"
                ),
                file: ::larder::__private::core::file!(),
                line: ::larder::__private::core::line!(),
                options: "handle = none",
                is_async: false,
                bounded: false,
            });
            ::larder::__private::register!(SITE);
            &SITE
        };
        let larder_config: fn() -> ::larder::__private::Config<u32> = || -> ::larder::__private::Config<
            u32,
        > { ::larder::__private::Config::<u32>::new() };
        let larder_begun = ::larder::__private::begin::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            larder_site,
            larder_config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&amount).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run(move || -> u32 {
                        amount += 1;
                        amount * self.rate
                    })
            }
        }
    }
    fn base(of: u32) -> u32 {
        let larder_site: &'static ::larder::__private::Site = {
            static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                name: ::larder::__private::core::concat!(
                    ::larder::__private::core::module_path!(), "::", "base"
                ),
                file: ::larder::__private::core::file!(),
                line: ::larder::__private::core::line!(),
                options: "handle = none",
                is_async: false,
                bounded: false,
            });
            ::larder::__private::register!(SITE);
            &SITE
        };
        let larder_config: fn() -> ::larder::__private::Config<u32> = || -> ::larder::__private::Config<
            u32,
        > { ::larder::__private::Config::<u32>::new() };
        let larder_begun = ::larder::__private::begin_inside(
            || (),
            larder_site,
            larder_config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (::larder::__private::Probe::new(&of).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run(move || -> u32 { of * 2 })
            }
        }
    }
    async fn later(&self, amount: u32) -> Result<u32, Error> {
        let larder_site: &'static ::larder::__private::Site = {
            static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                name: ::larder::__private::core::concat!(
                    ::larder::__private::core::module_path!(), "::", "later"
                ),
                file: ::larder::__private::core::file!(),
                line: ::larder::__private::core::line!(),
                options: "handle = none, ttl = 5",
                is_async: true,
                bounded: true,
            });
            ::larder::__private::register!(SITE);
            &SITE
        };
        let larder_config: fn() -> ::larder::__private::Config<Result<u32, Error>> = || -> ::larder::__private::Config<
            Result<u32, Error>,
        > {
            ::larder::__private::Config::<Result<u32, Error>>::new()
                .ttl(::larder::__private::core::time::Duration::new(5u64, 0u32))
        };
        let larder_begun = ::larder::__private::begin::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            larder_site,
            larder_config,
            ::larder::__private::ReturnProbe::<Result<u32, Error>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&amount).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(
                        ::larder::__private::pin!(
                            async move { if false { let larder_edge :
                            ::larder::__private::Option < Result < u32, Error > > =
                            ::larder::__private::Option::None; return
                            ::larder::__private::Option::unwrap(larder_edge); } { Ok(self
                            .ask(amount). await ?) } }
                        ),
                    )
                    .await
                    .value
            }
        }
    }
}
