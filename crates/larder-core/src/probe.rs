//! Chains of probes: each takes the types whose bounds hold for it, and dereferences to the next one, where method lookup goes on.

/// One probe of a chain: `Name => Next`, or the last one, `Name`.
macro_rules! probe {
    ($(#[$doc:meta])* $name:ident => $next:ident) => {
        $(#[$doc])*
        ///
        /// Not public API. Used by generated code.
        #[derive(Debug)]
        pub struct $name<'a, T>($next<'a, T>);

        impl<'a, T> $name<'a, T> {
            const fn over(value: &'a T) -> Self {
                Self($next::over(value))
            }

            const fn value(&self) -> &'a T {
                self.0.value()
            }
        }

        impl<'a, T> Deref for $name<'a, T> {
            type Target = $next<'a, T>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }
    };
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Not public API. Used by generated code.
        #[derive(Debug)]
        pub struct $name<'a, T>(&'a T);

        impl<'a, T> $name<'a, T> {
            const fn over(value: &'a T) -> Self {
                Self(value)
            }

            const fn value(&self) -> &'a T {
                self.0
            }
        }
    };
}

pub(crate) use probe;
