#[cfg(feature = "prices")]
#[expect(dead_code, reason = "as it is")]
#[allow(clippy::cast_lossless, reason = "as it is")]
fn price(article: u32, #[cfg(feature = "discounts")] discount: u8) -> u64 {
    let larder_begun = crate::runtime::__private::begin::<
        crate::runtime::__private::Free<fn()>,
        _,
        _,
    >(
        <price>::__site(),
        <price>::__config,
        crate::runtime::__private::ReturnProbe::<u64>::new().returns(),
        (
            crate::runtime::__private::Probe::new(&article).part(),
            #[cfg(feature = "discounts")]
            crate::runtime::__private::Probe::new(&discount).part(),
        ),
    );
    match larder_begun {
        crate::runtime::__private::Begin::Hit(larder_value) => larder_value,
        crate::runtime::__private::Begin::Miss(larder_miss) => {
            larder_miss
                .run(move || <price>::uncached(
                    article,
                    #[cfg(feature = "discounts")]
                    discount,
                ))
        }
    }
}
#[cfg(feature = "prices")]
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    dead_code,
    missing_debug_implementations,
    missing_copy_implementations
)]
enum price {}
#[cfg(feature = "prices")]
impl price {
    /// The function itself, past the cache. Beside `price`, for `#[cached]`.
    #[expect(clippy::cast_lossless, reason = "as it is")]
    #[allow(
        dead_code,
        private_interfaces,
        private_bounds,
        clippy::missing_errors_doc,
        clippy::missing_panics_doc,
        clippy::missing_safety_doc,
        clippy::must_use_candidate
    )]
    fn uncached(article: u32, #[cfg(feature = "discounts")] discount: u8) -> u64 {
        article as u64
    }
}
#[cfg(feature = "prices")]
#[allow(clippy::cast_lossless, reason = "as it is")]
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
impl price {
    #[doc(hidden)]
    fn __site() -> &'static crate::runtime::__private::Site {
        static SITE: crate::runtime::__private::Site = crate::runtime::__private::Site::new(crate::runtime::__private::Meta {
            name: crate::runtime::__private::core::concat!(
                crate ::runtime::__private::core::module_path!(), "::", "price"
            ),
            file: crate::runtime::__private::core::file!(),
            line: crate::runtime::__private::core::line!(),
            options: "crate = crate :: runtime",
            is_async: false,
            bounded: false,
        });
        crate::runtime::__private::register!(SITE);
        &SITE
    }
    #[doc(hidden)]
    fn __config() -> crate::runtime::__private::Config<u64> {
        crate::runtime::__private::Config::<u64>::new()
    }
    /// Forgets the value of one call; says whether there was one. Beside `price`, for `#[cached]`.
    fn invalidate(article: u32, #[cfg(feature = "discounts")] discount: u8) -> bool {
        let larder_answer = crate::runtime::__private::invalidate::<
            crate::runtime::__private::Free<fn()>,
            _,
            _,
        >(
            <price>::__site(),
            <price>::__config,
            crate::runtime::__private::ReturnProbe::<u64>::new().returns(),
            (
                crate::runtime::__private::Probe::new(&article).part(),
                #[cfg(feature = "discounts")]
                crate::runtime::__private::Probe::new(&discount).part(),
            ),
        );
        larder_answer
    }
    /// Runs the function whatever is cached, and keeps the new value. Beside `price`, for `#[cached]`.
    fn refresh(article: u32, #[cfg(feature = "discounts")] discount: u8) -> u64 {
        let larder_miss = crate::runtime::__private::begin_refresh::<
            crate::runtime::__private::Free<fn()>,
            _,
            _,
        >(
            <price>::__site(),
            <price>::__config,
            crate::runtime::__private::ReturnProbe::<u64>::new().returns(),
            (
                crate::runtime::__private::Probe::new(&article).part(),
                #[cfg(feature = "discounts")]
                crate::runtime::__private::Probe::new(&discount).part(),
            ),
        );
        larder_miss
            .run(move || <price>::uncached(
                article,
                #[cfg(feature = "discounts")]
                discount,
            ))
    }
    /// The cached value, if there is one; nothing runs. Beside `price`, for `#[cached]`.
    #[must_use]
    fn peek(
        article: u32,
        #[cfg(feature = "discounts")]
        discount: u8,
    ) -> crate::runtime::__private::Option<u64> {
        let larder_answer = crate::runtime::__private::peek::<
            crate::runtime::__private::Free<fn()>,
            _,
            _,
        >(
            <price>::__site(),
            <price>::__config,
            crate::runtime::__private::ReturnProbe::<u64>::new().returns(),
            (
                crate::runtime::__private::Probe::new(&article).part(),
                #[cfg(feature = "discounts")]
                crate::runtime::__private::Probe::new(&discount).part(),
            ),
        );
        larder_answer
    }
    /// Keeps a value as if the function had returned it, and ends what was computed from the one before. Beside `price`, for `#[cached]`.
    fn insert(
        article: u32,
        #[cfg(feature = "discounts")]
        discount: u8,
        larder_value: u64,
    ) {
        crate::runtime::__private::insert::<
            crate::runtime::__private::Free<fn()>,
            _,
            _,
        >(
            <price>::__site(),
            <price>::__config,
            crate::runtime::__private::ReturnProbe::<u64>::new().returns(),
            (
                crate::runtime::__private::Probe::new(&article).part(),
                #[cfg(feature = "discounts")]
                crate::runtime::__private::Probe::new(&discount).part(),
            ),
            larder_value,
        );
    }
    /// As a call, and says where the value came from. Beside `price`, for `#[cached]`.
    fn lookup(
        article: u32,
        #[cfg(feature = "discounts")]
        discount: u8,
    ) -> crate::runtime::__private::Lookup<u64> {
        let larder_begun = crate::runtime::__private::begin_lookup::<
            crate::runtime::__private::Free<fn()>,
            _,
            _,
        >(
            <price>::__site(),
            <price>::__config,
            crate::runtime::__private::ReturnProbe::<u64>::new().returns(),
            (
                crate::runtime::__private::Probe::new(&article).part(),
                #[cfg(feature = "discounts")]
                crate::runtime::__private::Probe::new(&discount).part(),
            ),
        );
        match larder_begun {
            crate::runtime::__private::Begin::Hit(larder_value) => larder_value,
            crate::runtime::__private::Begin::Miss(larder_miss) => {
                larder_miss
                    .run_lookup(move || <price>::uncached(
                        article,
                        #[cfg(feature = "discounts")]
                        discount,
                    ))
            }
        }
    }
    /// The text of the key of one call. Beside `price`, for `#[cached]`.
    #[must_use]
    fn key(
        article: u32,
        #[cfg(feature = "discounts")]
        discount: u8,
    ) -> crate::runtime::__private::String {
        let larder_answer = crate::runtime::__private::key_text(
            <price>::__site(),
            (
                crate::runtime::__private::Probe::new(&article).part(),
                #[cfg(feature = "discounts")]
                crate::runtime::__private::Probe::new(&discount).part(),
            ),
        );
        larder_answer
    }
    /// Forgets the values of all calls. Beside `price`, for `#[cached]`.
    fn clear() {
        crate::runtime::__private::clear(<price>::__site());
    }
    /// How often the cache was hit, and what the function cost. Beside `price`, for `#[cached]`.
    #[must_use]
    fn stats() -> crate::runtime::__private::FunctionStats {
        crate::runtime::__private::stats(<price>::__site())
    }
    /// The cache of this function as a value. Beside `price`, for `#[cached]`.
    #[must_use]
    fn handle() -> crate::runtime::__private::Handle<(), u64> {
        crate::runtime::__private::handle::<(), u64>(<price>::__site())
    }
}
