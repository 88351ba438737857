//! What stores of other processes have to say.

use std::any::Any;

/// What a [watch](super::Store::watch) tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Another process sent this.
    Message(Vec<u8>),
    /// From now on messages may be missed. Some that were sent shortly before may be missing already.
    Interrupted,
    /// From now on every message arrives, also said when it listens for the first time. What was sent before is gone.
    Resumed,
}

/// Who is told. It is called on a thread of the store's, outside every lock.
pub type Listener = Box<dyn Fn(Notice) + Send + Sync>;

/// A watch that goes on until this is dropped.
pub type Watch = Box<dyn Any + Send + Sync>;
