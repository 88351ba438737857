//! A store that fails on demand.

mod fault;
mod gate;

use std::sync::Arc;

pub use self::{fault::Fault, gate::Held};
use self::{
    fault::Plan,
    gate::{Gate, Passage},
};
use crate::{
    store::bytes::{Answers, BoxFuture, Capabilities, Operation, Store, StoreError},
    sync::plain::{AtomicU64, Mutex, Ordering, lock},
};

/// Any store, with faults on demand: for tests of what a program does when its store fails.
///
/// ```
/// # use larder_core::store_bytes::{Operation, Store};
/// # use larder_core::testing::{FailingStore, Fault, MemoryStore};
/// # use std::time::Duration;
/// let store = FailingStore::new(MemoryStore::new());
/// let put = [Operation::Put { key: "a".into(), value: b"one".into(), ttl: Duration::from_secs(60) }];
///
/// store.fail(Fault::Unavailable);
/// assert!(store.run(&put).unwrap_err().is_unavailable());
/// store.heal();
/// assert!(store.run(&put).is_ok());
/// assert_eq!((store.batches(), store.operations()), (2, 2));
/// ```
#[derive(Debug)]
pub struct FailingStore<S> {
    inner: S,
    plan: Mutex<Plan>,
    gate: Mutex<Option<Arc<Gate>>>,
    batches: AtomicU64,
    operations: AtomicU64,
}

impl<S: Store> FailingStore<S> {
    /// `inner`, and no fault yet.
    #[must_use]
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            plan: Mutex::default(),
            gate: Mutex::default(),
            batches: AtomicU64::new(0),
            operations: AtomicU64::new(0),
        }
    }

    /// Every batch meets this fault from now on, until [`heal`](Self::heal).
    pub fn fail(&self, fault: Fault) {
        self.set(Plan::new(fault, u64::MAX));
    }

    /// The next `batches` batches meet this fault; those after them do not.
    pub fn fail_next(&self, batches: u64, fault: Fault) {
        self.set(Plan::new(fault, batches));
    }

    /// Every batch in which an operation is one of `which` meets this fault, until [`heal`](Self::heal). Clearing does not.
    pub fn fail_where(&self, fault: Fault, which: impl Fn(&Operation) -> bool + Send + Sync + 'static) {
        self.set(Plan::new(fault, u64::MAX).only(which));
    }

    /// No fault from now on.
    pub fn heal(&self) {
        self.set(Plan::default());
    }

    /// Lets every batch wait that comes from now on, until the value is released or dropped. One that is held already goes on to wait for its own release.
    #[must_use = "batches are held until this is dropped"]
    pub fn hold(&self) -> Held {
        let gate = Arc::new(Gate::default());
        *lock(&self.gate) = Some(gate.clone());
        Held::new(gate)
    }

    /// How many batches have come, clearings included, also those that failed or are held.
    #[must_use]
    pub fn batches(&self) -> u64 {
        self.batches.load(Ordering::SeqCst)
    }

    /// How many operations they had.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.operations.load(Ordering::SeqCst)
    }

    /// The store behind it, which no fault concerns.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn set(&self, plan: Plan) {
        // the old plan may own a closure of the user's, which is dropped when no lock is held
        let old = std::mem::replace(&mut *lock(&self.plan), plan);
        drop(old);
    }

    fn count(&self, operations: usize) {
        self.batches.fetch_add(1, Ordering::SeqCst);
        self.operations.fetch_add(operations as u64, Ordering::SeqCst);
    }

    fn gate(&self) -> Option<Arc<Gate>> {
        lock(&self.gate).clone()
    }

    /// The fault that this batch meets. An empty batch is a clearing.
    fn fault(&self, batch: &[Operation]) -> Option<Fault> {
        let which = lock(&self.plan).which();
        if which.is_some_and(|which| !batch.iter().any(|operation| which(operation))) {
            return None;
        }
        lock(&self.plan).take()
    }
}

impl<S: Store> Store for FailingStore<S> {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        self.count(batch.len());
        if let Some(gate) = self.gate() {
            gate.wait();
        }
        match self.fault(batch) {
            None => self.inner.run(batch),
            Some(fault) => {
                fault.before(self.name())?;
                fault.after(self.name(), self.inner.run(batch)?)
            }
        }
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move {
            self.count(batch.len());
            if let Some(gate) = self.gate() {
                Passage::new(gate).await;
            }
            match self.fault(batch) {
                None => self.inner.run_async(batch).await,
                Some(fault) => {
                    fault.before(self.name())?;
                    fault.after(self.name(), self.inner.run_async(batch).await?)
                }
            }
        })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.count(0);
        if let Some(gate) = self.gate() {
            gate.wait();
        }
        match self.fault(&[]) {
            None => self.inner.clear(prefix),
            Some(fault) => {
                fault.before(self.name())?;
                let removed = self.inner.clear(prefix)?;
                fault.after(self.name(), Vec::new()).map(|_| removed)
            }
        }
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            self.count(0);
            if let Some(gate) = self.gate() {
                Passage::new(gate).await;
            }
            match self.fault(&[]) {
                None => self.inner.clear_async(prefix).await,
                Some(fault) => {
                    fault.before(self.name())?;
                    let removed = self.inner.clear_async(prefix).await?;
                    fault.after(self.name(), Vec::new()).map(|_| removed)
                }
            }
        })
    }
}

#[cfg(test)]
mod tests;
