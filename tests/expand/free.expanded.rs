/// How far it is.
#[must_use]
pub fn distance(from: &str, to: String, by: Option<u32>) -> f64 {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <distance>::__site(),
        <distance>::__config,
        ::larder::__private::ReturnProbe::<f64>::new().returns(),
        (
            ::larder::__private::Probe::new(&from).part(),
            ::larder::__private::Probe::new(&to).part(),
            ::larder::__private::Probe::new(&by).part(),
        ),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <distance>::uncached(from, to, by))
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
pub enum distance {}
impl distance {
    /// The function itself, past the cache. Beside `distance`, for `#[cached]`.
    #[must_use]
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub fn uncached(from: &str, mut to: String, by: Option<u32>) -> f64 {
        to.push('.');
        measure(from, &to, by)
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
impl distance {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "distance"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "ttl = 60, max_entries = 10_000, policy = lru",
            is_async: false,
            bounded: true,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<f64> {
        ::larder::__private::Config::<f64>::new()
            .ttl(::larder::__private::core::time::Duration::new(60u64, 0u32))
            .max_entries(10_000)
            .policy(::larder::__private::Policy::Lru)
    }
    /// Forgets the value of one call; says whether there was one. Beside `distance`, for `#[cached]`.
    pub fn invalidate(from: &str, to: String, by: Option<u32>) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <distance>::__site(),
            <distance>::__config,
            ::larder::__private::ReturnProbe::<f64>::new().returns(),
            (
                ::larder::__private::Probe::new(&from).part(),
                ::larder::__private::Probe::new(&to).part(),
                ::larder::__private::Probe::new(&by).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `distance`, for `#[cached]`.
    pub fn refresh(from: &str, to: String, by: Option<u32>) -> f64 {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <distance>::__site(),
            <distance>::__config,
            ::larder::__private::ReturnProbe::<f64>::new().returns(),
            (
                ::larder::__private::Probe::new(&from).part(),
                ::larder::__private::Probe::new(&to).part(),
                ::larder::__private::Probe::new(&by).part(),
            ),
        );
        larder_miss.run(move || <distance>::uncached(from, to, by))
    }
    /// The cached value, if there is one; nothing runs. Beside `distance`, for `#[cached]`.
    #[must_use]
    pub fn peek(
        from: &str,
        to: String,
        by: Option<u32>,
    ) -> ::larder::__private::Option<f64> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <distance>::__site(),
            <distance>::__config,
            ::larder::__private::ReturnProbe::<f64>::new().returns(),
            (
                ::larder::__private::Probe::new(&from).part(),
                ::larder::__private::Probe::new(&to).part(),
                ::larder::__private::Probe::new(&by).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `distance`, for `#[cached]`.
    pub fn insert(from: &str, to: String, by: Option<u32>, larder_value: f64) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <distance>::__site(),
            <distance>::__config,
            ::larder::__private::ReturnProbe::<f64>::new().returns(),
            (
                ::larder::__private::Probe::new(&from).part(),
                ::larder::__private::Probe::new(&to).part(),
                ::larder::__private::Probe::new(&by).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `distance`, for `#[cached]`.
    pub fn lookup(
        from: &str,
        to: String,
        by: Option<u32>,
    ) -> ::larder::__private::Lookup<f64> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <distance>::__site(),
            <distance>::__config,
            ::larder::__private::ReturnProbe::<f64>::new().returns(),
            (
                ::larder::__private::Probe::new(&from).part(),
                ::larder::__private::Probe::new(&to).part(),
                ::larder::__private::Probe::new(&by).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <distance>::uncached(from, to, by))
            }
        }
    }
    /// The text of the key of one call. Beside `distance`, for `#[cached]`.
    #[must_use]
    pub fn key(from: &str, to: String, by: Option<u32>) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <distance>::__site(),
            (
                ::larder::__private::Probe::new(&from).part(),
                ::larder::__private::Probe::new(&to).part(),
                ::larder::__private::Probe::new(&by).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `distance`, for `#[cached]`.
    pub fn clear() {
        ::larder::__private::clear(<distance>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `distance`, for `#[cached]`.
    #[must_use]
    pub fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<distance>::__site())
    }
    /// The cache of this function as a value. Beside `distance`, for `#[cached]`.
    #[must_use]
    pub fn handle() -> ::larder::__private::Handle<distance, f64> {
        ::larder::__private::handle::<distance, f64>(<distance>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(&'larder str, String, Option<u32>), f64>
for distance {
    fn peek(
        (from, to, by): (&'larder str, String, Option<u32>),
    ) -> ::larder::__private::Option<f64> {
        Self::peek(from, to, by)
    }
    fn invalidate((from, to, by): (&'larder str, String, Option<u32>)) -> bool {
        Self::invalidate(from, to, by)
    }
    fn insert((from, to, by): (&'larder str, String, Option<u32>), larder_value: f64) {
        Self::insert(from, to, by, larder_value);
    }
    fn key(
        (from, to, by): (&'larder str, String, Option<u32>),
    ) -> ::larder::__private::String {
        Self::key(from, to, by)
    }
}
