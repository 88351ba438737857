fn parse<'a, T: FromStr + 'static, const N: usize>(
    text: &'a str,
    pad: [u8; N],
) -> Option<T>
where
    T: Clone + Send + Sync,
{
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn(::larder::__private::PhantomData<T>)>,
        _,
        _,
    >(
        <parse>::__site(),
        <parse>::__config::<T, N>,
        ::larder::__private::ReturnProbe::<Option<T>>::new().returns(),
        (
            ::larder::__private::Probe::new(&N).part(),
            ::larder::__private::Probe::new(&text).part(),
            ::larder::__private::Probe::new(&pad).part(),
        ),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <parse>::uncached::<T, N>(text, pad))
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
enum parse {}
impl parse {
    /// The function itself, past the cache. Beside `parse`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
    ) -> Option<T>
    where
        T: Clone + Send + Sync,
    {
        text.parse().ok()
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
impl parse {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "parse"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "idle = Duration :: from_secs (5)",
            is_async: false,
            bounded: true,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config<'a, T: FromStr + 'static, const N: usize>() -> ::larder::__private::Config<
        Option<T>,
    >
    where
        T: Clone + Send + Sync,
    {
        ::larder::__private::Config::<Option<T>>::new().idle(Duration::from_secs(5))
    }
    /// Forgets the value of one call; says whether there was one. Beside `parse`, for `#[cached]`.
    fn invalidate<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
    ) -> bool
    where
        T: Clone + Send + Sync,
    {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            <parse>::__site(),
            <parse>::__config::<T, N>,
            ::larder::__private::ReturnProbe::<Option<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&N).part(),
                ::larder::__private::Probe::new(&text).part(),
                ::larder::__private::Probe::new(&pad).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `parse`, for `#[cached]`.
    fn refresh<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
    ) -> Option<T>
    where
        T: Clone + Send + Sync,
    {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            <parse>::__site(),
            <parse>::__config::<T, N>,
            ::larder::__private::ReturnProbe::<Option<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&N).part(),
                ::larder::__private::Probe::new(&text).part(),
                ::larder::__private::Probe::new(&pad).part(),
            ),
        );
        larder_miss.run(move || <parse>::uncached::<T, N>(text, pad))
    }
    /// The cached value, if there is one; nothing runs. Beside `parse`, for `#[cached]`.
    #[must_use]
    fn peek<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
    ) -> ::larder::__private::Option<Option<T>>
    where
        T: Clone + Send + Sync,
    {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            <parse>::__site(),
            <parse>::__config::<T, N>,
            ::larder::__private::ReturnProbe::<Option<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&N).part(),
                ::larder::__private::Probe::new(&text).part(),
                ::larder::__private::Probe::new(&pad).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `parse`, for `#[cached]`.
    fn insert<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
        larder_value: Option<T>,
    )
    where
        T: Clone + Send + Sync,
    {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            <parse>::__site(),
            <parse>::__config::<T, N>,
            ::larder::__private::ReturnProbe::<Option<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&N).part(),
                ::larder::__private::Probe::new(&text).part(),
                ::larder::__private::Probe::new(&pad).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `parse`, for `#[cached]`.
    fn lookup<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
    ) -> ::larder::__private::Lookup<Option<T>>
    where
        T: Clone + Send + Sync,
    {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            <parse>::__site(),
            <parse>::__config::<T, N>,
            ::larder::__private::ReturnProbe::<Option<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&N).part(),
                ::larder::__private::Probe::new(&text).part(),
                ::larder::__private::Probe::new(&pad).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <parse>::uncached::<T, N>(text, pad))
            }
        }
    }
    /// The text of the key of one call. Beside `parse`, for `#[cached]`.
    #[must_use]
    fn key<'a, T: FromStr + 'static, const N: usize>(
        text: &'a str,
        pad: [u8; N],
    ) -> ::larder::__private::String
    where
        T: Clone + Send + Sync,
    {
        let larder_answer = ::larder::__private::key_text(
            <parse>::__site(),
            (
                ::larder::__private::Probe::new(&N).part(),
                ::larder::__private::Probe::new(&text).part(),
                ::larder::__private::Probe::new(&pad).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `parse`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<parse>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `parse`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<parse>::__site())
    }
    /// The cache of this function as a value. Beside `parse`, for `#[cached]`.
    #[must_use]
    fn handle<'a, T: FromStr + 'static, const N: usize>() -> ::larder::__private::Handle<
        (),
        Option<T>,
    >
    where
        T: Clone + Send + Sync,
    {
        ::larder::__private::handle::<(), Option<T>>(<parse>::__site())
    }
}
