fn rights(user: &User, at: SystemTime) -> Rights {
    let larder_begun = ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <Rights>::__site(),
        <Rights>::__config,
        ::larder::__private::ReturnProbe::<Rights>::new().returns(),
        ::larder::__private::Template::new([
            ::larder::__private::Piece::value(&user.organisation),
            ::larder::__private::Piece::literal(":"),
            ::larder::__private::Piece::value(&user.name),
        ]),
    );
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <Rights>::uncached(user, at))
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
enum Rights {}
impl Rights {
    /// The function itself, past the cache. Beside `rights`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached(user: &User, at: SystemTime) -> Rights {
        ask(user, at)
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
impl Rights {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: "rights",
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "key = \"{user.organisation}:{user.name}\", name = \"rights\", handle = Rights",
            is_async: false,
            bounded: false,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Rights> {
        ::larder::__private::Config::<Rights>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `rights`, for `#[cached]`.
    fn invalidate(user: &User) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <Rights>::__site(),
            <Rights>::__config,
            ::larder::__private::ReturnProbe::<Rights>::new().returns(),
            ::larder::__private::Template::new([
                ::larder::__private::Piece::value(&user.organisation),
                ::larder::__private::Piece::literal(":"),
                ::larder::__private::Piece::value(&user.name),
            ]),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `rights`, for `#[cached]`.
    fn refresh(user: &User, at: SystemTime) -> Rights {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <Rights>::__site(),
            <Rights>::__config,
            ::larder::__private::ReturnProbe::<Rights>::new().returns(),
            ::larder::__private::Template::new([
                ::larder::__private::Piece::value(&user.organisation),
                ::larder::__private::Piece::literal(":"),
                ::larder::__private::Piece::value(&user.name),
            ]),
        );
        larder_miss.run(move || <Rights>::uncached(user, at))
    }
    /// The cached value, if there is one; nothing runs. Beside `rights`, for `#[cached]`.
    #[must_use]
    fn peek(user: &User) -> ::larder::__private::Option<Rights> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <Rights>::__site(),
            <Rights>::__config,
            ::larder::__private::ReturnProbe::<Rights>::new().returns(),
            ::larder::__private::Template::new([
                ::larder::__private::Piece::value(&user.organisation),
                ::larder::__private::Piece::literal(":"),
                ::larder::__private::Piece::value(&user.name),
            ]),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `rights`, for `#[cached]`.
    fn insert(user: &User, larder_value: Rights) {
        ::larder::__private::insert::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <Rights>::__site(),
            <Rights>::__config,
            ::larder::__private::ReturnProbe::<Rights>::new().returns(),
            ::larder::__private::Template::new([
                ::larder::__private::Piece::value(&user.organisation),
                ::larder::__private::Piece::literal(":"),
                ::larder::__private::Piece::value(&user.name),
            ]),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `rights`, for `#[cached]`.
    fn lookup(user: &User, at: SystemTime) -> ::larder::__private::Lookup<Rights> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <Rights>::__site(),
            <Rights>::__config,
            ::larder::__private::ReturnProbe::<Rights>::new().returns(),
            ::larder::__private::Template::new([
                ::larder::__private::Piece::value(&user.organisation),
                ::larder::__private::Piece::literal(":"),
                ::larder::__private::Piece::value(&user.name),
            ]),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <Rights>::uncached(user, at))
            }
        }
    }
    /// The text of the key of one call. Beside `rights`, for `#[cached]`.
    #[must_use]
    fn key(user: &User) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <Rights>::__site(),
            ::larder::__private::Template::new([
                ::larder::__private::Piece::value(&user.organisation),
                ::larder::__private::Piece::literal(":"),
                ::larder::__private::Piece::value(&user.name),
            ]),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `rights`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<Rights>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `rights`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<Rights>::__site())
    }
    /// The cache of this function as a value. Beside `rights`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<Rights, Rights> {
        ::larder::__private::handle::<Rights, Rights>(<Rights>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(&'larder User,), Rights> for Rights {
    fn peek((user,): (&'larder User,)) -> ::larder::__private::Option<Rights> {
        Self::peek(user)
    }
    fn invalidate((user,): (&'larder User,)) -> bool {
        Self::invalidate(user)
    }
    fn insert((user,): (&'larder User,), larder_value: Rights) {
        Self::insert(user, larder_value);
    }
    fn key((user,): (&'larder User,)) -> ::larder::__private::String {
        Self::key(user)
    }
}
