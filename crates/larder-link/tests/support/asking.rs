//! The halves of a store behind one function, operations in short, and waiting for what has to come. The tests of every store behind a network use it.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use larder_core::store_bytes::{Answer, Answers, Operation, Store, StoreError};
use tokio::runtime::{Builder, Runtime};

/// The ways to ask a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The blocking half.
    Threads,
    /// The async half on tokio.
    Tasks,
    /// The async half on an executor that knows nothing of tokio.
    AnyExecutor,
}

pub const HALVES: [Half; 3] = [Half::Threads, Half::Tasks, Half::AnyExecutor];

impl Half {
    pub fn run(self, store: &impl Store, batch: &[Operation]) -> Answers {
        match self {
            Self::Threads => store.run(batch),
            Self::Tasks => runtime().block_on(store.run_async(batch)),
            Self::AnyExecutor => pollster::block_on(store.run_async(batch)),
        }
    }

    /// The only answer to one operation.
    pub fn ask(self, store: &impl Store, operation: Operation) -> Result<Answer, StoreError> {
        let answers = self.run(store, &[operation])?;
        assert_eq!(answers.len(), 1, "one operation has one answer");
        Ok(answers.into_iter().next().expect("there is one"))
    }

    pub fn clear(self, store: &impl Store, prefix: &str) -> Result<u64, StoreError> {
        match self {
            Self::Threads => store.clear(prefix),
            Self::Tasks => runtime().block_on(store.clear_async(prefix)),
            Self::AnyExecutor => pollster::block_on(store.clear_async(prefix)),
        }
    }
}

/// The runtime of [`Half::Tasks`].
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

/// A runtime without threads: it goes on only while somebody blocks on it.
pub fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub const MINUTE: Duration = Duration::from_secs(60);

pub fn get(key: &str) -> Operation {
    Operation::Get { key: key.into() }
}

pub fn put(key: &str, value: &[u8]) -> Operation {
    Operation::Put { key: key.into(), value: value.to_vec(), ttl: MINUTE }
}

pub fn put_if_absent(key: &str, value: &[u8]) -> Operation {
    Operation::PutIfAbsent { key: key.into(), value: value.to_vec(), ttl: MINUTE }
}

pub fn remove(key: &str) -> Operation {
    Operation::Remove { key: key.into() }
}

pub fn remove_if(key: &str, value: &[u8]) -> Operation {
    Operation::RemoveIf { key: key.into(), value: value.to_vec() }
}

pub fn number(key: &str) -> Operation {
    Operation::Number { key: key.into() }
}

pub fn raise(key: &str, to: u64, ttl: Duration) -> Operation {
    Operation::Raise { key: key.into(), to, ttl }
}

pub fn add(key: &str, by: i64, from: u64) -> Operation {
    Operation::Add { key: key.into(), by, from, ttl: MINUTE }
}

pub fn remaining(key: &str) -> Operation {
    Operation::Remaining { key: key.into() }
}

pub fn value(value: &[u8]) -> Answer {
    Answer::Value(Some(value.to_vec()))
}

/// A key no other test uses.
pub fn fresh(name: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("{name}:{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Waits until something holds; for at most half a minute, which a machine with much else to do may need.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "within half a minute: {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
    began.elapsed()
}

/// What something gives, and how long it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    (work(), began.elapsed())
}
