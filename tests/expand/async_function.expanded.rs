pub(crate) async fn profile(database: &mut Database, id: u64) -> Result<Profile, Error> {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <profile>::__site(),
        <profile>::__config,
        ::larder::__private::ReturnProbe::<Result<Profile, Error>>::new().returns(),
        (::larder::__private::Probe::new(&id).part(),),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss
                .run_async(
                    ::larder::__private::pin!(< profile > ::uncached(database, id)),
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
pub(crate) enum profile {}
impl profile {
    /// The function itself, past the cache. Beside `profile`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub(crate) async fn uncached(
        database: &mut Database,
        id: u64,
    ) -> Result<Profile, Error> {
        database.profile(id).await
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
impl profile {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "profile"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "ttl = \"1h 30m\", cache_err = Error :: NotFound (_) | Error :: Gone, err_ttl = 0.5, ignore = [database]",
            is_async: true,
            bounded: true,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Result<Profile, Error>> {
        ::larder::__private::Config::<Result<Profile, Error>>::new()
            .ttl(::larder::__private::core::time::Duration::new(5400u64, 0u32))
            .cache_err(|larder_value| {
                ::larder::__private::core::matches!(
                    ::larder::__private::FailsWith::failure(larder_value),
                    ::larder::__private::Option::Some(Error::NotFound(_) | Error::Gone)
                )
            })
            .err_ttl(::larder::__private::core::time::Duration::new(0u64, 500000000u32))
    }
    /// Forgets the value of one call; says whether there was one. Beside `profile`, for `#[cached]`.
    pub(crate) fn invalidate(id: u64) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <profile>::__site(),
            <profile>::__config,
            ::larder::__private::ReturnProbe::<Result<Profile, Error>>::new().returns(),
            (::larder::__private::Probe::new(&id).part(),),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `profile`, for `#[cached]`.
    pub(crate) async fn refresh(
        database: &mut Database,
        id: u64,
    ) -> Result<Profile, Error> {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <profile>::__site(),
            <profile>::__config,
            ::larder::__private::ReturnProbe::<Result<Profile, Error>>::new().returns(),
            (::larder::__private::Probe::new(&id).part(),),
        );
        larder_miss
            .run_async(::larder::__private::pin!(< profile > ::uncached(database, id)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `profile`, for `#[cached]`.
    #[must_use]
    pub(crate) fn peek(id: u64) -> ::larder::__private::Option<Result<Profile, Error>> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <profile>::__site(),
            <profile>::__config,
            ::larder::__private::ReturnProbe::<Result<Profile, Error>>::new().returns(),
            (::larder::__private::Probe::new(&id).part(),),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `profile`, for `#[cached]`.
    pub(crate) fn insert(id: u64, larder_value: Result<Profile, Error>) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <profile>::__site(),
            <profile>::__config,
            ::larder::__private::ReturnProbe::<Result<Profile, Error>>::new().returns(),
            (::larder::__private::Probe::new(&id).part(),),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `profile`, for `#[cached]`.
    pub(crate) async fn lookup(
        database: &mut Database,
        id: u64,
    ) -> ::larder::__private::Lookup<Result<Profile, Error>> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <profile>::__site(),
            <profile>::__config,
            ::larder::__private::ReturnProbe::<Result<Profile, Error>>::new().returns(),
            (::larder::__private::Probe::new(&id).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(
                        ::larder::__private::pin!(< profile > ::uncached(database, id)),
                    )
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `profile`, for `#[cached]`.
    #[must_use]
    pub(crate) fn key(id: u64) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <profile>::__site(),
            (::larder::__private::Probe::new(&id).part(),),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `profile`, for `#[cached]`.
    pub(crate) fn clear() {
        ::larder::__private::clear(<profile>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `profile`, for `#[cached]`.
    #[must_use]
    pub(crate) fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<profile>::__site())
    }
    /// The cache of this function as a value. Beside `profile`, for `#[cached]`.
    #[must_use]
    pub(crate) fn handle() -> ::larder::__private::Handle<
        profile,
        Result<Profile, Error>,
    > {
        ::larder::__private::handle::<
            profile,
            Result<Profile, Error>,
        >(<profile>::__site())
    }
}
impl ::larder::__private::Arguments<(u64,), Result<Profile, Error>> for profile {
    fn peek((id,): (u64,)) -> ::larder::__private::Option<Result<Profile, Error>> {
        Self::peek(id)
    }
    fn invalidate((id,): (u64,)) -> bool {
        Self::invalidate(id)
    }
    fn insert((id,): (u64,), larder_value: Result<Profile, Error>) {
        Self::insert(id, larder_value);
    }
    fn key((id,): (u64,)) -> ::larder::__private::String {
        Self::key(id)
    }
}
