pub fn feed(database: Arc<Database>, session: Session, page: u32) -> Vec<Post> {
    let larder_begun = match &session.user {
        larder_user => {
            match ::larder::__private::begin_fresh::<
                ::larder::__private::Free<fn()>,
                _,
                _,
            >(
                <feed>::__site(),
                <feed>::__config,
                ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                (
                    ::larder::__private::Probe::new(&session).part(),
                    ::larder::__private::Probe::new(&page).part(),
                    ::larder::__private::Probe::new(larder_user).part(),
                ),
            ) {
                ::larder::__private::Fresh::Miss(larder_miss) => {
                    ::larder::__private::Fresh::Miss(
                        larder_miss
                            .in_scopes(
                                ::larder::__private::Scopes::new()
                                    .tag(
                                        ::larder::__private::TagText::new()
                                            .literal("feed:")
                                            .value(&page),
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
        ::larder::__private::Fresh::Hit(larder_value) => larder_value,
        ::larder::__private::Fresh::Due(larder_value, larder_due) => {
            ::larder::__private::kept()
                .and(database)
                .keep()
                .and(session)
                .keep()
                .and(page)
                .keep()
                .start(
                    larder_due,
                    |larder_since, ((((), database), session), page)| <feed>::__renew(
                        database,
                        session,
                        page,
                        larder_since,
                    ),
                );
            larder_value
        }
        ::larder::__private::Fresh::Miss(larder_miss) => {
            larder_miss
                .again(
                    ::larder::__private::kept()
                        .and_copy(&database)
                        .keep()
                        .and_copy(&session)
                        .keep()
                        .and_copy(&page)
                        .keep()
                        .repeat(|larder_since, ((((), database), session), page)| <feed>::__renew(
                            database,
                            session,
                            page,
                            larder_since,
                        )),
                )
                .run(move || <feed>::uncached(database, session, page))
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
    #[allow(clippy::needless_pass_by_value)]
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub fn uncached(database: Arc<Database>, session: Session, page: u32) -> Vec<Post> {
        database.feed(&session, page)
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
            options: "ttl = \"5m\", stale_while_revalidate = \"30s\", refresh = 60, ignore = [database], tags = [\"feed:{page}\"], user = session . user",
            is_async: false,
            bounded: true,
        });
        ::larder::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> ::larder::__private::Config<Vec<Post>> {
        ::larder::__private::Config::<Vec<Post>>::new()
            .ttl(::larder::__private::core::time::Duration::new(300u64, 0u32))
            .stale_while_revalidate(
                ::larder::__private::core::time::Duration::new(30u64, 0u32),
            )
            .refresh(::larder::__private::core::time::Duration::new(60u64, 0u32))
    }
    #[doc(hidden)]
    fn __renew(
        database: Arc<Database>,
        session: Session,
        page: u32,
        larder_since: ::larder::__private::Since,
    ) {
        let larder_miss = match &session.user {
            larder_user => {
                ::larder::__private::begin_renew::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                        <feed>::__site(),
                        <feed>::__config,
                        ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                        (
                            ::larder::__private::Probe::new(&session).part(),
                            ::larder::__private::Probe::new(&page).part(),
                            ::larder::__private::Probe::new(larder_user).part(),
                        ),
                        larder_since,
                    )
                    .in_scopes(
                        ::larder::__private::Scopes::new()
                            .tag(
                                ::larder::__private::TagText::new()
                                    .literal("feed:")
                                    .value(&page),
                            )
                            .user(&::larder::__private::Probe::new(larder_user).part()),
                    )
            }
        };
        larder_miss.renew(move || <feed>::uncached(database, session, page));
    }
    /// Forgets the value of one call; says whether there was one. Beside `feed`, for `#[cached]`.
    pub fn invalidate(session: Session, page: u32) -> bool {
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
                        ::larder::__private::Probe::new(&session).part(),
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                )
            }
        };
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `feed`, for `#[cached]`.
    pub fn refresh(database: Arc<Database>, session: Session, page: u32) -> Vec<Post> {
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
                            ::larder::__private::Probe::new(&session).part(),
                            ::larder::__private::Probe::new(&page).part(),
                            ::larder::__private::Probe::new(larder_user).part(),
                        ),
                    )
                    .in_scopes(
                        ::larder::__private::Scopes::new()
                            .tag(
                                ::larder::__private::TagText::new()
                                    .literal("feed:")
                                    .value(&page),
                            )
                            .user(&::larder::__private::Probe::new(larder_user).part()),
                    )
            }
        };
        larder_miss.run(move || <feed>::uncached(database, session, page))
    }
    /// The cached value, if there is one; nothing runs. Beside `feed`, for `#[cached]`.
    #[must_use]
    pub fn peek(session: Session, page: u32) -> ::larder::__private::Option<Vec<Post>> {
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
                        ::larder::__private::Probe::new(&session).part(),
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                )
            }
        };
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `feed`, for `#[cached]`.
    pub fn insert(session: Session, page: u32, larder_value: Vec<Post>) {
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
                        ::larder::__private::Probe::new(&session).part(),
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                    larder_value,
                    ::larder::__private::Scopes::new()
                        .tag(
                            ::larder::__private::TagText::new()
                                .literal("feed:")
                                .value(&page),
                        )
                        .user(&::larder::__private::Probe::new(larder_user).part()),
                )
            }
        };
    }
    /// As a call, and says where the value came from. Beside `feed`, for `#[cached]`.
    pub fn lookup(
        database: Arc<Database>,
        session: Session,
        page: u32,
    ) -> ::larder::__private::Lookup<Vec<Post>> {
        let larder_begun = match &session.user {
            larder_user => {
                match ::larder::__private::begin_fresh_lookup::<
                    ::larder::__private::Free<fn()>,
                    _,
                    _,
                >(
                    <feed>::__site(),
                    <feed>::__config,
                    ::larder::__private::ReturnProbe::<Vec<Post>>::new().returns(),
                    (
                        ::larder::__private::Probe::new(&session).part(),
                        ::larder::__private::Probe::new(&page).part(),
                        ::larder::__private::Probe::new(larder_user).part(),
                    ),
                ) {
                    ::larder::__private::Fresh::Miss(larder_miss) => {
                        ::larder::__private::Fresh::Miss(
                            larder_miss
                                .in_scopes(
                                    ::larder::__private::Scopes::new()
                                        .tag(
                                            ::larder::__private::TagText::new()
                                                .literal("feed:")
                                                .value(&page),
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
            ::larder::__private::Fresh::Hit(larder_value) => larder_value,
            ::larder::__private::Fresh::Due(larder_value, larder_due) => {
                ::larder::__private::kept()
                    .and(database)
                    .keep()
                    .and(session)
                    .keep()
                    .and(page)
                    .keep()
                    .start(
                        larder_due,
                        |larder_since, ((((), database), session), page)| <feed>::__renew(
                            database,
                            session,
                            page,
                            larder_since,
                        ),
                    );
                larder_value
            }
            ::larder::__private::Fresh::Miss(larder_miss) => {
                larder_miss
                    .again(
                        ::larder::__private::kept()
                            .and_copy(&database)
                            .keep()
                            .and_copy(&session)
                            .keep()
                            .and_copy(&page)
                            .keep()
                            .repeat(|larder_since, ((((), database), session), page)| <feed>::__renew(
                                database,
                                session,
                                page,
                                larder_since,
                            )),
                    )
                    .run_lookup(move || <feed>::uncached(database, session, page))
            }
        }
    }
    /// The text of the key of one call. Beside `feed`, for `#[cached]`.
    #[must_use]
    pub fn key(session: Session, page: u32) -> ::larder::__private::String {
        let larder_answer = match &session.user {
            larder_user => {
                ::larder::__private::key_text(
                    <feed>::__site(),
                    (
                        ::larder::__private::Probe::new(&session).part(),
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
impl ::larder::__private::Arguments<(Session, u32), Vec<Post>> for feed {
    fn peek((session, page): (Session, u32)) -> ::larder::__private::Option<Vec<Post>> {
        Self::peek(session, page)
    }
    fn invalidate((session, page): (Session, u32)) -> bool {
        Self::invalidate(session, page)
    }
    fn insert((session, page): (Session, u32), larder_value: Vec<Post>) {
        Self::insert(session, page, larder_value);
    }
    fn key((session, page): (Session, u32)) -> ::larder::__private::String {
        Self::key(session, page)
    }
}
impl Shop {
    pub async fn price(self: Arc<Self>, article: u64) -> u64 {
        let larder_begun = ::larder::__private::begin_fresh::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Fresh::Hit(larder_value) => larder_value,
            ::larder::__private::Fresh::Due(larder_value, larder_due) => {
                ::larder::__private::kept()
                    .and(self)
                    .keep()
                    .and(article)
                    .keep()
                    .start_async(
                        larder_due,
                        |larder_since, (((), larder_self), article)| Self::__price_renew(
                            larder_self,
                            article,
                            larder_since,
                        ),
                    );
                larder_value
            }
            ::larder::__private::Fresh::Miss(larder_miss) => {
                larder_miss
                    .run_async(
                        ::larder::__private::pin!(Self::price_uncached(self, article)),
                    )
                    .await
                    .value
            }
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
    #[doc(hidden)]
    fn __price_site_needs_handle_none_in_trait_impls() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "price"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "ttl = 60, early = true",
            is_async: true,
            bounded: true,
        });
        ::larder::__private::register!(SITE);
        &SITE
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
    #[doc(hidden)]
    fn __price_config() -> ::larder::__private::Config<u64> {
        ::larder::__private::Config::<u64>::new()
            .ttl(::larder::__private::core::time::Duration::new(60u64, 0u32))
            .early(true)
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
    #[doc(hidden)]
    async fn __price_renew(
        self: Arc<Self>,
        article: u64,
        larder_since: ::larder::__private::Since,
    ) {
        let larder_miss = ::larder::__private::begin_renew::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
            larder_since,
        );
        larder_miss
            .renew_async(::larder::__private::pin!(Self::price_uncached(self, article)))
            .await;
    }
    /// Forgets the value of one call; says whether there was one. Beside `price`, for `#[cached]`.
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
    pub fn price_invalidate(self: Arc<Self>, article: u64) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `price`, for `#[cached]`.
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
    pub async fn price_refresh(self: Arc<Self>, article: u64) -> u64 {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
        );
        larder_miss
            .run_async(::larder::__private::pin!(Self::price_uncached(self, article)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `price`, for `#[cached]`.
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
    #[must_use]
    pub fn price_peek(
        self: Arc<Self>,
        article: u64,
    ) -> ::larder::__private::Option<u64> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `price`, for `#[cached]`.
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
    pub fn price_insert(self: Arc<Self>, article: u64, larder_value: u64) {
        ::larder::__private::insert::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `price`, for `#[cached]`.
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
    pub async fn price_lookup(
        self: Arc<Self>,
        article: u64,
    ) -> ::larder::__private::Lookup<u64> {
        let larder_begun = ::larder::__private::begin_fresh_lookup::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            Self::__price_config,
            ::larder::__private::ReturnProbe::<u64>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Fresh::Hit(larder_value) => larder_value,
            ::larder::__private::Fresh::Due(larder_value, larder_due) => {
                ::larder::__private::kept()
                    .and(self)
                    .keep()
                    .and(article)
                    .keep()
                    .start_async(
                        larder_due,
                        |larder_since, (((), larder_self), article)| Self::__price_renew(
                            larder_self,
                            article,
                            larder_since,
                        ),
                    );
                larder_value
            }
            ::larder::__private::Fresh::Miss(larder_miss) => {
                larder_miss
                    .run_async(
                        ::larder::__private::pin!(Self::price_uncached(self, article)),
                    )
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `price`, for `#[cached]`.
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
    #[must_use]
    pub fn price_key(self: Arc<Self>, article: u64) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            Self::__price_site_needs_handle_none_in_trait_impls(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&article).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `price`, for `#[cached]`.
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
    pub fn price_clear() {
        ::larder::__private::clear(
            Self::__price_site_needs_handle_none_in_trait_impls(),
        );
    }
    /// How often the cache was hit, and what the function cost. Beside `price`, for `#[cached]`.
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
    #[must_use]
    pub fn price_stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(Self::__price_site_needs_handle_none_in_trait_impls())
    }
    /// The cache of this function as a value. Beside `price`, for `#[cached]`.
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
    #[must_use]
    pub fn price_handle() -> ::larder::__private::Handle<(), u64> {
        ::larder::__private::handle::<
            (),
            u64,
        >(Self::__price_site_needs_handle_none_in_trait_impls())
    }
    /// The function itself, past the cache. Beside `price`, for `#[cached]`.
    #[allow(clippy::needless_pass_by_value)]
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub async fn price_uncached(self: Arc<Self>, article: u64) -> u64 {
        self.load(article).await
    }
}
