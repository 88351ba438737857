impl Depot {
    pub fn towns<T: Kind>(&self, within: f64) -> Vec<T> {
        let larder_begun = ::larder::__private::begin::<
            ::larder::__private::Method<Self, fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            Self::__towns_config::<T>,
            ::larder::__private::ReturnProbe::<Vec<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run(move || Self::towns_uncached::<T>(self, within))
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
    fn __towns_site_needs_handle_none_in_trait_impls() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "towns"
            ),
            file: ::larder::__private::core::file!(),
            line: ::larder::__private::core::line!(),
            options: "max_bytes = \"1MiB\", weigh = | value | value . len ()",
            is_async: false,
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
    fn __towns_config<T: Kind>() -> ::larder::__private::Config<Vec<T>> {
        ::larder::__private::Config::<Vec<T>>::new()
            .max_bytes(1048576u64)
            .weigh(|value| value.len())
    }
    /// Forgets the value of one call; says whether there was one. Beside `towns`, for `#[cached]`.
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
    pub fn towns_invalidate<T: Kind>(&self, within: f64) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Method<Self, fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            Self::__towns_config::<T>,
            ::larder::__private::ReturnProbe::<Vec<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `towns`, for `#[cached]`.
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
    pub fn towns_refresh<T: Kind>(&self, within: f64) -> Vec<T> {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Method<Self, fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            Self::__towns_config::<T>,
            ::larder::__private::ReturnProbe::<Vec<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
        );
        larder_miss.run(move || Self::towns_uncached::<T>(self, within))
    }
    /// The cached value, if there is one; nothing runs. Beside `towns`, for `#[cached]`.
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
    pub fn towns_peek<T: Kind>(
        &self,
        within: f64,
    ) -> ::larder::__private::Option<Vec<T>> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Method<Self, fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            Self::__towns_config::<T>,
            ::larder::__private::ReturnProbe::<Vec<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `towns`, for `#[cached]`.
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
    pub fn towns_insert<T: Kind>(&self, within: f64, larder_value: Vec<T>) {
        ::larder::__private::insert::<
            ::larder::__private::Method<Self, fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            Self::__towns_config::<T>,
            ::larder::__private::ReturnProbe::<Vec<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `towns`, for `#[cached]`.
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
    pub fn towns_lookup<T: Kind>(
        &self,
        within: f64,
    ) -> ::larder::__private::Lookup<Vec<T>> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Method<Self, fn(::larder::__private::PhantomData<T>)>,
            _,
            _,
        >(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            Self::__towns_config::<T>,
            ::larder::__private::ReturnProbe::<Vec<T>>::new().returns(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss.run_lookup(move || Self::towns_uncached::<T>(self, within))
            }
        }
    }
    /// The text of the key of one call. Beside `towns`, for `#[cached]`.
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
    pub fn towns_key<T: Kind>(&self, within: f64) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
            (
                ::larder::__private::Probe::new(&self).part(),
                ::larder::__private::Probe::new(&within).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `towns`, for `#[cached]`.
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
    pub fn towns_clear() {
        ::larder::__private::clear(
            Self::__towns_site_needs_handle_none_in_trait_impls(),
        );
    }
    /// How often the cache was hit, and what the function cost. Beside `towns`, for `#[cached]`.
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
    pub fn towns_stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(Self::__towns_site_needs_handle_none_in_trait_impls())
    }
    /// The cache of this function as a value. Beside `towns`, for `#[cached]`.
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
    pub fn towns_handle<T: Kind>() -> ::larder::__private::Handle<(), Vec<T>> {
        ::larder::__private::handle::<
            (),
            Vec<T>,
        >(Self::__towns_site_needs_handle_none_in_trait_impls())
    }
    /// The function itself, past the cache. Beside `towns`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    pub fn towns_uncached<T: Kind>(&self, within: f64) -> Vec<T> {
        self.search(within)
    }
    async fn open(name: &str) -> Option<Self> {
        let larder_begun = ::larder::__private::begin::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            Self::__open_config,
            ::larder::__private::ReturnProbe::<Option<Self>>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(::larder::__private::pin!(Self::open_uncached(name)))
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
    fn __open_site_needs_handle_none_in_trait_impls() -> &'static ::larder::__private::Site {
        static SITE: ::larder::__private::Site = ::larder::__private::Site::new(::larder::__private::Meta {
            name: ::larder::__private::core::concat!(
                ::larder::__private::core::module_path!(), "::", "open"
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
    fn __open_config() -> ::larder::__private::Config<Option<Self>> {
        ::larder::__private::Config::<Option<Self>>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `open`, for `#[cached]`.
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
    fn open_invalidate(name: &str) -> bool {
        let larder_answer = ::larder::__private::invalidate::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            Self::__open_config,
            ::larder::__private::ReturnProbe::<Option<Self>>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `open`, for `#[cached]`.
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
    async fn open_refresh(name: &str) -> Option<Self> {
        let larder_miss = ::larder::__private::begin_refresh::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            Self::__open_config,
            ::larder::__private::ReturnProbe::<Option<Self>>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_miss
            .run_async(::larder::__private::pin!(Self::open_uncached(name)))
            .await
            .value
    }
    /// The cached value, if there is one; nothing runs. Beside `open`, for `#[cached]`.
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
    fn open_peek(name: &str) -> ::larder::__private::Option<Option<Self>> {
        let larder_answer = ::larder::__private::peek::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            Self::__open_config,
            ::larder::__private::ReturnProbe::<Option<Self>>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `open`, for `#[cached]`.
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
    fn open_insert(name: &str, larder_value: Option<Self>) {
        ::larder::__private::insert::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            Self::__open_config,
            ::larder::__private::ReturnProbe::<Option<Self>>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `open`, for `#[cached]`.
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
    async fn open_lookup(name: &str) -> ::larder::__private::Lookup<Option<Self>> {
        let larder_begun = ::larder::__private::begin_lookup::<
            ::larder::__private::Method<Self, fn()>,
            _,
            _,
        >(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            Self::__open_config,
            ::larder::__private::ReturnProbe::<Option<Self>>::new().returns(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        match larder_begun {
            ::larder::__private::Begin::Hit(larder_value) => larder_value,
            ::larder::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_async(::larder::__private::pin!(Self::open_uncached(name)))
                    .await
            }
        }
    }
    /// The text of the key of one call. Beside `open`, for `#[cached]`.
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
    fn open_key(name: &str) -> ::larder::__private::String {
        let larder_answer = ::larder::__private::key_text(
            Self::__open_site_needs_handle_none_in_trait_impls(),
            (::larder::__private::Probe::new(&name).part(),),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `open`, for `#[cached]`.
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
    fn open_clear() {
        ::larder::__private::clear(Self::__open_site_needs_handle_none_in_trait_impls());
    }
    /// How often the cache was hit, and what the function cost. Beside `open`, for `#[cached]`.
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
    fn open_stats() -> ::larder::__private::FunctionStats {
        ::larder::__private::stats(Self::__open_site_needs_handle_none_in_trait_impls())
    }
    /// The cache of this function as a value. Beside `open`, for `#[cached]`.
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
    fn open_handle() -> ::larder::__private::Handle<(), Option<Self>> {
        ::larder::__private::handle::<
            (),
            Option<Self>,
        >(Self::__open_site_needs_handle_none_in_trait_impls())
    }
    /// The function itself, past the cache. Beside `open`, for `#[cached]`.
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    async fn open_uncached(name: &str) -> Option<Self> {
        Self::find(name).await
    }
}
