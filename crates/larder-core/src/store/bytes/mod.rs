//! Stores of bytes outside this process, or on its disk: what one has to be able to do, and nothing of functions, values or freshness.
//!
//! A store answers batches of small operations. The order of one batch holds for each key; between the keys of a batch nothing is promised, and nothing needs it:
//! validity is decided by numbers that only grow ([`Operation::Raise`]), so that no two keys have to change together, and a store may be a cluster.

mod absent;
mod error;
pub mod link;
mod notice;
mod operation;

use std::{future::Future, pin::Pin, time::Duration};

pub use self::{
    absent::Absent,
    error::StoreError,
    notice::{Listener, Notice, Watch},
    operation::{Answer, Operation},
};

/// A future in a box, as the async half of a [`Store`] gives it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a batch comes to: an answer for each operation, in its order.
pub type Answers = Result<Vec<Answer>, StoreError>;

/// A place for bytes that other processes may share.
///
/// Both halves do the same; a store that is at home in one of them adapts the other.
///
/// # Duties
///
/// - Every operation ends within the store's own deadline, also when the other side is gone; a store that is known to be gone says so at once
///   ([`StoreError::is_unavailable`]).
/// - What has expired is not given out. Times are relative, measured by the store, and exact to a second or better ([`Capabilities::resolution`]).
/// - A [`Raise`](Operation::Raise) or [`Add`](Operation::Add) is atomic for its key; concurrent ones lose nothing.
/// - Nothing panics for whatever bytes are stored under a key.
///
/// `larder::testing::store_suite!` checks all of this.
///
/// # Writing one
///
/// `examples/own_store.rs` is a whole one, over SQLite. What is easily missed:
///
/// - *Under a key* there is either a value ([`Put`](Operation::Put)) or a number ([`Raise`](Operation::Raise), [`Add`](Operation::Add)), and each replaces the other. A value is missing to the operations on numbers;
///   one that consists of digits, and what [`Get`](Operation::Get) answers of a number, are up to the store.
/// - *What has expired* is missing for every operation, also for those that replace, raise or add.
/// - *A batch* need not be a transaction. When one of its operations fails, all of it is an error, whatever was done before.
/// - *Who asks*: any thread, many at once, and never under a lock of larder's. [`run`](Self::run) is called by sync functions, also on threads of a runtime, where it must not start another one;
///   [`run_async`](Self::run_async) may be polled by any executor, or by none but a thread that waits.
/// - *Messages* may be left as they are: with `l1`, other processes then follow when its time is over.
/// - *Operations are non-exhaustive*: answer those you do not know by [`StoreError::unsupported`].
/// - *Functions share a store* that is given to them as one `Arc`: `store = STORE.clone()` of a static. An expression that makes a new one makes one for each function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store",
    label = "values cannot be kept here",
    note = "write `redis`, `memcached`, `file`, `null` or `shared`, or an expression of a type that implements `larder::store::Store`, such as `my::store()`"
)]
pub trait Store: Send + Sync + 'static {
    /// What it is called in statistics and errors: `"redis"`. No addresses, no passwords.
    fn name(&self) -> &'static str;

    /// What it can do beside its duties.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Answers a batch on the calling thread. Cost: one round trip for a store that has [`Capabilities::pipelines`], otherwise one for each operation.
    ///
    /// # Errors
    ///
    /// When the store cannot be reached in time, or refuses. Some of the operations may have been done then.
    fn run(&self, batch: &[Operation]) -> Answers;

    /// Answers a batch without blocking the task that asks.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers>;

    /// Removes every key that begins with `prefix`; says how many. Cost: linear in the keys of the store; other callers are served meanwhile.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and when the store cannot list its keys ([`Capabilities::lists`]): then invalidate by scope instead.
    fn clear(&self, prefix: &str) -> Result<u64, StoreError>;

    /// The same without blocking the task that asks.
    ///
    /// # Errors
    ///
    /// As [`clear`](Self::clear).
    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>>;

    /// Sends a message to those who [watch](Self::watch) in other processes. It reaches whoever listens at that moment. Without being overridden it reaches nobody.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        let _ = message;
        Ok(())
    }

    /// The same without blocking the task that asks.
    ///
    /// # Errors
    ///
    /// As [`notify`](Self::notify).
    fn notify_async<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        let _ = message;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Listens to what other processes [send](Self::notify), until what this gives is dropped; `None` for a store that cannot tell.
    fn watch(&self, listener: Listener) -> Option<Watch> {
        let _ = listener;
        None
    }
}

/// What a store can do beside its duties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Whether a batch is one round trip, however many operations it has.
    pub pipelines: bool,
    /// Whether it can list keys by prefix, so that [`Store::clear`] works.
    pub lists: bool,
    /// Whether other processes see what is stored.
    pub is_shared: bool,
    /// The longest key in bytes that is stored as it is; longer ones are hashed by the store itself. `None`: any length.
    pub longest_key: Option<usize>,
    /// The largest value in bytes; larger ones are refused with [`StoreError::is_too_large`]. `None`: no limit worth mentioning.
    pub largest_value: Option<usize>,
    /// To what an expiry is exact.
    pub resolution: Duration,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            pipelines: false,
            lists: false,
            is_shared: false,
            longest_key: None,
            largest_value: None,
            resolution: Duration::from_millis(1),
        }
    }
}

impl Capabilities {
    /// A batch is one round trip.
    #[must_use]
    pub fn pipelines(mut self) -> Self {
        self.pipelines = true;
        self
    }

    /// Keys can be listed by prefix.
    #[must_use]
    pub fn lists(mut self) -> Self {
        self.lists = true;
        self
    }

    /// Other processes see what is stored.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// Longer keys than this are hashed by the store.
    #[must_use]
    pub fn longest_key(mut self, bytes: usize) -> Self {
        self.longest_key = Some(bytes);
        self
    }

    /// Larger values than this are refused.
    #[must_use]
    pub fn largest_value(mut self, bytes: usize) -> Self {
        self.largest_value = Some(bytes);
        self
    }

    /// Expiries are exact to this.
    #[must_use]
    pub fn resolution(mut self, resolution: Duration) -> Self {
        self.resolution = resolution;
        self
    }
}
