//! Caches that compress and encrypt: what leaves the process, and what becomes of what comes back.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use larder::codec::{Codec, CodecError, Keyring, MessagePack, Metadata};
use larder::store::{Answer, Answers, BoxFuture, Operation, Store, StoreError};
use larder::testing::{MemoryStore, isolate};
use larder::{Cache, cached};

/// A store in memory that notes everything that is given out of the process.
#[derive(Default)]
struct Outside {
    kept: MemoryStore,
    seen: Mutex<Vec<u8>>,
    /// The key of the newest entry.
    entry: Mutex<String>,
}

impl Outside {
    fn note(&self, batch: &[Operation]) {
        let mut seen = self.seen.lock().unwrap();
        for operation in batch {
            seen.extend_from_slice(operation.key().as_bytes());
            if let Operation::Put { key, value, .. } = operation {
                seen.extend_from_slice(value);
                *self.entry.lock().unwrap() = key.clone();
            }
        }
    }

    /// Where a part of the text was seen, if any of eight bytes was.
    fn saw(&self, text: &str) -> bool {
        let seen = self.seen.lock().unwrap();
        text.as_bytes().windows(8).any(|part| seen.windows(8).any(|window| window == part))
    }

    fn entry(&self) -> String {
        self.entry.lock().unwrap().clone()
    }

    fn get(&self, key: &str) -> Vec<u8> {
        match self.kept.run(&[Operation::Get { key: key.into() }]).unwrap().remove(0) {
            Answer::Value(Some(bytes)) => bytes,
            other => panic!("no value: {other:?}"),
        }
    }

    fn put(&self, key: &str, value: Vec<u8>) {
        let (key, ttl) = (key.into(), Duration::from_secs(60));
        self.kept.run(&[Operation::Put { key, value, ttl }]).unwrap();
    }
}

impl Store for Outside {
    fn name(&self) -> &'static str {
        "outside"
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        self.note(batch);
        self.kept.run(batch)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move { self.run(batch) })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.kept.clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.kept.clear_async(prefix)
    }

    fn notify(&self, message: &[u8]) -> Result<(), StoreError> {
        self.seen.lock().unwrap().extend_from_slice(message);
        Ok(())
    }

    fn notify_async<'a>(&'a self, message: &'a [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { self.notify(message) })
    }
}

const NAMES: [u8; 32] = [7; 32];
const OLD: (u32, [u8; 32]) = (1, [11; 32]);
const NEW: (u32, [u8; 32]) = (2, [22; 32]);

static OUTSIDE: LazyLock<Arc<Outside>> = LazyLock::new(|| {
    let outside = Arc::new(Outside::default());
    let keys = Keyring::new(NEW.0, NEW.1).older(OLD.0, OLD.1).names(NAMES);
    let sealed = Cache::builder("sealed").store(outside.clone()).compress_above(1_000).encrypt(keys);
    let shown = format!("{sealed:?}");
    assert!(shown.contains("current: 2") && !shown.contains("22, 22") && !shown.contains("7, 7"), "{shown}");
    sealed.build().expect("nobody else builds it");
    Cache::builder("pressed").store(outside.clone()).build().expect("nor this one");
    outside
});

/// Another one, where names are readable.
static READABLE: LazyLock<Arc<Outside>> = LazyLock::new(|| {
    let outside = Arc::new(Outside::default());
    let keys = Keyring::new(NEW.0, NEW.1).readable_names();
    Cache::builder("readable").store(outside.clone()).encrypt(keys).build().expect("nobody else builds it");
    outside
});

static RUNS: AtomicU32 = AtomicU32::new(0);

fn runs<T>(work: impl FnOnce() -> T) -> (T, u32) {
    let before = RUNS.load(SeqCst);
    let value = work();
    (value, RUNS.load(SeqCst) - before)
}

fn read(account: &str) -> String {
    RUNS.fetch_add(1, SeqCst);
    larder::add_tag(format!("branch-of-{account}"));
    format!("balance of {account}: 12,345.67")
}

#[cached(name = "balance", cache = "sealed", ttl = 60, store = OUTSIDE.clone(), user = holder, tags = ["customer-{holder}"])]
fn balance(account: &str, holder: &str) -> String {
    let _ = holder;
    read(account)
}

#[cached(name = "balance_later", cache = "sealed", ttl = 60, store = OUTSIDE.clone(), l1 = 5, on_store_error = fail)]
async fn balance_later(account: String) -> Result<String, larder::Error> {
    Ok(read(&account))
}

#[cached(name = "balance_readable", cache = "readable", ttl = 60, store = READABLE.clone())]
fn balance_readable(account: &str) -> String {
    read(account)
}

