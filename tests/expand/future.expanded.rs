#[allow(clippy::manual_async_fn)]
fn borrowing<'a>(name: &'a str) -> impl Future<Output = String> + 'a {
    async move {
        let larder_begun = ::larder::__private::begin::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <borrowing>::__site(),
            <borrowing>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(::larder::__private::pin!(< borrowing > ::uncached(name)))
                    .await
                    .value
            }
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
enum borrowing {}
impl borrowing {
    /// The function itself, past the cache. Beside `borrowing`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached<'a>(name: &'a str) -> impl Future<Output = String> + 'a {
        async move { name.to_owned() }
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
impl borrowing {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "borrowing"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "",
            is_async: true,
            bounded: false,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config<'a>() -> ::larder::__private::Config<String> {
        ::larder::__private::Config::<String>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `borrowing`, for `#[cached]`.
    fn invalidate<'a>(name: &'a str) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <borrowing>::__site(),
            <borrowing>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `borrowing`, for `#[cached]`.
    async fn refresh<'a>(name: &'a str) -> String {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <borrowing>::__site(),
            <borrowing>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_miss
            .run_async(::larder::__private::pin!(< borrowing > ::uncached(name)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `borrowing`, for `#[cached]`.
    #[must_use]
    fn peek<'a>(name: &'a str) -> ::larder::__private::Option<String> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <borrowing>::__site(),
            <borrowing>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `borrowing`, for `#[cached]`.
    fn insert<'a>(name: &'a str, larder_value: String) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <borrowing>::__site(),
            <borrowing>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `borrowing`, for `#[cached]`.
    async fn lookup<'a>(name: &'a str) -> ::larder::__private::Lookup<String> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <borrowing>::__site(),
            <borrowing>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(::larder::__private::pin!(< borrowing > ::uncached(name)))
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `borrowing`, for `#[cached]`.
    #[must_use]
    fn key<'a>(name: &'a str) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <borrowing>::__site(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `borrowing`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<borrowing>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `borrowing`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<borrowing>::__site())
    }
    /// The cache of this function as a value. Beside `borrowing`, for `#[cached]`.
    #[must_use]
    fn handle<'a>() -> ::larder::__private::Handle<borrowing, String> {
        ::larder::__private::handle::<borrowing, String>(<borrowing>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(&'larder str,), String> for borrowing {
    fn peek((name,): (&'larder str,)) -> ::larder::__private::Option<String> {
        Self::peek(name)
    }
    fn invalidate((name,): (&'larder str,)) -> bool {
        Self::invalidate(name)
    }
    fn insert((name,): (&'larder str,), larder_value: String) {
        Self::insert(name, larder_value);
    }
    fn key((name,): (&'larder str,)) -> ::larder::__private::String {
        Self::key(name)
    }
}
fn owning(name: &str) -> Pin<Box<dyn Future<Output = String> + Send>> {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <owning>::__site(),
        <owning>::__config,
        ::larder::__private::ReturnProbe::<String>::new().returns(),
        (::larder::__private::Probe::new(&name).part(),),
    );
    let larder_begun = match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => {
            ::larder::__private::Begin::Hit(larder_value)
        }
        ::larder::__private::Begin::Miss(larder_miss) => {
            ::larder::__private::Begin::Miss((larder_miss, <owning>::uncached(name)))
        }
    };
    ::larder::__private::Box::pin(async move {
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_run) => {
                larder_run
                    .0
                    .run_async(::larder::__private::pin!(larder_run.1))
                    .await
                    .value
            }
        }
    })
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_debug_implementations,
    missing_copy_implementations
)]
enum owning {}
impl owning {
    /// The function itself, past the cache. Beside `owning`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached(name: &str) -> Pin<Box<dyn Future<Output = String> + Send>> {
        let name = name.to_owned();
        Box::pin(async move { name })
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
impl owning {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "owning"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "",
            is_async: true,
            bounded: false,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<String> {
        ::larder::__private::Config::<String>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `owning`, for `#[cached]`.
    fn invalidate(name: &str) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <owning>::__site(),
            <owning>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `owning`, for `#[cached]`.
    async fn refresh(name: &str) -> String {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <owning>::__site(),
            <owning>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_miss
            .run_async(::larder::__private::pin!(< owning > ::uncached(name)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `owning`, for `#[cached]`.
    #[must_use]
    fn peek(name: &str) -> ::larder::__private::Option<String> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <owning>::__site(),
            <owning>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `owning`, for `#[cached]`.
    fn insert(name: &str, larder_value: String) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <owning>::__site(),
            <owning>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `owning`, for `#[cached]`.
    async fn lookup(name: &str) -> ::larder::__private::Lookup<String> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <owning>::__site(),
            <owning>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(::larder::__private::pin!(< owning > ::uncached(name)))
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `owning`, for `#[cached]`.
    #[must_use]
    fn key(name: &str) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <owning>::__site(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `owning`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<owning>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `owning`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<owning>::__site())
    }
    /// The cache of this function as a value. Beside `owning`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<owning, String> {
        ::larder::__private::handle::<owning, String>(<owning>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(&'larder str,), String> for owning {
    fn peek((name,): (&'larder str,)) -> ::larder::__private::Option<String> {
        Self::peek(name)
    }
    fn invalidate((name,): (&'larder str,)) -> bool {
        Self::invalidate(name)
    }
    fn insert((name,): (&'larder str,), larder_value: String) {
        Self::insert(name, larder_value);
    }
    fn key((name,): (&'larder str,)) -> ::larder::__private::String {
        Self::key(name)
    }
}
