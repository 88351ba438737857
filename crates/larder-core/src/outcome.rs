//! What a function returns: whether it is worth keeping, and how a kept value is handed out again.
//!
//! # Tokens
//!
//! For a return type `Ret` (for async functions the output), every token spanned at the return type, `Ret` itself being
//! the user's tokens (`'_` and elided lifetimes never occur: borrowed results are refused before):
//!
//! ```text
//! ::larder::__private::ReturnProbe::<Ret>::new().returns()
//! ```
//!
//! It is an expression of a zero-sized `Copy` type, the proof, that implements [`Returns<Ret>`]. It is decided from the
//! type, through aliases such as `io::Result`, and from the bounds in scope in generic functions. No trait needs to be in
//! scope. It can be evaluated wherever a proof is needed; identical errors of identical tokens are shown once by rustc.
//!
//! | probe | takes | proof |
//! |---|---|---|
//! | [`ReturnProbe`] | `Result<Option<T: Clone>, E: Clone>` | [`ResultOption`] |
//! | [`OkOptionProbe`] | `Result<Option<T: Clone>, E>` | [`OkOption`] |
//! | [`ResultProbe`] | `Result<T: Clone, E: Clone>` | [`ResultValue`] |
//! | [`OkProbe`] | `Result<T: Clone, E>` | [`OkValue`] |
//! | [`OptionalProbe`] | `Option<T: Clone>` | [`OptionValue`] |
//! | [`PlainProbe`] | `V: Clone` | [`Plain`] |
//! | the rest | everything else | the one error, at [`Cacheable`] or [`Shareable`] |
//!
//! All of them ask for `Send + Sync + 'static` too.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// What kind of result a function gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// A value: plain, `Some`, or `Ok` (also `Ok(Some)`).
    Value,
    /// `None` or `Ok(None)`.
    None,
    /// `Err`.
    Err,
}

/// The proof that results of one type can be kept and shared.
///
/// Its associated type carries the bounds, so that the runtime needs none of its own and a result that cannot be cached
/// gives one error, at the return type.
///
/// Not public API. Used by generated code.
pub trait Proof: Copy + 'static {
    /// The return type itself.
    type Value: Send + Sync + 'static;
    /// What of it is worth storing as bytes: the value inside an `Ok`.
    type Part: 'static;

    /// That part, if it has one.
    fn part(value: &Self::Value) -> Option<&Self::Part>;

    /// The result with this part.
    fn whole(part: Self::Part) -> Self::Value;

    /// A copy of `value` for another caller; `None` where it cannot be copied (an `Err` whose error is not `Clone`).
    fn share(value: &Self::Value) -> Option<Self::Value>;

    /// What kind of result `value` is.
    fn class(value: &Self::Value) -> Class;
}

/// A [`Proof`] for results of type `V`.
///
/// Not public API. Used by generated code.
pub trait Returns<V>: Proof<Value = V> {}

impl<V, P: Proof<Value = V>> Returns<V> for P {}

/// `Result<T, E>`, as `cache_err` and `err_ttl` need it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no errors to cache",
    label = "this option needs a function that returns `Result`",
    note = "remove `cache_err` and `err_ttl`, or return a `Result`"
)]
pub trait Fallible {
    /// The success type.
    type Ok;
    /// The error type.
    type Error;

    /// The error, if this is one.
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Ok = T;
    type Error = E;

    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// A `Result` with errors of type `E`, as the pattern of `cache_err` needs it.
///
/// The error is a parameter: an associated type gives a second compile error where there is none.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no errors to cache",
    label = "this option needs a function that returns `Result`",
    note = "remove `cache_err` and `err_ttl`, or return a `Result`"
)]
pub trait FailsWith<E> {
    /// The error, if this is one.
    fn failure(&self) -> Option<&E>;
}

impl<T, E> FailsWith<E> for Result<T, E> {
    fn failure(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// `Option<T>` or `Result<Option<T>, E>`, as `cache_none` and `none_ttl` need it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never `None`",
    label = "this option needs a function that returns `Option` or `Result<Option<_>, _>`",
    note = "remove `cache_none` and `none_ttl`, or choose what is kept with `cache_if = |value| ...`"
)]
pub trait Optional {
    /// Whether this is `None` or `Ok(None)`.
    fn is_none(&self) -> bool;
}

impl<T> Optional for Option<T> {
    fn is_none(&self) -> bool {
        Option::is_none(self)
    }
}

impl<T, E> Optional for Result<Option<T>, E> {
    fn is_none(&self) -> bool {
        matches!(self, Ok(None))
    }
}

/// What the last probes ask for: nothing has it, it gives the error its words.
///
/// A parameter and not `Self` is the type, or rustc would advise generic functions to ask for this trait.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{V}` cannot be cached; cached values must implement `Clone` (wrap it in `Arc`)",
    label = "this is kept and copied for the next caller",
    note = "put `#[derive(Clone)]` on the type, or return `Arc<..>`"
)]
pub trait Cacheable<V: ?Sized> {}