#[test]
fn nothing_that_can_be_read_leaves_the_process() {
    let _alone = isolate();
    let outside = &*OUTSIDE;
    let (account, holder) = ("GB29NWBK60161331926819", "holder-ada-lovelace");
    let all = || balance(account, holder);
    assert_eq!(runs(all), ("balance of GB29NWBK60161331926819: 12,345.67".into(), 1));
    assert_eq!(runs(all).1, 0);
    balance::insert(account, holder, "balance of nobody: 0".into()).unwrap();
    assert_eq!(all(), "balance of nobody: 0");
    assert!(balance::peek(account, holder).unwrap().is_some());
    // Each of them reaches the value by a name that nobody can read.
    let cache = larder::cache("sealed").unwrap().blocking();
    let reaches: [(&str, &dyn Fn()); 4] = [
        ("a tag of the attribute", &|| cache.invalidate_tag(format!("customer-{holder}")).unwrap()),
        ("a tag that the function gave", &|| cache.invalidate_tag(format!("branch-of-{account}")).unwrap()),
        ("the user", &|| cache.invalidate_user(holder).unwrap()),
        ("the key", &|| assert!(balance::invalidate(account, holder).unwrap())),
    ];
    all();
    balance::refresh(account, holder);
    for (what, invalidate) in reaches {
        assert_eq!(runs(all).1, 0, "before {what} is invalidated");
        invalidate();
        assert_eq!(runs(all).1, 1, "after {what} was invalidated");
    }
    let later = || pollster::block_on(balance_later(account.into())).unwrap();
    assert_eq!((runs(later).1, runs(later).1), (1, 0));
    pollster::block_on(balance_later::invalidate(account.into())).unwrap();
    assert_eq!(runs(later).1, 1);
    for text in [account, holder, "balance of ", "12,345.67", "customer-", "branch-of-"] {
        assert!(!outside.saw(text), "{text} was seen");
    }
    assert!(outside.saw("larder:sealed:f:balance"), "the names of caches and functions are readable");
}

#[test]
fn names_stay_readable_where_the_keys_say_so() {
    let _alone = isolate();
    let outside = &*READABLE;
    let account = "DE89370400440532013000";
    let all = || balance_readable(account);
    assert_eq!((runs(all).1, runs(all).1), (1, 0));
    let entry = outside.entry();
    assert!(entry.contains(account), "{entry}");
    assert!(!outside.saw("12,345.67") && !outside.saw("balance of "));
}

/// As another process would seal it, with these keys.
fn codec(keys: Option<Keyring>) -> Codec<String> {
    let codec = Codec::<String>::new(MessagePack, "");
    match keys {
        Some(keys) => codec.with(|format| format.encrypt(keys)),
        None => codec,
    }
}

/// What is said of the entry that is stored now.
fn said(key: &str) -> Metadata<'static> {
    let bytes = OUTSIDE.get(key);
    codec(Some(Keyring::new(NEW.0, NEW.1))).open(key, &bytes).unwrap().0.into_owned()
}

#[test]
fn what_cannot_be_decrypted_is_a_miss_and_overwritten() {
    let _alone = isolate();
    let outside = &*OUTSIDE;
    let call = || balance("a", "x");
    balance("b", "x");
    let other = outside.get(&outside.entry());
    let value = call();
    let entry = outside.entry();
    let good = outside.get(&entry);
    let forged = "not the balance".to_owned();
    let by = |keys| codec(keys).seal(&entry, &said(&entry), &forged).unwrap();
    let damaged = [
        ("by another key of the same number", by(Some(Keyring::new(NEW.0, [9; 32])))),
        ("by a key of an unknown number", by(Some(Keyring::new(9, NEW.1)))),
        ("not encrypted", by(None)),
        ("that of another key of the cache", other),
        ("cut off", good[..good.len() - 9].to_vec()),
        ("nothing", Vec::new()),
        ("somebody else's", b"balance of a: 0".to_vec()),
    ];
    let flipped = (0..good.len()).map(|at| {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        ("tampered with", bytes)
    });
    for (what, bytes) in damaged.into_iter().chain(flipped) {
        outside.put(&entry, bytes);
        assert_eq!(runs(call), (value.clone(), 1), "{what}");
        assert_eq!(runs(call), (value.clone(), 0), "{what}: overwritten");
        said(&entry);
    }
    assert_eq!(balance::stats().store_errors, 0);
}

#[test]
fn a_function_that_fails_with_its_store_does_not_fail_with_what_is_stored() {
    let time = isolate();
    let outside = &*OUTSIDE;
    let call = || pollster::block_on(balance_later("c".into()));
    let value = call().unwrap();
    let entry = outside.entry();
    outside.put(&entry, codec(None).seal(&entry, &said(&entry), &"forged".to_owned()).unwrap());
    time.advance(Duration::from_secs(6));
    let (again, count) = runs(call);
    assert_eq!((again.unwrap(), count), (value, 1));
}

#[test]
fn after_a_change_of_keys_old_values_are_read_and_new_ones_are_by_the_new_key() {
    let _alone = isolate();
    let outside = &*OUTSIDE;
    let call = || balance("rotated", "x");
    call();
    let entry = outside.entry();
    let (old, new) = (codec(Some(Keyring::new(OLD.0, OLD.1))), codec(Some(Keyring::new(NEW.0, NEW.1))));
    outside.put(&entry, old.seal(&entry, &said(&entry), &"by the old key".to_owned()).unwrap());
    assert_eq!(runs(call), ("by the old key".into(), 0));
    balance::refresh("rotated", "x");
    let bytes = outside.get(&entry);
    assert!(new.open(&entry, &bytes).is_ok());
    assert!(matches!(old.open(&entry, &bytes), Err(CodecError::Decrypt)));
}

