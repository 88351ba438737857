fn shout(text: impl AsRef<str>, suffix: impl Into<String>) -> String {
    let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <shout>::__site(),
        <shout>::__config,
        ::larder::__private::ReturnProbe::<String>::new().returns(),
        (
            ::larder::__private::Probe::new(
                    &::larder::__private::AsRef::<str>::as_ref(&text),
                )
                .part(),
            ::larder::__private::Probe::new(&suffix).part(),
        ),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <shout>::uncached(text, suffix))
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
enum shout {}
impl shout {
    /// The function itself, past the cache. Beside `shout`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached(text: impl AsRef<str>, suffix: impl Into<String>) -> String {
        text.as_ref().to_uppercase() + suffix.into().as_str()
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
impl shout {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "shout"
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
    fn __config() -> ::larder::__private::Config<String> {
        ::larder::__private::Config::<String>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `shout`, for `#[cached]`.
    fn invalidate(text: impl AsRef<str>, suffix: impl Into<String>) -> bool {
        let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <shout>::__site(),
            <shout>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(
                        &::larder::__private::AsRef::<str>::as_ref(&text),
                    )
                    .part(),
                ::larder::__private::Probe::new(&suffix).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `shout`, for `#[cached]`.
    fn refresh(text: impl AsRef<str>, suffix: impl Into<String>) -> String {
        let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <shout>::__site(),
            <shout>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(
                        &::larder::__private::AsRef::<str>::as_ref(&text),
                    )
                    .part(),
                ::larder::__private::Probe::new(&suffix).part(),
            ),
        );
        larder_miss.run(move || <shout>::uncached(text, suffix))
    }
    /// The cached value, if there is one; nothing runs. Beside `shout`, for `#[cached]`.
    #[must_use]
    fn peek(
        text: impl AsRef<str>,
        suffix: impl Into<String>,
    ) -> ::larder::__private::Option<String> {
        let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <shout>::__site(),
            <shout>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(
                        &::larder::__private::AsRef::<str>::as_ref(&text),
                    )
                    .part(),
                ::larder::__private::Probe::new(&suffix).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `shout`, for `#[cached]`.
    fn insert(text: impl AsRef<str>, suffix: impl Into<String>, larder_value: String) {
        let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <shout>::__site(),
            <shout>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(
                        &::larder::__private::AsRef::<str>::as_ref(&text),
                    )
                    .part(),
                ::larder::__private::Probe::new(&suffix).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `shout`, for `#[cached]`.
    fn lookup(
        text: impl AsRef<str>,
        suffix: impl Into<String>,
    ) -> ::larder::__private::Lookup<String> {
        let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <shout>::__site(),
            <shout>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(
                        &::larder::__private::AsRef::<str>::as_ref(&text),
                    )
                    .part(),
                ::larder::__private::Probe::new(&suffix).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <shout>::uncached(text, suffix))
            }
        }
    }
    /// The text of the key of one call. Beside `shout`, for `#[cached]`.
    #[must_use]
    fn key(
        text: impl AsRef<str>,
        suffix: impl Into<String>,
    ) -> ::larder::__private::String {
        let suffix: String = ::larder::__private::core::convert::Into::into(suffix);
        let larder_answer = ::larder::__private::key_text(
            <shout>::__site(),
            (
                ::larder::__private::Probe::new(
                        &::larder::__private::AsRef::<str>::as_ref(&text),
                    )
                    .part(),
                ::larder::__private::Probe::new(&suffix).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `shout`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<shout>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `shout`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<shout>::__site())
    }
    /// The cache of this function as a value. Beside `shout`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<(), String> {
        ::larder::__private::handle::<(), String>(<shout>::__site())
    }
}
