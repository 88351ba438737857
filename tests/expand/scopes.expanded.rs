/// A page of a feed.
pub fn feed(session: &Session, page: u32) -> Vec<Post> {
    let larder_begun = match &session.user {
        larder_user => {
            match ::larder::__private::begin::<
                ::larder::__private::Free<fn()>,
                _,
                _,
            >(
                <feed>::__site(),
                <feed>::__config,
                ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                (
                    ::larder::__private::Probe::new(&page).part(),
                    ::larder::__private::Probe::new(larder_user).part(),
                ),
            ) {
                ::larder::__private::Begin::Miss(larder_miss) => {
                    ::larder::__private::Begin::Miss(
                        larder_miss
                            .in_scopes(
                                ::larder::__private::Scopes::new()
                                    .tag("feeds")
                                    .tag(
                                        ::larder::__private::TagText::new()
                                            .literal("feed:")
                                            .value(&session.user)
                                            .literal("/")
                                            .value(&page),
                                    )
                                    .tag(
                                        ::larder::__private::TagText::new().whole(&session.tag()),
                                    )
                                    .user(&::larder::__private::Probe::new(larder_user).part()),
                            ),
                    )
                }
                larder_hit => larder_hit,
            }
        }
    };
    match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => larder_value,
        ::larder::__private::Begin::Miss(larder_miss) => {
            larder_miss.run(move || <feed>::uncached(session, page))
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
pub enum feed {}
impl feed {
    /// The function itself, past the cache. Beside `feed`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub fn uncached(session: &Session, page: u32) -> Vec<Post> {
        session.load(page)
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
impl feed {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
                name: ::larder::__private::core::concat!(
                    ::larder::__private::core::module_path!(), "::", "feed"
                ),
                file: ::larder::__private::core::file!(),
                line: ::larder::__private::core::line!(),
                options: "ignore = [session], user = session . user, tags = [\"feeds\" , \"feed:{session.user}/{page}\" , session . tag ()], cache = \"feeds\"",
                is_async: false,
                bounded: false,
            })
            .in_cache("feeds");
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Vec<Post>> {
        ::larder::__private::Config::<Vec<Post>>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `feed`, for `#[cached]`.
    pub fn invalidate(session: &Session, page: u32) -> bool {
        let larder_answer = match &session.user {
            larder_user => {
                ::larder::__private::invalidate::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                    <feed>::__site(),
                    <feed>::__config,
                    ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                    (
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                )
            }
        };
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `feed`, for `#[cached]`.
    pub fn refresh(session: &Session, page: u32) -> Vec<Post> {
        let larder_miss = match &session.user {
            larder_user => {
                ::larder::__private::begin_refresh::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                        <feed>::__site(),
                        <feed>::__config,
                        ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                        (
                            ::larder::__private::Probe::new(&page).part(),
                            ::larder::__private::Probe::new(larder_user).part(),
                        ),
                    )
                    .in_scopes(
                        ::larder::__private::Scopes::new()
                            .tag("feeds")
                            .tag(
                                ::larder::__private::TagText::new()
                                    .literal("feed:")
                                    .value(&session.user)
                                    .literal("/")
                                    .value(&page),
                            )
                            .tag(
                                ::larder::__private::TagText::new().whole(&session.tag()),
                            )
                            .user(&::larder::__private::Probe::new(larder_user).part()),
                    )
            }
        };
        larder_miss.run(move || <feed>::uncached(session, page))
    }
    /// The cached value, if there is one; nothing runs. Beside `feed`, for `#[cached]`.
    #[must_use]
    pub fn peek(session: &Session, page: u32) -> ::larder::__private::Option<Vec<Post>> {
        let larder_answer = match &session.user {
            larder_user => {
                ::larder::__private::peek::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                    <feed>::__site(),
                    <feed>::__config,
                    ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                    (
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                )
            }
        };
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `feed`, for `#[cached]`.
    pub fn insert(session: &Session, page: u32, larder_value: Vec<Post>) {
        match &session.user {
            larder_user => {
                ::larder::__private::insert_in::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                    <feed>::__site(),
                    <feed>::__config,
                    ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                    (
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                    larder_value,
                    ::larder::__private::Scopes::new()
                        .tag("feeds")
                        .tag(
                            ::larder::__private::TagText::new()
                                .literal("feed:")
                                .value(&session.user)
                                .literal("/")
                                .value(&page),
                        )
                        .tag(::larder::__private::TagText::new().whole(&session.tag()))
                        .user(&::larder::__private::Probe::new(larder_user).part()),
                )
            }
        };
    }
    /// As a call, and says where the value came from. Beside `feed`, for `#[cached]`.
    pub fn lookup(
        session: &Session,
        page: u32,
    ) -> ::larder::__private::Lookup<Vec<Post>> {
        let larder_begun = match &session.user {
            larder_user => {
                match ::larder::__private::begin_lookup::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                    <feed>::__site(),
                    <feed>::__config,
                    ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                    (
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                ) {
                    ::larder::__private::Begin::Miss(larder_miss) => {
                        ::larder::__private::Begin::Miss(
                            larder_miss
                                .in_scopes(
                                    ::larder::__private::Scopes::new()
                                        .tag("feeds")
                                        .tag(
                                            ::larder::__private::TagText::new()
                                                .literal("feed:")
                                                .value(&session.user)
                                                .literal("/")
                                                .value(&page),
                                        )
                                        .tag(
                                            ::larder::__private::TagText::new().whole(&session.tag()),
                                        )
                                        .user(&::larder::__private::Probe::new(larder_user).part()),
                                ),
                        )
                    }
                    larder_hit => larder_hit,
                }
            }
        };
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || <feed>::uncached(session, page))
            }
        }
    }
    /// The text of the key of one call. Beside `feed`, for `#[cached]`.
    #[must_use]
    pub fn key(session: &Session, page: u32) -> ::larder::__private::String {
        let larder_answer = match &session.user {
            larder_user => {
                ::larder::__private::key_text(
                    <feed>::__site(),
                    (
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                )
            }
        };
        larder_answer
    }
    /// Forgets the values of all calls. Beside `feed`, for `#[cached]`.
    pub fn clear() {
        ::larder::__private::clear(<feed>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `feed`, for `#[cached]`.
    #[must_use]
    pub fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<feed>::__site())
    }
    /// The cache of this function as a value. Beside `feed`, for `#[cached]`.
    #[must_use]
    pub fn handle() -> ::larder::__private::Handle<feed, Vec<Post>> {
        ::larder::__private::handle::<feed, Vec<Post>>(<feed>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(&'larder Session, u32), Vec<Post>>
for feed {
    fn peek(
        (session, page): (&'larder Session, u32),
    ) -> ::larder::__private::Option<Vec<Post>> {
        Self::peek(session, page)
    }
    fn invalidate((session, page): (&'larder Session, u32)) -> bool {
        Self::invalidate(session, page)
    }
    fn insert((session, page): (&'larder Session, u32), larder_value: Vec<Post>) {
        Self::insert(session, page, larder_value);
    }
    fn key((session, page): (&'larder Session, u32)) -> ::larder::__private::String {
        Self::key(session, page)
    }
}
#[allow(clippy::manual_async_fn)]
fn later(user_id: UserId, name: &str) -> impl Future<Output = String> + use<> {
    let larder_begun = match ::larder::__private::begin::<
        ::larder::__private::Free<fn()>,
        _,
        _,
    >(
        <later>::__site(),
        <later>::__config,
        ::larder::__private::ReturnProbe::<String>::new().returns(),
        (
            ::larder::__private::Probe::new(&user_id).part(),
            ::larder::__private::Probe::new(&name).part(),
        ),
    ) {
        ::larder::__private::Begin::Miss(larder_miss) => {
            ::larder::__private::Begin::Miss(
                larder_miss
                    .in_scopes(
                        ::larder::__private::Scopes::new()
                            .user(&::larder::__private::Probe::new(&user_id).part()),
                    ),
            )
        }
        larder_hit => larder_hit,
    };
    let larder_begun = match larder_begun {
        ::larder::__private::Begin::Hit(larder_value) => {
            ::larder::__private::Begin::Hit(larder_value)
        }
        ::larder::__private::Begin::Miss(larder_miss) => {
            ::larder::__private::Begin::Miss((
                larder_miss,
                <later>::uncached(user_id, name),
            ))
        }
    };
    async move {
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
    }
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_debug_implementations,
    missing_copy_implementations
)]
enum later {}
impl later {
    /// The function itself, past the cache. Beside `later`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached(user_id: UserId, name: &str) -> impl Future<Output = String> + use<> {
        find(user_id, name)
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
impl later {
    #[doc(hidden)]
    fn __site() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "later"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "user = user_id",
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
    /// Forgets the value of one call; says whether there was one. Beside `later`, for `#[cached]`.
    fn invalidate(user_id: UserId, name: &str) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <later>::__site(),
            <later>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(&user_id).part(),
                ::larder::__private::Probe::new(&name).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `later`, for `#[cached]`.
    async fn refresh(user_id: UserId, name: &str) -> String {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
                <later>::__site(),
                <later>::__config,
                ::larder::__private::ReturnProbe::<String>::new().returns(),
                (
                    ::larder::__private::Probe::new(&user_id).part(),
                    ::larder::__private::Probe::new(&name).part(),
                ),
            )
            .in_scopes(
                ::larder::__private::Scopes::new()
                    .user(&::larder::__private::Probe::new(&user_id).part()),
            );
        larder_miss
            .run_async(::larder::__private::pin!(< later > ::uncached(user_id, name)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `later`, for `#[cached]`.
    #[must_use]
    fn peek(user_id: UserId, name: &str) -> ::larder::__private::Option<String> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <later>::__site(),
            <later>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(&user_id).part(),
                ::larder::__private::Probe::new(&name).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `later`, for `#[cached]`.
    fn insert(user_id: UserId, name: &str, larder_value: String) {
        ::larder::__private::insert_in::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <later>::__site(),
            <later>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(&user_id).part(),
                ::larder::__private::Probe::new(&name).part(),
            ),
            larder_value,
            ::larder::__private::Scopes::new()
                .user(&::larder::__private::Probe::new(&user_id).part()),
        );
    }
    /// As a call, and says where the value came from. Beside `later`, for `#[cached]`.
    async fn lookup(user_id: UserId, name: &str) -> ::larder::__private::Lookup<String> {
        let larder_begun = match ::larder::__private::begin_lookup::<
            ::larder::__private::Free<fn()>,
            _,
            _,
        >(
            <later>::__site(),
            <later>::__config,
            ::larder::__private::ReturnProbe::<String>::new().returns(),
            (
                ::larder::__private::Probe::new(&user_id).part(),
                ::larder::__private::Probe::new(&name).part(),
            ),
        ) {
            ::larder::__private::Begin::Miss(larder_miss) => {
                ::larder::__private::Begin::Miss(
                    larder_miss
                        .in_scopes(
                            ::larder::__private::Scopes::new()
                                .user(&::larder::__private::Probe::new(&user_id).part()),
                        ),
                )
            }
            larder_hit => larder_hit,
        };
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(
                        ::larder::__private::pin!(< later > ::uncached(user_id, name)),
                    )
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `later`, for `#[cached]`.
    #[must_use]
    fn key(user_id: UserId, name: &str) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            <later>::__site(),
            (
                ::larder::__private::Probe::new(&user_id).part(),
                ::larder::__private::Probe::new(&name).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `later`, for `#[cached]`.
    fn clear() {
        ::larder::__private::clear(<later>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `later`, for `#[cached]`.
    #[must_use]
    fn stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(<later>::__site())
    }
    /// The cache of this function as a value. Beside `later`, for `#[cached]`.
    #[must_use]
    fn handle() -> ::larder::__private::Handle<later, String> {
        ::larder::__private::handle::<later, String>(<later>::__site())
    }
}
impl<'larder> ::larder::__private::Arguments<(UserId, &'larder str), String> for later {
    fn peek(
        (user_id, name): (UserId, &'larder str),
    ) -> ::larder::__private::Option<String> {
        Self::peek(user_id, name)
    }
    fn invalidate((user_id, name): (UserId, &'larder str)) -> bool {
        Self::invalidate(user_id, name)
    }
    fn insert((user_id, name): (UserId, &'larder str), larder_value: String) {
        Self::insert(user_id, name, larder_value);
    }
    fn key((user_id, name): (UserId, &'larder str)) -> ::larder::__private::String {
        Self::key(user_id, name)
    }
}
