//! Two processes in one: functions of one name, each with a handle of its own on one store. They hear of each other what processes hear of each other.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};

use larder::store::{
    Answer, Answers, BoxFuture, Capabilities, Listener, Notice, Operation, Store, StoreError, Watch,
};
use larder::testing::{FailingStore, MemoryStore};

/// What both share.
pub(crate) struct Between {
    pub(crate) store: FailingStore<MemoryStore>,
    tells: bool,
    /// Whether tasks that ask for a lock wait for the answers for ever.
    pub(crate) stalls: AtomicBool,
    /// The side whose answers are on their way.
    slow: Mutex<Option<usize>>,
    quick: Condvar,
    listeners: Mutex<Vec<(usize, Arc<Listener>)>>,
    told: Mutex<Vec<String>>,
    /// Every key that something was asked about.
    keys: Mutex<HashSet<String>>,
}

/// The store as one of them has it.
pub(crate) struct Side {
    between: Arc<Between>,
    number: usize,
}

impl Between {
    /// A store that can tell, or one that cannot.
    pub(crate) fn new(tells: bool) -> Arc<Self> {
        Arc::new(Self {
            store: FailingStore::new(MemoryStore::new()),
            tells,
            stalls: AtomicBool::new(false),
            slow: Mutex::default(),
            quick: Condvar::new(),
            listeners: Mutex::default(),
            told: Mutex::default(),
            keys: Mutex::default(),
        })
    }

    pub(crate) fn side(self: &Arc<Self>, number: usize) -> Side {
        Side { between: self.clone(), number }
    }

    /// Tells everybody that messages may be missed for a while, and that they are not any more.
    pub(crate) fn interrupt(&self) {
        let listeners = self.listeners.lock().unwrap().clone();
        listeners.iter().for_each(|(_, listener)| listener(Notice::Interrupted));
        listeners.iter().for_each(|(_, listener)| listener(Notice::Resumed));
    }

    /// This side has its answers only when what this gives is dropped.
    pub(crate) fn slow(self: &Arc<Self>, side: usize) -> Slow {
        *self.slow.lock().unwrap() = Some(side);
        Slow(self.clone())
    }

    /// Nothing is there any more, whatever other tests have invalidated.
    pub(crate) fn empty(&self) {
        self.store.inner().clear("").expect("memory does not fail");
    }

    /// What was told so far.
    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    /// The key of the lock (`l`), of the wish for it (`w`) or of the entry (`e`) of a function's only argument, once it was asked about.
    pub(crate) fn key(&self, kind: &str, function: &str, id: u32) -> Option<String> {
        let (begin, end) = (format!("larder:default:{kind}:{function}:"), format!(":({id})"));
        let keys = self.keys.lock().unwrap();
        keys.iter().find(|key| key.starts_with(&begin) && key.ends_with(&end)).cloned()
    }

    /// What is there.
    pub(crate) fn value(&self, kind: &str, function: &str, id: u32) -> Option<Vec<u8>> {
        match self.ask(Operation::Get { key: self.key(kind, function, id)? }) {
            Answer::Value(value) => value,
            other => panic!("{other:?}"),
        }
    }

    fn note(&self, batch: &[Operation]) {
        self.keys.lock().unwrap().extend(batch.iter().map(|operation| operation.key().to_owned()));
    }

    /// Asks the store, whatever fault it has.
    pub(crate) fn ask(&self, operation: Operation) -> Answer {
        self.store.inner().run(&[operation]).expect("memory does not fail").remove(0)
    }
}

/// One side is slow until this is dropped, also by a test that fails.
pub(crate) struct Slow(Arc<Between>);

impl Drop for Slow {
    fn drop(&mut self) {
        *self.0.slow.lock().unwrap() = None;
        self.0.quick.notify_all();
    }
}

impl Store for Side {
    fn name(&self) -> &'static str {
        "side"
    }

    fn capabilities(&self) -> Capabilities {
        self.between.store.capabilities()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        let answers = self.between.store.run(batch);
        self.between.note(batch);
        let slow = self.between.slow.lock().unwrap();
        drop(self.between.quick.wait_while(slow, |slow| *slow == Some(self.number)).unwrap());
        answers
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        self.between.note(batch);
        Box::pin(async move {
            let answers = self.between.store.run_async(batch).await;
            let asks = batch.iter().any(|operation| matches!(operation, Operation::PutIfAbsent { .. }));
            if asks && self.between.stalls.load(SeqCst) {
                std::future::pending::<()>().await;
            }
            answers
        })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.between.store.clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.between.store.clear_async(prefix)
    }

    fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        if !self.between.tells {
            return Ok(());
        }
        self.between.told.lock().unwrap().push(String::from_utf8(message.into()).unwrap());
        let listeners = self.between.listeners.lock().unwrap().clone();
        let others = listeners.iter().filter(|(number, _)| *number != self.number);
        others.for_each(|(_, listener)| listener(Notice::Message(message.into())));
        Ok(())
    }

    fn notify_async<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(std::future::ready(self.notify(message)))
    }

    fn watch(&self, listener: Listener) -> Option<Watch> {
        if !self.between.tells {
            return None;
        }
        let listener = Arc::new(listener);
        self.between.listeners.lock().unwrap().push((self.number, listener.clone()));
        listener(Notice::Resumed);
        Some(Box::new(()))
    }
}
