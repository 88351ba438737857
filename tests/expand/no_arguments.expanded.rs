fn constant() -> u64 {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <constant>::__site(),
        <constant>::__config,
        ::larder::__private::ReturnProbe::<u64>::new().returns(),
        (),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <constant>::uncached())
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
enum constant {}
impl constant {
    /// The function itself, past the cache. Beside `constant`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached() -> u64 {
        compute()
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
impl constant {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "constant"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "",
            is_async: false,
            bounded: false,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<u64> {
        ::larder::__private::Config::<u64>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `constant`, for `#[cached]`.
    fn invalidate() -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <constant>::__site(),
            <constant>::__config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `constant`, for `#[cached]`.
    fn refresh() -> u64 {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <constant>::__site(),
            <constant>::__config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (),
        );
        larder_miss.run(move || <constant>::uncached())
    }
    /// The cached value, if there is one; nothing runs. Beside `constant`, for `#[cached]`.
    #[must_use]
    fn peek() -> ::larder::__private::Option<u64> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <constant>::__site(),
            <constant>::__config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `constant`, for `#[cached]`.
    fn insert(larder_value: u64) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <constant>::__site(),
            <constant>::__config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `constant`, for `#[cached]`.
    fn lookup() -> ::larder::__private::Lookup<u64> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <constant>::__site(),
            <constant>::__config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <constant>::uncached())
            }
        }
    }
    /// The text of the key of one call. Beside `constant`, for `#[cached]`.
    #[must_use]
    fn key() -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(<constant>::__site(), ());
        larder_answer
    }
    /// Forgets the values of all calls. Beside `constant`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<constant>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `constant`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<constant>::__site())
    }
    /// The cache of this function as a value. Beside `constant`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<constant, u64> {
        ::larder::__private::handle::<constant, u64>(<constant>::__site())
    }
}
impl ::larder::__private::Arguments<(), u64> for constant {
    fn peek((): ()) -> ::larder::__private::Option<u64> {
        Self::peek()
    }
    fn invalidate((): ()) -> bool {
        Self::invalidate()
    }
    fn insert((): (), larder_value: u64) {
        Self::insert(larder_value);
    }
    fn key((): ()) -> ::larder::__private::String {
        Self::key()
    }
}
