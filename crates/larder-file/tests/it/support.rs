//! What the tests of the store share.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use larder_core::store_bytes::{Answer, Operation, Store};
use larder_file::FileStore;

pub(crate) const LONG: Duration = Duration::from_secs(3600);

/// A directory of its own for one test, removed with it.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        Self { path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Every file below, with its path.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        fn below(path: &Path, files: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(path).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() { below(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        below(&self.path, &mut files);
        files
    }

    /// Those with this ending.
    pub(crate) fn ending(&self, ending: &str) -> Vec<PathBuf> {
        self.files().into_iter().filter(|path| path.extension().is_some_and(|is| is == ending)).collect()
    }

    /// The one file of a value.
    pub(crate) fn only(&self) -> PathBuf {
        let files = self.ending("bin");
        assert_eq!(files.len(), 1, "{files:?}");
        files[0].clone()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A store whose operations may take long: how fast the machine is at the moment is not what the tests are about.
pub(crate) fn patient(directory: impl AsRef<Path>) -> FileStore {
    FileStore::builder(directory).deadline(Duration::from_secs(60)).build().unwrap()
}

pub(crate) fn put(store: &impl Store, key: &str, value: &[u8]) {
    put_for(store, key, value, LONG);
}

pub(crate) fn put_for(store: &impl Store, key: &str, value: &[u8], ttl: Duration) {
    let put = Operation::Put { key: key.into(), value: value.into(), ttl };
    assert_eq!(store.run(&[put]).unwrap(), [Answer::Done(true)]);
}

pub(crate) fn get(store: &impl Store, key: &str) -> Option<Vec<u8>> {
    match store.run(&[Operation::Get { key: key.into() }]).unwrap().remove(0) {
        Answer::Value(value) => value,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn number(store: &impl Store, operation: Operation) -> Option<u64> {
    match store.run(&[operation]).unwrap().remove(0) {
        Answer::Number(number) => number,
        other => panic!("{other:?}"),
    }
}

/// Waits for a state of the file system or of another process.
#[track_caller]
pub(crate) fn until(what: &str, is_so: impl FnMut() -> bool) {
    let mut is_so = is_so;
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("for 30 s not so: {what}");
}
