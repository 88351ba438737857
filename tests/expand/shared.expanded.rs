async fn rate(currency: String) -> Result<f64, Error> {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <rate>::__site(),
        <rate>::__config,
        ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
        ::larder::__private::portable((
            ::larder::__private::Probe::new(&currency).part(),
        )),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss
                .run_async(::larder::__private::pin!(< rate > ::uncached(currency)))
                .await
                .value
        }
    }
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_debug_implementations,
    missing_copy_implementations
)]
enum rate {}
impl rate {
    /// The function itself, past the cache. Beside `rate`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    async fn uncached(currency: String) -> Result<f64, Error> {
        bank(currency).await
    }
}
#[allow(
    dead_code,
    private_interfaces,
    private_bounds,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_self,
    clippy::must_use_candidate,
)]
impl rate {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                name: ::larder::__private::core::concat!(
                    ::larder::__private::core::module_path!(), "::", "rate"
                ),
                file: ::larder::__private::core::file!(),
                line: ::larder::__private::core::line!(),
                options: "ttl = 60, store = redis, serializer = json, l1 = \"5s\", lock = \"10s\", on_store_error = fail",
                is_async: true,
                bounded: true,
            })
            .in_store(
                ::larder::__private::StoreSource::OfCache(
                    ::larder::__private::store_redis!(),
                ),
            );
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Result<f64, Error>> {
        ::larder::__private::Config::<Result<f64, Error>>::new()
            .ttl(::larder::__private::core::time::Duration::new(60u64, 0u32))
            .shared(
                ::larder::__private::TierOptions::new(
                        ::larder::__private::sealing_part(
                            ::larder::__private::ReturnProbe::<Result<f64, Error>>::new()
                                .returns(),
                            ::larder::__private::serializer_json!(),
                        ),
                    )
                    .l1(::larder::__private::core::time::Duration::new(5u64, 0u32))
                    .lock(::larder::__private::core::time::Duration::new(10u64, 0u32))
                    .fails(
                        ::larder::__private::CarrierProbe::<Result<f64, Error>>::new()
                            .carry(),
                    ),
            )
    }
    /// Forgets the value of one call; says whether there was one. Beside `rate`, for `#[cached]`.
    async fn invalidate(
        currency: String,
    ) -> ::larder::__private::Result<bool, ::larder::__private::Error> {
        let larder_answer = ::larder::__private::invalidate_shared_async::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
                <rate>::__site(),
                <rate>::__config,
                ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
                ::larder::__private::portable((
                    ::larder::__private::Probe::new(&currency).part(),
                )),
            )
            .await;
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `rate`, for `#[cached]`.
    async fn refresh(currency: String) -> Result<f64, Error> {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <rate>::__site(),
            <rate>::__config,
            ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
            ::larder::__private::portable((
                ::larder::__private::Probe::new(&currency).part(),
            )),
        );
        larder_miss
            .run_async(::larder::__private::pin!(< rate > ::uncached(currency)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `rate`, for `#[cached]`.
    async fn peek(
        currency: String,
    ) -> ::larder::__private::Result<
        ::larder::__private::Option<Result<f64, Error>>,
        ::larder::__private::Error,
    > {
        let larder_answer = ::larder::__private::peek_shared_async::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
                <rate>::__site(),
                <rate>::__config,
                ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
                ::larder::__private::portable((
                    ::larder::__private::Probe::new(&currency).part(),
                )),
            )
            .await;
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `rate`, for `#[cached]`.
    async fn insert(
        currency: String,
        larder_value: Result<f64, Error>,
    ) -> ::larder::__private::Result<(), ::larder::__private::Error> {
        let larder_answer = ::larder::__private::insert_shared_async::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
                <rate>::__site(),
                <rate>::__config,
                ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
                ::larder::__private::portable((
                    ::larder::__private::Probe::new(&currency).part(),
                )),
                larder_value,
                ::larder::__private::Scopes::new(),
            )
            .await;
        larder_answer
    }
    /// As a call, and says where the value came from. Beside `rate`, for `#[cached]`.
    async fn lookup(
        currency: String,
    ) -> ::larder::__private::Lookup<Result<f64, Error>> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <rate>::__site(),
            <rate>::__config,
            ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
            ::larder::__private::portable((
                ::larder::__private::Probe::new(&currency).part(),
            )),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(::larder::__private::pin!(< rate > ::uncached(currency)))
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn key(currency: String) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <rate>::__site(),
            ::larder::__private::portable((
                ::larder::__private::Probe::new(&currency).part(),
            )),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `rate`, for `#[cached]`.
    async fn clear() -> ::larder::__private::Result<(), ::larder::__private::Error> {
        ::larder::__private::clear_shared_async(<rate>::__site()).await
    }
    /// How often the cache was hit, and what the function cost. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<rate>::__site())
    }
    /// The cache of this function as a value. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<(), Result<f64, Error>> {
        ::larder::__private::handle::<(), Result<f64, Error>>(<rate>::__site())
    }
}