/// What the probes before them ask for, where only `Send + Sync` is missing.
///
/// Not public API. Used by generated code.
#[diagnostic::on_unimplemented(
    message = "`{V}` cannot be cached; cached values are shared between threads and must be `Send + Sync`",
    label = "this is kept and given to callers on any thread",
    note = "use `Arc` in place of `Rc`, `Mutex`, `RwLock` or an atomic in place of `Cell` and `RefCell`, and `Box<dyn Error + Send + Sync>` in place of `Box<dyn Error>`"
)]
pub trait Shareable<V: ?Sized> {}

macro_rules! probe {
    ($(#[$doc:meta])* $name:ident => $next:ident) => {
        $(#[$doc])*
        ///
        /// Not public API. Used by generated code.
        pub struct $name<V>($next<V>);

        impl<V> $name<V> {
            const NEW: Self = Self($next::NEW);
        }

        impl<V> Deref for $name<V> {
            type Target = $next<V>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<V> fmt::Debug for $name<V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}

probe! {
    /// Takes results of options whose errors can be copied too.
    ReturnProbe => OkOptionProbe
}
probe! {
    /// Takes results of options.
    OkOptionProbe => ResultProbe
}
probe! {
    /// Takes results whose errors can be copied too.
    ResultProbe => OkProbe
}
probe! {
    /// Takes results.
    OkProbe => OptionalProbe
}
probe! {
    /// Takes options.
    OptionalProbe => PlainProbe
}
probe! {
    /// Takes what can be copied.
    PlainProbe => UnshareableResultProbe
}
probe! {
    /// Takes results that could be copied but not shared between threads.
    UnshareableResultProbe => UnshareableProbe
}
probe! {
    /// Takes what could be copied but not shared between threads.
    UnshareableProbe => UncacheableResultProbe
}
probe! {
    /// Takes the remaining results, to name the success type in the error.
    UncacheableResultProbe => UncacheableProbe
}

/// Takes what is left.
///
/// Not public API. Used by generated code.
pub struct UncacheableProbe<V>(PhantomData<fn() -> V>);

impl<V> UncacheableProbe<V> {
    const NEW: Self = Self(PhantomData);
}

impl<V> fmt::Debug for UncacheableProbe<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UncacheableProbe")
    }
}

#[expect(clippy::new_without_default, reason = "only generated code builds one, by this name")]
impl<V> ReturnProbe<V> {
    /// Asks how results of type `V` can be kept.
    pub const fn new() -> Self {
        Self::NEW
    }
}

macro_rules! proof {
    (
        $(#[$doc:meta])* $proof:ident by $probe:ident<$value:ty> for [$($bounds:tt)*],
        share: $share:expr, class: $class:expr,
        part: $part:ty = $some:expr, whole: $whole:expr
    ) => {
        $(#[$doc])*
        ///
        /// Not public API. Used by generated code.
        pub struct $proof<V>(PhantomData<fn() -> V>);

        impl<V> Clone for $proof<V> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<V> Copy for $proof<V> {}

        impl<V> fmt::Debug for $proof<V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($proof))
            }
        }

        impl<$($bounds)*> $probe<$value> {
            /// The proof for this kind of result.
            pub const fn returns(&self) -> $proof<$value> {
                $proof(PhantomData)
            }
        }

        impl<$($bounds)*> Proof for $proof<$value> {
            type Value = $value;
            type Part = $part;

            fn part(value: &Self::Value) -> Option<&Self::Part> {
                let part: fn(&Self::Value) -> Option<&Self::Part> = $some;
                part(value)
            }

            fn whole(part: Self::Part) -> Self::Value {
                let whole: fn(Self::Part) -> Self::Value = $whole;
                whole(part)
            }

            #[inline]
            fn share(value: &Self::Value) -> Option<Self::Value> {
                let share: fn(&Self::Value) -> Option<Self::Value> = $share;
                share(value)
            }

            #[inline]
            fn class(value: &Self::Value) -> Class {
                let class: fn(&Self::Value) -> Class = $class;
                class(value)
            }
        }
    };
}

proof! {
    /// Copies everything; knows `Ok(None)`.
    ResultOption by ReturnProbe<Result<Option<T>, E>>
        for [T: Clone + Send + Sync + 'static, E: Clone + Send + Sync + 'static],
    share: |value| Some(value.clone()),
    class: class_of_result_option,
    part: Option<T> = |value| value.as_ref().ok(), whole: Ok
}
proof! {
    /// Copies `Ok`; knows `Ok(None)`.
    OkOption by OkOptionProbe<Result<Option<T>, E>> for [T: Clone + Send + Sync + 'static, E: Send + Sync + 'static],
    share: |value| value.as_ref().ok().map(|value| Ok(value.clone())),
    class: class_of_result_option,
    part: Option<T> = |value| value.as_ref().ok(), whole: Ok
}
proof! {
    /// Copies everything.
    ResultValue by ResultProbe<Result<T, E>>
        for [T: Clone + Send + Sync + 'static, E: Clone + Send + Sync + 'static],
    share: |value| Some(value.clone()),
    class: class_of_result,
    part: T = |value| value.as_ref().ok(), whole: Ok
}
proof! {
    /// Copies `Ok`.
    OkValue by OkProbe<Result<T, E>> for [T: Clone + Send + Sync + 'static, E: Send + Sync + 'static],
    share: |value| value.as_ref().ok().map(|value| Ok(value.clone())),
    class: class_of_result,
    part: T = |value| value.as_ref().ok(), whole: Ok
}
proof! {
    /// Copies everything; knows `None`.
    OptionValue by OptionalProbe<Option<T>> for [T: Clone + Send + Sync + 'static],
    share: |value| Some(value.clone()),
    class: |value| if value.is_some() { Class::Value } else { Class::None },
    part: Option<T> = |value| Some(value), whole: |part| part
}
proof! {
    /// Copies everything; every value is one.
    Plain by PlainProbe<V> for [V: Clone + Send + Sync + 'static],
    share: |value| Some(value.clone()),
    class: |_| Class::Value,
    part: V = |value| Some(value), whole: |part| part
}

impl<T: Clone, E> UnshareableResultProbe<Result<T, E>> {
    /// Never compiles: the result is not `Send + Sync`, or an earlier probe had taken it.
    pub fn returns<P>(&self) -> P
    where
        (): Shareable<Result<T, E>>,
    {
        unfit()
    }
}

impl<V: Clone> UnshareableProbe<V> {
    /// Never compiles: the result is not `Send + Sync`, or an earlier probe had taken it.
    pub fn returns<P>(&self) -> P
    where
        (): Shareable<V>,
    {
        unfit()
    }
}

impl<T, E> UncacheableResultProbe<Result<T, E>> {
    /// Never compiles: the success type is not `Clone`, or an earlier probe had taken it.
    pub fn returns<P>(&self) -> P
    where
        (): Cacheable<T>,
    {
        unfit()
    }
}

impl<V> UncacheableProbe<V> {
    /// Never compiles: the result is not `Clone`, or an earlier probe had taken it.
    pub fn returns<P>(&self) -> P
    where
        (): Cacheable<V>,
    {
        unfit()
    }
}

fn class_of_result<T, E>(value: &Result<T, E>) -> Class {
    if value.is_ok() { Class::Value } else { Class::Err }
}

fn class_of_result_option<T, E>(value: &Result<Option<T>, E>) -> Class {
    match value {
        Ok(Some(_)) => Class::Value,
        Ok(None) => Class::None,
        Err(_) => Class::Err,
    }
}

/// Never called: where its callers' bounds hold, an earlier probe was taken.
fn unfit<P>() -> P {
    unreachable!("a result that cannot be cached does not compile")
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::{any, io};

    use super::*;

    /// The proof that was taken for a type, and what it says of a value: its class, and whether it can be shared.
    macro_rules! proof {
        ($type:ty) => {
            name(&ReturnProbe::<$type>::new().returns())
        };
        ($type:ty: $value:expr) => {
            says(ReturnProbe::<$type>::new().returns(), &$value)
        };
    }

    fn name<P: Proof>(_: &P) -> &'static str {
        let name = any::type_name::<P>().split('<').next().unwrap_or_default();
        name.rsplit("::").next().unwrap_or_default()
    }

    fn says<V, P: Returns<V>>(_: P, value: &V) -> (Class, bool) {
        let shared = P::share(value);
        if let Some(shared) = &shared {
            assert_eq!(P::class(shared), P::class(value));
        }
        (P::class(value), shared.is_some())
    }

    #[derive(Debug, Clone, PartialEq)]
    struct Value;

    /// An error that cannot be cloned.
    #[derive(Debug)]
    struct Unique;

    type Alias<T> = Result<T, Unique>;
    type Nested = Alias<Option<Value>>;
    type Boxed<T> = Result<T, Box<dyn Error + Send + Sync>>;

    #[test]
    fn the_proof_is_chosen_by_the_type() {
        assert_eq!(proof!(Value), "Plain");
        assert_eq!(proof!(()), "Plain");
        assert_eq!(proof!(Vec<Option<Value>>), "Plain");
        assert_eq!(proof!((Result<Value, String>, u8)), "Plain");
        assert_eq!(proof!(std::sync::Arc<Unique>), "Plain");
        assert_eq!(proof!(&'static Unique), "Plain");
        assert_eq!(proof!(Option<Value>), "OptionValue");
        assert_eq!(proof!(Option<&'static Unique>), "OptionValue");
        assert_eq!(proof!(Option<Option<Value>>), "OptionValue");
        assert_eq!(proof!(Option<Result<Value, String>>), "OptionValue");
        assert_eq!(proof!(Result<Value, String>), "ResultValue");
        assert_eq!(proof!(Result<Value, Unique>), "OkValue");
        assert_eq!(proof!(Result<&'static str, Unique>), "OkValue");
        assert_eq!(proof!(Result<Option<Value>, String>), "ResultOption");
        assert_eq!(proof!(Result<Option<Value>, Unique>), "OkOption");
    }

    #[test]
    fn aliases_are_what_they_stand_for() {
        assert_eq!(proof!(io::Result<Value>), "OkValue");
        assert_eq!(proof!(io::Result<Option<Value>>), "OkOption");
        assert_eq!(proof!(Alias<Value>), "OkValue");
        assert_eq!(proof!(Nested), "OkOption");
        assert_eq!(proof!(Boxed<Value>), "OkValue");
        assert_eq!(proof!(std::fmt::Result), "ResultValue");
    }

    #[test]
    fn in_generic_functions_the_bounds_decide() {
        fn plain<T: Clone + Send + Sync + 'static>() -> &'static str {
            proof!(T)
        }
        fn option<T: Clone + Send + Sync + 'static>() -> &'static str {
            proof!(Option<T>)
        }
        fn ok<T: Clone + Send + Sync + 'static, E: Send + Sync + 'static>() -> [&'static str; 2] {
            [proof!(Result<T, E>), proof!(Result<Option<T>, E>)]
        }
        fn result<T, E>() -> [&'static str; 2]
        where
            T: Clone + Send + Sync + 'static,
            E: Clone + Send + Sync + 'static,
        {
            [proof!(Result<T, E>), proof!(Result<Option<T>, E>)]
        }
        trait Repository {
            type Row: Clone + Send + Sync + 'static;
            type Failure: Send + Sync + 'static;

            fn row() -> &'static str {
                proof!(Result<Option<Self::Row>, Self::Failure>)
            }
        }
        impl Repository for () {
            type Row = Value;
            type Failure = String;
        }
        assert_eq!(plain::<Value>(), "Plain");
        // What `T` is elsewhere does not matter: the function is compiled once.
        assert_eq!(plain::<Option<Value>>(), "Plain");
        assert_eq!(option::<Value>(), "OptionValue");
        assert_eq!(ok::<Value, String>(), ["OkValue", "OkOption"]);
        assert_eq!(result::<Value, String>(), ["ResultValue", "ResultOption"]);
        assert_eq!(<() as Repository>::row(), "OkOption");
    }

    #[test]
    fn classes_and_what_can_be_shared() {
        assert_eq!(proof!(Value: Value), (Class::Value, true));
        assert_eq!(proof!(Option<Value>: Some(Value)), (Class::Value, true));
        assert_eq!(proof!(Option<Value>: None), (Class::None, true));
        assert_eq!(proof!(Option<Option<Value>>: Some(None)), (Class::Value, true));
        assert_eq!(proof!(Result<Value, String>: Ok(Value)), (Class::Value, true));
        assert_eq!(proof!(Result<Value, String>: Err(String::new())), (Class::Err, true));
        assert_eq!(proof!(Alias<Value>: Ok(Value)), (Class::Value, true));
        assert_eq!(proof!(Alias<Value>: Err(Unique)), (Class::Err, false));
        assert_eq!(proof!(Nested: Ok(Some(Value))), (Class::Value, true));
        assert_eq!(proof!(Nested: Ok(None)), (Class::None, true));
        assert_eq!(proof!(Nested: Err(Unique)), (Class::Err, false));
        assert_eq!(proof!(Result<Option<Value>, u8>: Ok(None)), (Class::None, true));
        assert_eq!(proof!(Result<Option<Value>, u8>: Err(1)), (Class::Err, true));
    }

    #[test]
    fn errors_and_nones_are_seen_through_aliases() {
        fn error<R: Fallible>(result: &R) -> bool {
            result.error().is_some()
        }
        fn none<R: Optional>(result: &R) -> bool {
            result.is_none()
        }
        assert!(error(&io::Result::<()>::Err(io::ErrorKind::NotFound.into())));
        assert!(!error(&Alias::Ok(Value)));
        assert!(none(&Nested::Ok(None)));
        assert!(!none(&Nested::Err(Unique)));
        assert!(!none(&Some(None::<u8>)));
    }

    #[test]
    fn a_proof_takes_no_room() {
        assert_eq!(size_of_val(&ReturnProbe::<Result<Option<Value>, Unique>>::new().returns()), 0);
    }
}