#[cached(name = "twice", cache = "pressed", ttl = 60, store = OUTSIDE.clone())]
fn by_message_pack(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst);
    id
}

#[cached(name = "twice", cache = "pressed", ttl = 60, store = OUTSIDE.clone(), serializer = json)]
fn by_json(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst);
    id + 1
}

#[cached(name = "twice", cache = "pressed", ttl = 60, store = OUTSIDE.clone())]
fn of_another_type(id: u32) -> String {
    RUNS.fetch_add(1, SeqCst);
    id.to_string()
}

/// As two versions of a program have it, or two programs of one prefix.
#[test]
fn functions_of_one_name_with_other_formats_read_nothing_of_each_other() {
    let _alone = isolate();
    let all = || (by_message_pack(7), by_json(7), of_another_type(7));
    assert_eq!(runs(all), ((7, 8, "7".into()), 3));
    assert_eq!(runs(all), ((7, 8, "7".into()), 0));
    by_json::invalidate(7).unwrap();
    assert_eq!(runs(all).1, 3, "what is invalidated is the key, of whatever format");
}

#[cached(name = "rows", cache = "pressed", ttl = 60, store = OUTSIDE.clone())]
fn rows(length: u32) -> Arc<[u32]> {
    RUNS.fetch_add(1, SeqCst);
    (0..length).collect()
}

#[test]
fn values_in_an_arc_are_values() {
    let _alone = isolate();
    assert_eq!(runs(|| rows(3)), (Arc::from([0, 1, 2]), 1));
    assert_eq!(runs(|| rows(3)), (Arc::from([0, 1, 2]), 0));
}

#[cached(name = "page", cache = "sealed", ttl = 60, store = OUTSIDE.clone())]
fn page(length: usize) -> String {
    RUNS.fetch_add(1, SeqCst);
    "x".repeat(length)
}

#[cached(name = "pressed", cache = "pressed", ttl = 60, store = OUTSIDE.clone(), compress = "1KiB")]
fn pressed(length: usize) -> String {
    RUNS.fetch_add(1, SeqCst);
    "x".repeat(length)
}

#[cached(name = "whole", cache = "pressed", ttl = 60, store = OUTSIDE.clone())]
fn whole(length: usize) -> String {
    RUNS.fetch_add(1, SeqCst);
    "x".repeat(length)
}

#[test]
fn large_values_are_compressed_and_small_ones_are_not() {
    /// Where the envelope says whether its payload is compressed (1) and encrypted (2).
    const FLAGS: usize = 5;
    let _alone = isolate();
    let outside = &*OUTSIDE;
    type Page = fn(usize) -> String;
    let functions = [("page", page as Page, 2, 3), ("pressed", pressed, 0, 1), ("whole", whole, 0, 0)];
    for (name, function, small, large) in functions {
        assert_eq!(runs(|| function(500).len()), (500, 1));
        assert_eq!(outside.get(&outside.entry())[FLAGS], small, "{name}");
        assert_eq!(runs(|| function(100_000).len()), (100_000, 1));
        let bytes = outside.get(&outside.entry());
        assert_eq!((bytes[FLAGS], bytes.len() < 1_000), (large, large & 1 == 1), "{name}");
        assert_eq!(runs(|| (function(500).len(), function(100_000).len())), ((500, 100_000), 0), "{name}");
    }
}

#[cached(cache = "sealed late", ttl = 60, store = MemoryStore::new())]
fn late(id: u32) -> u32 {
    id
}

#[test]
fn a_cache_that_could_not_protect_everything_is_not_built() {
    let _alone = isolate();
    let error = Cache::builder("unsaid").encrypt(Keyring::new(1, [1; 32])).build().unwrap_err();
    assert!(error.is_keys() && error.to_string().contains(".names(secret)"), "{error}");
    Cache::builder("unsaid").build().expect("it was not built before");

    late(1);
    let keys = || Keyring::new(1, [1; 32]).names(NAMES);
    for _ in 0..2 {
        let error = Cache::builder("sealed late").encrypt(keys()).build().unwrap_err();
        assert!(error.is_cache_in_use() && error.to_string().contains("before the first call"), "{error}");
    }
    let error = Cache::builder("sealed late").compress_above(1).build().unwrap_err();
    assert!(error.is_cache_in_use(), "{error}");
    Cache::builder("sealed late").build().expect("what protects nothing can come late");
}

#[test]
fn the_promise_holds_between_processes_that_encrypt_everything() {
    let secret = "5e".repeat(32);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "matrix::between_two_processes_over_redis", "matrix::in_one_process_over_redis"])
        .env("LARDER_ENCRYPTION_KEYS", format!("names={secret},1={secret}"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("2 passed"), "{said}");
}
