async fn rate(currency: String) -> Result<f64, Error> {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <rate>::__site(),
        <rate>::__config,
        ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
        (::larder::__private::Probe::new(&currency).part(),),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run_within(<rate>::uncached(currency)).await.value
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
    #[allow(clippy::needless_pass_by_value)]
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
        exchange(currency).await
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
            options: "ttl = 60, stale_if_error = \"10m\", soft_timeout = \"50ms\", hard_timeout = 2",
            is_async: true,
            bounded: true,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Result<f64, Error>> {
        ::larder::__private::Config::<Result<f64, Error>>::new()
            .ttl(::larder::__private::core::time::Duration::new(60u64, 0u32))
            .stale_if_error(::larder::__private::core::time::Duration::new(600u64, 0u32))
            .soft_timeout(
                ::larder::__private::core::time::Duration::new(0u64, 50000000u32),
            )
            .hard_timeout(
                ::larder::__private::core::time::Duration::new(2u64, 0u32),
                ::larder::__private::CarrierProbe::<Result<f64, Error>>::new().carry(),
            )
    }
    /// Forgets the value of one call; says whether there was one. Beside `rate`, for `#[cached]`.
    fn invalidate(currency: String) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <rate>::__site(),
            <rate>::__config,
            ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
            (::larder::__private::Probe::new(&currency).part(),),
        );
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
            (::larder::__private::Probe::new(&currency).part(),),
        );
        larder_miss.run_within(<rate>::uncached(currency)).await.value
    }
    /// The cached value, if there is one; nothing runs. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn peek(currency: String) -> ::larder::__private::Option<Result<f64, Error>> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <rate>::__site(),
            <rate>::__config,
            ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
            (::larder::__private::Probe::new(&currency).part(),),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `rate`, for `#[cached]`.
    fn insert(currency: String, larder_value: Result<f64, Error>) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <rate>::__site(),
            <rate>::__config,
            ::larder::__private::ReturnProbe::<Result<f64, Error>>::new().returns(),
            (::larder::__private::Probe::new(&currency).part(),),
            larder_value,
        );
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
            (::larder::__private::Probe::new(&currency).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_within(<rate>::uncached(currency)).await
            }
        }
    }
    /// The text of the key of one call. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn key(currency: String) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <rate>::__site(),
            (::larder::__private::Probe::new(&currency).part(),),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `rate`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<rate>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<rate>::__site())
    }
    /// The cache of this function as a value. Beside `rate`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<rate, Result<f64, Error>> {
        ::larder::__private::handle::<rate, Result<f64, Error>>(<rate>::__site())
    }
}
impl ::larder::__private::Arguments<(String,), Result<f64, Error>> for rate {
    fn peek((currency,): (String,)) -> ::larder::__private::Option<Result<f64, Error>> {
        Self::peek(currency)
    }
    fn invalidate((currency,): (String,)) -> bool {
        Self::invalidate(currency)
    }
    fn insert((currency,): (String,), larder_value: Result<f64, Error>) {
        Self::insert(currency, larder_value);
    }
    fn key((currency,): (String,)) -> ::larder::__private::String {
        Self::key(currency)
    }
}
