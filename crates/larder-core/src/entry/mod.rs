//! The entries of a cache: values under keys of the program's choice, beside those of its functions.
//!
//! They are those of one more function, which has no name, one instance for each type of values, and the text of the key for a key. What holds for functions holds for
//! them: invalidations, lifetimes, bounds, flights, statistics. What is different is here. `place` says where values live and so which types they may have, `table` finds the
//! instance, `read`, `write`, `leave` and `load` do what the operations of [`Cache`](crate::Cache) say, of one key or several, `number` counts. Each is one future
//! for both kinds of callers: where a caller may be blocked, it never waits.

mod key;
mod leave;
mod load;
mod number;
mod operations;
mod options;
mod place;
mod read;
mod table;
mod value;
mod write;

pub(crate) use self::table::Entries;
pub use self::{
    operations::{BlockingWith, CacheWith},
    options::EntryOptions,
    place::{Keeps, Memory, Named, Place, Shared, Standard},
};
#[doc(hidden)]
pub use self::{place::GivenSerializer, value::Failed};
