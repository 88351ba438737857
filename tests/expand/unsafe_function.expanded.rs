pub unsafe extern "C" fn reciprocal(n: u32) -> u32 {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <reciprocal>::__site(),
        <reciprocal>::__config,
        ::larder::__private::ReturnProbe::<u32>::new().returns(),
        (::larder::__private::Probe::new(&n).part(),),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || unsafe { <reciprocal>::uncached(n) })
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
pub enum reciprocal {}
impl reciprocal {
    /// The function itself, past the cache. Beside `reciprocal`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub unsafe fn uncached(n: u32) -> u32 {
        100 / n
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
impl reciprocal {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "reciprocal"
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
    fn __config() -> ::larder::__private::Config<u32> {
        ::larder::__private::Config::<u32>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `reciprocal`, for `#[cached]`.
    pub fn invalidate(n: u32) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <reciprocal>::__site(),
            <reciprocal>::__config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (::larder::__private::Probe::new(&n).part(),),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `reciprocal`, for `#[cached]`.
    pub unsafe fn refresh(n: u32) -> u32 {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <reciprocal>::__site(),
            <reciprocal>::__config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (::larder::__private::Probe::new(&n).part(),),
        );
        larder_miss.run(move || unsafe { <reciprocal>::uncached(n) })
    }
    /// The cached value, if there is one; nothing runs. Beside `reciprocal`, for `#[cached]`.
    #[must_use]
    pub fn peek(n: u32) -> ::larder::__private::Option<u32> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <reciprocal>::__site(),
            <reciprocal>::__config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (::larder::__private::Probe::new(&n).part(),),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `reciprocal`, for `#[cached]`.
    pub fn insert(n: u32, larder_value: u32) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <reciprocal>::__site(),
            <reciprocal>::__config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (::larder::__private::Probe::new(&n).part(),),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `reciprocal`, for `#[cached]`.
    pub unsafe fn lookup(n: u32) -> ::larder::__private::Lookup<u32> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <reciprocal>::__site(),
            <reciprocal>::__config,
            ::larder::__private::ReturnProbe::<u32>::new().returns(),
            (::larder::__private::Probe::new(&n).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || unsafe { <reciprocal>::uncached(n) })
            }
        }
    }
    /// The text of the key of one call. Beside `reciprocal`, for `#[cached]`.
    #[must_use]
    pub fn key(n: u32) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <reciprocal>::__site(),
            (::larder::__private::Probe::new(&n).part(),),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `reciprocal`, for `#[cached]`.
    pub fn clear() {
        ::larder::__private::clear(<reciprocal>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `reciprocal`, for `#[cached]`.
    #[must_use]
    pub fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<reciprocal>::__site())
    }
    /// The cache of this function as a value. Beside `reciprocal`, for `#[cached]`.
    #[must_use]
    pub fn handle() -> ::larder::__private::Handle<reciprocal, u32> {
        ::larder::__private::handle::<reciprocal, u32>(<reciprocal>::__site())
    }
}
impl ::larder::__private::Arguments<(u32,), u32> for reciprocal {
    fn peek((n,): (u32,)) -> ::larder::__private::Option<u32> {
        Self::peek(n)
    }
    fn invalidate((n,): (u32,)) -> bool {
        Self::invalidate(n)
    }
    fn insert((n,): (u32,), larder_value: u32) {
        Self::insert(n, larder_value);
    }
    fn key((n,): (u32,)) -> ::larder::__private::String {
        Self::key(n)
    }
}
