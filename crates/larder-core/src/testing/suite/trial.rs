//! One store under test, in one of its halves, and how time passes for it.

use std::{fmt, pin::pin, time::Duration};

use crate::{
    park,
    store::bytes::{Answer, Answers, BoxFuture, Operation, Store, StoreError},
};

/// By which half of a [`Store`] a test asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// [`Store::run`] and [`Store::clear`].
    Blocking,
    /// [`Store::run_async`] and [`Store::clear_async`].
    Asynchronous,
}

/// What a behaviour of the suite is given; [`store_suite!`](crate::store_suite) makes it.
pub struct Trial<'a, S> {
    pub(super) subject: Subject<'a, S>,
    pass: Option<Box<dyn FnMut(Duration) + 'a>>,
}

/// The store, as a test asks it: an error of the store is a failure of the test.
pub(super) struct Subject<'a, S> {
    store: &'a S,
    half: Half,
    drive: Box<Drive<'a>>,
}

/// Drives a future to its end.
type Drive<'a> = dyn Fn(BoxFuture<'_, ()>) + Sync + 'a;

impl<'a, S: Store> Trial<'a, S> {
    /// With a store that is empty, and that nobody else uses.
    #[must_use]
    pub fn new(store: &'a S, half: Half) -> Self {
        let drive = Box::new(|future: BoxFuture<'_, ()>| park::block_on(pin!(future)));
        Self { subject: Subject { store, half, drive }, pass: None }
    }

    /// Time passes by this instead of by itself.
    #[must_use]
    pub fn pass(mut self, pass: impl FnMut(Duration) + 'a) -> Self {
        self.pass = Some(Box::new(pass));
        self
    }

    /// Futures are driven by this.
    #[must_use]
    pub fn block_on(mut self, drive: impl Fn(BoxFuture<'_, ()>) + Sync + 'a) -> Self {
        self.subject.drive = Box::new(drive);
        self
    }

    /// A lifetime that a test can wait for.
    pub(super) fn brief(&self) -> Duration {
        self.subject.store.capabilities().resolution.max(Duration::from_millis(30))
    }

    /// Stores a mark that lives for [`brief`](Self::brief), and waits until it is gone. What was stored before with the same lifetime is gone then, too.
    #[track_caller]
    pub(super) fn outlive_brief(&mut self) {
        self.subject.put(MARK, b"mark", self.brief());
        self.outlive(MARK);
    }

    /// Waits until this value, stored with the lifetime [`brief`](Self::brief), is gone.
    #[track_caller]
    pub(super) fn outlive(&mut self, key: &str) {
        if let Some(pass) = &mut self.pass {
            let resolution = self.subject.store.capabilities().resolution;
            pass(resolution.max(Duration::from_millis(30)) + resolution);
            assert_eq!(self.subject.get(key), None, "`{key}` has expired and is given out");
            return;
        }
        let turn = Duration::from_millis(5);
        let most = (self.brief() + PATIENCE).as_millis() / turn.as_millis();
        for _ in 0..most {
            if self.subject.get(key).is_none() {
                return;
            }
            std::thread::sleep(turn);
        }
        panic!("`{key}` should have expired {PATIENCE:?} ago and is given out");
    }
}

impl<S: Store> Subject<'_, S> {
    pub(super) fn store(&self) -> &S {
        self.store
    }

    #[track_caller]
    pub(super) fn run(&self, batch: &[Operation]) -> Vec<Answer> {
        let answers = self.try_run(batch).unwrap_or_else(|error| panic!("{batch:?}: {error}"));
        assert_eq!(answers.len(), batch.len(), "as many answers as operations: {answers:?} to {batch:?}");
        answers
    }

    pub(super) fn try_run(&self, batch: &[Operation]) -> Answers {
        match self.half {
            Half::Blocking => self.store.run(batch),
            Half::Asynchronous => self.wait(self.store.run_async(batch)),
        }
    }

    #[track_caller]
    pub(super) fn clear(&self, prefix: &str) -> u64 {
        self.try_clear(prefix).unwrap_or_else(|error| panic!("clear {prefix:?}: {error}"))
    }

    pub(super) fn try_clear(&self, prefix: &str) -> Result<u64, StoreError> {
        match self.half {
            Half::Blocking => self.store.clear(prefix),
            Half::Asynchronous => self.wait(self.store.clear_async(prefix)),
        }
    }

    fn wait<T: Send>(&self, future: BoxFuture<'_, T>) -> T {
        let mut output = None;
        let into = &mut output;
        (self.drive)(Box::pin(async move { *into = Some(future.await) }));
        output.expect("`block_on` returns when the future has ended")
    }

    #[track_caller]
    pub(super) fn one(&self, operation: Operation) -> Answer {
        self.run(&[operation]).remove(0)
    }

    #[track_caller]
    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        match self.one(Operation::Get { key: key.into() }) {
            Answer::Value(value) => value,
            other => panic!("`Get` is answered by a value, not {other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn put(&self, key: &str, value: &[u8], ttl: Duration) {
        let put = Operation::Put { key: key.into(), value: value.into(), ttl };
        assert_eq!(self.one(put), Answer::Done(true), "`Put` of `{key}`");
    }

    #[track_caller]
    pub(super) fn put_if_absent(&self, key: &str, value: &[u8], ttl: Duration) -> bool {
        self.done(Operation::PutIfAbsent { key: key.into(), value: value.into(), ttl })
    }

    #[track_caller]
    pub(super) fn remove(&self, key: &str) -> bool {
        self.done(Operation::Remove { key: key.into() })
    }

    #[track_caller]
    pub(super) fn remove_if(&self, key: &str, value: &[u8]) -> bool {
        self.done(Operation::RemoveIf { key: key.into(), value: value.into() })
    }

    #[track_caller]
    fn done(&self, operation: Operation) -> bool {
        match self.one(operation) {
            Answer::Done(is_done) => is_done,
            other => panic!("it is answered by whether it was done, not {other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn number(&self, key: &str) -> Option<u64> {
        match self.one(Operation::Number { key: key.into() }) {
            Answer::Number(number) => number,
            other => panic!("`Number` is answered by a number, not {other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn raise(&self, key: &str, to: u64, ttl: Duration) -> u64 {
        self.sum(Operation::Raise { key: key.into(), to, ttl })
    }

    #[track_caller]
    pub(super) fn add(&self, key: &str, by: i64, from: u64, ttl: Duration) -> u64 {
        self.sum(Operation::Add { key: key.into(), by, from, ttl })
    }

    #[track_caller]
    fn sum(&self, operation: Operation) -> u64 {
        match self.one(operation) {
            Answer::Number(Some(number)) => number,
            other => panic!("it is answered by what the number is now, not {other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn remaining(&self, key: &str) -> Option<Duration> {
        match self.one(Operation::Remaining { key: key.into() }) {
            Answer::Remaining(remaining) => remaining,
            other => panic!("`Remaining` is answered by a duration, not {other:?}"),
        }
    }
}

impl<S: Store> fmt::Debug for Trial<'_, S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subject { store, half, .. } = &self.subject;
        out.debug_struct("Trial").field("store", &store.name()).field("half", half).finish_non_exhaustive()
    }
}

/// Longer than any test runs.
pub(super) const LONG: Duration = Duration::from_secs(3600);

/// How much later than promised a value may expire before the test gives up: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(20);

const MARK: &str = "suite:mark";
