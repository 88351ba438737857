//! The store of the default cache, which a test changes for another one: functions keep the store they have met first.

use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use larder::Cache;
use larder::redis::Redis;
use larder::store::{
    Answers, BoxFuture, Capabilities, Listener, Notice, Operation, Store, StoreError, Watch,
};
use larder::testing::{FailingStore, MemoryStore};

/// Whatever store is tested now.
pub(crate) struct Switch(Mutex<(Arc<dyn Store>, Option<Watch>)>);

/// The store of the default cache.
static SWITCH: LazyLock<Arc<Switch>> = LazyLock::new(|| {
    let switch = Arc::new(Switch(Mutex::new((Arc::new(MemoryStore::new()), None))));
    Cache::builder("default").store(switch.clone()).build().expect("nobody else builds it");
    switch
});

/// Those who listen, to whatever store there is.
static LISTENERS: Mutex<Vec<Arc<Listener>>> = Mutex::new(Vec::new());

/// From now on, values live there.
pub(crate) fn use_store(store: Arc<dyn Store>) {
    let tell = |notice: Notice| {
        let listeners = LISTENERS.lock().unwrap().clone();
        listeners.iter().for_each(|listener| listener(notice.clone()));
    };
    let watch = store.watch(Box::new(tell));
    let before = std::mem::replace(&mut *SWITCH.0.lock().unwrap(), (store, watch));
    drop(before);
}

/// An empty store in memory that can be made to fail.
pub(crate) fn use_memory() -> Arc<FailingStore<MemoryStore>> {
    let store = Arc::new(FailingStore::new(MemoryStore::new()));
    use_store(store.clone());
    store
}

/// A Redis that is not taken for gone because the machine is busy: for tests that are not about that.
pub(crate) fn patient(url: &str) -> Arc<dyn Store> {
    Arc::new(Redis::builder(url).unwrap().deadline(Duration::from_secs(10)).build())
}

impl Switch {
    fn current(&self) -> Arc<dyn Store> {
        self.0.lock().unwrap().0.clone()
    }
}

impl Store for Switch {
    fn name(&self) -> &'static str {
        "switch"
    }

    fn capabilities(&self) -> Capabilities {
        self.current().capabilities()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        self.current().run(batch)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        let store = self.current();
        Box::pin(async move { store.run_async(batch).await })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.current().clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        let store = self.current();
        Box::pin(async move { store.clear_async(prefix).await })
    }

    fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        self.current().notify(message)
    }

    fn notify_async<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        let store = self.current();
        Box::pin(async move { store.notify_async(message).await })
    }

    fn watch(&self, listener: Listener) -> Option<Watch> {
        LISTENERS.lock().unwrap().push(Arc::new(listener));
        Some(Box::new(()))
    }
}
