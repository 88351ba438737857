//! Cached functions in a crate that calls larder `pantry`, denies every lint, and has items named like larder's own.
#![deny(
    warnings,
    clippy::pedantic,
    unused_qualifications,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations
)]
#![deny(
    unused_lifetimes,
    single_use_lifetimes,
    unused_results,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    trivial_casts
)]
#![deny(
    trivial_numeric_casts,
    unused_import_braces,
    unsafe_op_in_unsafe_fn,
    unnameable_types,
    clippy::undocumented_unsafe_blocks
)]

pub mod background;
mod functions;
pub mod names;
pub mod public;

pub use functions::run_private;
pub use public::Users;
