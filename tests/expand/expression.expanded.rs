fn words(id: u64, text: &str, log: &Log) -> usize {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <words>::__site(),
        <words>::__config,
        ::larder::__private::ReturnProbe::<usize>::new().returns(),
        (
            ::larder::__private::Probe::new(&id).part(),
            ::larder::__private::Probe::new(&text.trim()).part(),
        ),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <words>::uncached(id, text, log))
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
enum words {}
impl words {
    /// The function itself, past the cache. Beside `words`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached(id: u64, text: &str, log: &Log) -> usize {
        text.split(' ').count()
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
impl words {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "words"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "key = (id , text . trim ()), cache_if = | value | * value > 0",
            is_async: false,
            bounded: false,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<usize> {
        ::larder::__private::Config::<usize>::new().cache_if(|value| *value > 0)
    }
    /// Forgets the value of one call; says whether there was one. Beside `words`, for `#[cached]`.
    fn invalidate(id: u64, text: &str) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <words>::__site(),
            <words>::__config,
            ::larder::__private::ReturnProbe::<usize>::new().returns(),
            (
                ::larder::__private::Probe::new(&id).part(),
                ::larder::__private::Probe::new(&text.trim()).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `words`, for `#[cached]`.
    fn refresh(id: u64, text: &str, log: &Log) -> usize {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <words>::__site(),
            <words>::__config,
            ::larder::__private::ReturnProbe::<usize>::new().returns(),
            (
                ::larder::__private::Probe::new(&id).part(),
                ::larder::__private::Probe::new(&text.trim()).part(),
            ),
        );
        larder_miss.run(move || <words>::uncached(id, text, log))
    }
    /// The cached value, if there is one; nothing runs. Beside `words`, for `#[cached]`.
    #[must_use]
    fn peek(id: u64, text: &str) -> ::larder::__private::Option<usize> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <words>::__site(),
            <words>::__config,
            ::larder::__private::ReturnProbe::<usize>::new().returns(),
            (
                ::larder::__private::Probe::new(&id).part(),
                ::larder::__private::Probe::new(&text.trim()).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `words`, for `#[cached]`.
    fn insert(id: u64, text: &str, larder_value: usize) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <words>::__site(),
            <words>::__config,
            ::larder::__private::ReturnProbe::<usize>::new().returns(),
            (
                ::larder::__private::Probe::new(&id).part(),
                ::larder::__private::Probe::new(&text.trim()).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `words`, for `#[cached]`.
    fn lookup(id: u64, text: &str, log: &Log) -> ::larder::__private::Lookup<usize> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <words>::__site(),
            <words>::__config,
            ::larder::__private::ReturnProbe::<usize>::new().returns(),
            (
                ::larder::__private::Probe::new(&id).part(),
                ::larder::__private::Probe::new(&text.trim()).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <words>::uncached(id, text, log))
            }
        }
    }
    /// The text of the key of one call. Beside `words`, for `#[cached]`.
    #[must_use]
    fn key(id: u64, text: &str) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <words>::__site(),
            (
                ::larder::__private::Probe::new(&id).part(),
                ::larder::__private::Probe::new(&text.trim()).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `words`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<words>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `words`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<words>::__site())
    }
    /// The cache of this function as a value. Beside `words`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<words, usize> {
        ::larder::__private::handle::<words, usize>(<words>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(u64, &'larder str), usize> for words {
    fn peek((id, text): (u64, &'larder str)) -> ::larder::__private::Option<usize> {
        Self::peek(id, text)
    }
    fn invalidate((id, text): (u64, &'larder str)) -> bool {
        Self::invalidate(id, text)
    }
    fn insert((id, text): (u64, &'larder str), larder_value: usize) {
        Self::insert(id, text, larder_value);
    }
    fn key((id, text): (u64, &'larder str)) -> ::larder::__private::String {
        Self::key(id, text)
    }
}
