pub async fn greeting(
    name: &str,
    title: Option<&str>,
    times: u8,
) -> Result<String, Error> {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <greeting>::__site(),
        <greeting>::__config,
        ::larder::__private::ReturnProbe::<Result<String, Error>>::new().returns(),
        (
            ::larder::__private::Probe::new(&name).part(),
            ::larder::__private::Probe::new(&title).part(),
            ::larder::__private::Probe::new(&times).part(),
        ),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss
                .run_async(
                    ::larder::__private::pin!(
                        < greeting > ::uncached(name, title, times)
                    ),
                )
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
pub enum greeting {}
impl greeting {
    /// The function itself, past the cache. Beside `greeting`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub async fn uncached(
        name: &str,
        title: Option<&str>,
        times: u8,
    ) -> Result<String, Error> {
        greet(name, title, times).await
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
impl greeting {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                name: ::larder::__private::core::concat!(
                    ::larder::__private::core::module_path!(), "::", "greeting"
                ),
                file: ::larder::__private::core::file!(),
                line: ::larder::__private::core::line!(),
                options: "preload = crate :: names :: all",
                is_async: true,
                bounded: false,
            })
            .preload(<greeting>::__preload);
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Result<String, Error>> {
        ::larder::__private::Config::<Result<String, Error>>::new()
    }
    #[doc(hidden)]
    fn __preload() -> ::larder::__private::Box<dyn ::larder::__private::PreloadSource> {
        #[allow(deprecated)]
        let _ = greeting;
        let larder_provider = crate::names::all;
        ::larder::__private::source_async::<
            (
                <str as ::larder::__private::ToOwned>::Owned,
                ::larder::__private::Option<
                    <str as ::larder::__private::ToOwned>::Owned,
                >,
                u8,
            ),
            _,
            _,
            _,
            _,
            _,
        >(
            ::larder::__private::ProviderProbe::<
                (
                    <str as ::larder::__private::ToOwned>::Owned,
                    ::larder::__private::Option<
                        <str as ::larder::__private::ToOwned>::Owned,
                    >,
                    u8,
                ),
                _,
            >::new(&larder_provider)
                .how(),
            larder_provider,
            |
                (
                    name,
                    title,
                    times,
                ): (
                    <str as ::larder::__private::ToOwned>::Owned,
                    ::larder::__private::Option<
                        <str as ::larder::__private::ToOwned>::Owned,
                    >,
                    u8,
                )|
            async move {
                <greeting>::lookup(
                        ::larder::__private::Borrow::<str>::borrow(&name),
                        ::larder::__private::Option::map(
                            ::larder::__private::Option::as_ref(&title),
                            ::larder::__private::Borrow::<str>::borrow,
                        ),
                        times,
                    )
                    .await
            },
            |larder_value: &Result<String, Error>| {
                ::larder::__private::FailureProbe::new(larder_value).failure()
            },
            |larder_error| ::larder::__private::ErrorProbe::new(larder_error).text(),
            |larder_error| ::larder::__private::ErrorProbe::new(larder_error).text(),
        )
    }
    /// Forgets the value of one call; says whether there was one. Beside `greeting`, for `#[cached]`.
    pub fn invalidate(name: &str, title: Option<&str>, times: u8) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <greeting>::__site(),
            <greeting>::__config,
            ::larder::__private::ReturnProbe::<Result<String, Error>>::new().returns(),
            (
                ::larder::__private::Probe::new(&name).part(),
                ::larder::__private::Probe::new(&title).part(),
                ::larder::__private::Probe::new(&times).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `greeting`, for `#[cached]`.
    pub async fn refresh(
        name: &str,
        title: Option<&str>,
        times: u8,
    ) -> Result<String, Error> {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <greeting>::__site(),
            <greeting>::__config,
            ::larder::__private::ReturnProbe::<Result<String, Error>>::new().returns(),
            (
                ::larder::__private::Probe::new(&name).part(),
                ::larder::__private::Probe::new(&title).part(),
                ::larder::__private::Probe::new(&times).part(),
            ),
        );
        larder_miss
            .run_async(
                ::larder::__private::pin!(< greeting > ::uncached(name, title, times)),
            )
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `greeting`, for `#[cached]`.
    #[must_use]
    pub fn peek(
        name: &str,
        title: Option<&str>,
        times: u8,
    ) -> ::larder::__private::Option<Result<String, Error>> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <greeting>::__site(),
            <greeting>::__config,
            ::larder::__private::ReturnProbe::<Result<String, Error>>::new().returns(),
            (
                ::larder::__private::Probe::new(&name).part(),
                ::larder::__private::Probe::new(&title).part(),
                ::larder::__private::Probe::new(&times).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `greeting`, for `#[cached]`.
    pub fn insert(
        name: &str,
        title: Option<&str>,
        times: u8,
        larder_value: Result<String, Error>,
    ) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <greeting>::__site(),
            <greeting>::__config,
            ::larder::__private::ReturnProbe::<Result<String, Error>>::new().returns(),
            (
                ::larder::__private::Probe::new(&name).part(),
                ::larder::__private::Probe::new(&title).part(),
                ::larder::__private::Probe::new(&times).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `greeting`, for `#[cached]`.
    pub async fn lookup(
        name: &str,
        title: Option<&str>,
        times: u8,
    ) -> ::larder::__private::Lookup<Result<String, Error>> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <greeting>::__site(),
            <greeting>::__config,
            ::larder::__private::ReturnProbe::<Result<String, Error>>::new().returns(),
            (
                ::larder::__private::Probe::new(&name).part(),
                ::larder::__private::Probe::new(&title).part(),
                ::larder::__private::Probe::new(&times).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(
                        ::larder::__private::pin!(
                            < greeting > ::uncached(name, title, times)
                        ),
                    )
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `greeting`, for `#[cached]`.
    #[must_use]
    pub fn key(
        name: &str,
        title: Option<&str>,
        times: u8,
    ) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <greeting>::__site(),
            (
                ::larder::__private::Probe::new(&name).part(),
                ::larder::__private::Probe::new(&title).part(),
                ::larder::__private::Probe::new(&times).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `greeting`, for `#[cached]`.
    pub fn clear() {
        ::larder::__private::clear(<greeting>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `greeting`, for `#[cached]`.
    #[must_use]
    pub fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<greeting>::__site())
    }
    /// The cache of this function as a value. Beside `greeting`, for `#[cached]`.
    #[must_use]
    pub fn handle() -> ::larder::__private::Handle<greeting, Result<String, Error>> {
        ::larder::__private::handle::<
            greeting,
            Result<String, Error>,
        >(<greeting>::__site())
    }
}
impl<
    'larder,
> ::larder::__private::Arguments<
    (&'larder str, Option<&'larder str>, u8),
    Result<String, Error>,
> for greeting {
    fn peek(
        (name, title, times): (&'larder str, Option<&'larder str>, u8),
    ) -> ::larder::__private::Option<Result<String, Error>> {
        Self::peek(name, title, times)
    }
    fn invalidate(
        (name, title, times): (&'larder str, Option<&'larder str>, u8),
    ) -> bool {
        Self::invalidate(name, title, times)
    }
    fn insert(
        (name, title, times): (&'larder str, Option<&'larder str>, u8),
        larder_value: Result<String, Error>,
    ) {
        Self::insert(name, title, times, larder_value);
    }
    fn key(
        (name, title, times): (&'larder str, Option<&'larder str>, u8),
    ) -> ::larder::__private::String {
        Self::key(name, title, times)
    }
}
