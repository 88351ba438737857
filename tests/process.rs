//! What concerns a whole process: its environment, its real clock, its end. Each test runs itself once more as a process of its own.

use std::process::{Command, Output};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use larder::codec::Keyring;
use larder::store::{Answers, BoxFuture, Operation, Store, StoreError};
use larder::testing::MemoryStore;
use larder::{Cache, Source, cached};

#[path = "../crates/larder-memcached/tests/support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod memcached_server;

/// Runs the test of this name again in a process with this environment, unless this is that process: then gives `None`.
fn again(test: &str, environment: &[(&str, &str)]) -> Option<Output> {
    if std::env::var_os(CHILD).is_some() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(CHILD, "1");
    for variable in [
        "LARDER_ENABLED",
        "LARDER_ENCRYPTION_KEYS",
        "LARDER_PREFIX",
        "LARDER_REDIS_URL",
        "REDIS_URL",
        "LARDER_REDIS_DEADLINE",
        "LARDER_MEMCACHED_URL",
    ] {
        command.env_remove(variable);
    }
    command.envs(environment.iter().copied());
    Some(command.output().unwrap())
}

#[track_caller]
fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cached(ttl = 60)]
fn id(n: u32) -> u32 {
    n
}

#[cached(ttl = "5ms")]
fn brief(n: u32) -> u32 {
    n
}

#[test]
fn the_environment_switches_caching_off() {
    for value in ["false", "0", "off", "no", "FALSE"] {
        match again("the_environment_switches_caching_off", &[("LARDER_ENABLED", value)]) {
            Some(output) => succeeded(&output),
            None => {
                assert_eq!((id(1), id::lookup(1).source), (1, Source::Disabled));
                larder::check_environment().unwrap();
                larder::set_enabled(true);
                id(1);
                assert_eq!(id::lookup(1).source, Source::Hit, "explicit beats environment");
                return;
            }
        }
    }
}

#[test]
fn every_malformed_variable_is_named_with_what_to_write() {
    let malformed = [
        ("LARDER_PREFIX", "", "up to 64 characters"),
        ("LARDER_PREFIX", "my app", "up to 64 characters"),
        ("LARDER_PREFIX", "a\u{7}b", "up to 64 characters"),
        ("LARDER_REDIS_URL", "127.0.0.1:6379", "redis://"),
        ("REDIS_URL", "http://localhost", "redis://"),
        ("LARDER_REDIS_DEADLINE", "250", "`250ms`"),
        ("LARDER_REDIS_DEADLINE", "0s", "`250ms`"),
    ];
    for (variable, value, remedy) in malformed {
        let environment = [(variable, value), (NAMED, variable), (REMEDY, remedy)];
        match again("every_malformed_variable_is_named_with_what_to_write", &environment) {
            Some(output) => succeeded(&output),
            None => {
                let error = larder::check_environment().unwrap_err().to_string();
                for said in [NAMED, REMEDY].map(|variable| std::env::var(variable).unwrap()) {
                    assert!(error.contains(&said), "{said}: {error}");
                }
                return;
            }
        }
    }
}

#[test]
fn a_malformed_prefix_is_refused_before_anything_is_stored() {
    match again("a_malformed_prefix_is_refused_before_anything_is_stored", &[("LARDER_PREFIX", "my app")]) {
        Some(output) => succeeded(&output),
        None => {
            let store = || larder::testing::MemoryStore::new();
            let error = larder::Cache::builder("users").store(store()).build().unwrap_err();
            assert!(error.is_environment() && error.to_string().contains("LARDER_PREFIX"), "{error}");
            larder::Cache::builder("users")
                .store(store())
                .prefix("app")
                .build()
                .expect("explicit beats environment");
        }
    }
}

#[test]
fn a_prefix_and_a_deadline_come_from_the_environment() {
    let said = [
        ("LARDER_PREFIX", "mine"),
        ("LARDER_REDIS_URL", "redis://127.0.0.1:1"),
        ("LARDER_REDIS_DEADLINE", "2s"),
    ];
    match again("a_prefix_and_a_deadline_come_from_the_environment", &said) {
        Some(output) => succeeded(&output),
        None => {
            use larder::store::{Operation, Store};
            larder::check_environment().unwrap();
            let store = std::sync::Arc::new(larder::testing::MemoryStore::new());
            let cache = larder::Cache::builder("users").store(store.clone()).build().unwrap().blocking();
            cache.increment("n", 1).unwrap();
            let number = store.run(&[Operation::Number { key: "mine:users:n::s1:n".into() }]).unwrap();
            assert_eq!(number, [larder::store::Answer::Number(Some(1))]);
        }
    }
}

#[test]
fn a_malformed_value_is_named_and_caching_stays_on() {
    match again("a_malformed_value_is_named_and_caching_stays_on", &[("LARDER_ENABLED", "perhaps")]) {
        Some(output) => {
            succeeded(&output);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(said.matches("LARDER_ENABLED is \"perhaps\"").count(), 1, "{said}");
        }
        None => {
            let error = larder::check_environment().unwrap_err();
            assert!(error.is_environment() && error.to_string().contains("LARDER_ENABLED"), "{error}");
            id(1);
            assert_eq!(id::lookup(1).source, Source::Hit);
        }
    }
}

static SENT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// A store that keeps nothing, and notes what it is sent.
struct Sink;

static SINK: LazyLock<Arc<Sink>> = LazyLock::new(|| Arc::new(Sink));

impl Store for Sink {
    fn name(&self) -> &'static str {
        "sink"
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        let mut sent = SENT.lock().unwrap();
        sent.extend(format!("{batch:?}").bytes());
        for operation in batch {
            if let Operation::Put { value, .. } = operation {
                sent.extend(value);
            }
        }
        larder::store::Null.run(batch)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move { self.run(batch) })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        larder::store::Null.clear(prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move { self.clear(prefix) })
    }
}

#[cached(ttl = 60, store = SINK.clone())]
fn confidential(customer: &str) -> String {
    format!("all about {customer}")
}

#[cached(ttl = 60, store = SINK.clone(), on_store_error = fail)]
fn strict(n: u32) -> Result<u32, larder::Error> {
    Ok(n)
}

#[test]
fn the_environment_encrypts_every_cache() {
    let secret = "0c".repeat(32);
    let keys = format!("names={secret},1={secret}");
    match again("the_environment_encrypts_every_cache", &[("LARDER_ENCRYPTION_KEYS", &keys)]) {
        Some(output) => succeeded(&output),
        None => {
            larder::check_environment().unwrap();
            assert_eq!(confidential("ada-lovelace"), "all about ada-lovelace");
            let sent = SENT.lock().unwrap();
            let has = |text: &str| sent.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(has("confidential") && has("LDR"), "something was stored");
            assert!(!has("lovelace") && !has("all about"));
        }
    }
}

#[test]
fn keys_that_cannot_be_used_keep_everything_in_the_process() {
    const SECRET: &str = "d0d1d2d3d4d5d6d7d8d9dadbdcdddedfd0d1d2d3d4d5d6d7d8d9dadbdcdddede";
    let name = "keys_that_cannot_be_used_keep_everything_in_the_process";
    for keys in [SECRET.into(), format!("1={SECRET}"), format!("names={SECRET},1={SECRET}0"), String::new()] {
        match again(name, &[("LARDER_ENCRYPTION_KEYS", &keys)]) {
            Some(output) => {
                succeeded(&output);
                let said = String::from_utf8_lossy(&output.stderr);
                assert_eq!(said.matches("LARDER_ENCRYPTION_KEYS").count(), 1, "once, {said}");
                assert!(said.contains("run uncached") && !said.contains(&SECRET[..16]), "{said}");
            }
            None => {
                let error = larder::check_environment().unwrap_err();
                let said = format!("{error} {error:?}");
                assert!(error.is_environment() && error.is_keys(), "{error}");
                assert!(said.contains("LARDER_ENCRYPTION_KEYS") && said.contains("names=SECRET,2=KEY,1=KEY"));
                assert!(!said.contains(&SECRET[..16]), "{said}");
                assert_eq!(confidential("ada-lovelace"), "all about ada-lovelace");
                let error = strict(1).unwrap_err();
                assert!(error.as_store_error().is_some_and(StoreError::is_refused), "{error}");
                assert!(SENT.lock().unwrap().is_empty(), "nothing was stored");
                return;
            }
        }
    }
}

/// The store of the cache `foreign`.
static FOREIGN: LazyLock<Arc<MemoryStore>> = LazyLock::new(|| {
    let store = Arc::new(MemoryStore::new());
    let keys = Keyring::new(1, [1; 32]).names([2; 32]);
    Cache::builder("foreign").store(store.clone()).encrypt(keys).build().expect("nobody else builds it");
    store
});

#[cached(cache = "foreign", ttl = 60, store = FOREIGN.clone())]
fn foreign(account: &str) -> usize {
    account.len()
}

#[test]
fn programs_that_hide_names_by_different_secrets_do_not_share_a_store() {
    let (key, value) = ("larder:foreign:names".to_owned(), b"the mark of another secret".to_vec());
    let mark = Operation::Put { key, value, ttl: Duration::from_secs(60) };
    FOREIGN.run(&[mark]).unwrap();
    for _ in 0..2 {
        assert_eq!((foreign("ada"), foreign::lookup("ada").source), (3, Source::Miss));
    }
    let error = foreign::peek("ada").unwrap_err();
    assert!(error.to_string().contains("give all of them the same `names`"), "{error}");
    assert!(foreign::invalidate("ada").is_err());
    // Only the mark was there. Now the other program is gone.
    assert_eq!(FOREIGN.clear("larder:").unwrap(), 1);
    assert_eq!((foreign("grace"), foreign::lookup("grace").source), (5, Source::Hit));
}

#[cached(ttl = 60, store = redis)]
fn elsewhere(n: u32) -> u32 {
    n
}

#[test]
fn a_bad_url_is_named_without_its_password_and_functions_run_uncached() {
    let name = "a_bad_url_is_named_without_its_password_and_functions_run_uncached";
    match again(name, &[("LARDER_REDIS_URL", "http://ada:hunter2@localhost")]) {
        Some(output) => {
            succeeded(&output);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(said.matches("LARDER_REDIS_URL").count(), 1, "{said}");
            assert!(said.contains("redis://") && said.contains("run uncached"), "{said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
        None => {
            assert_eq!((elsewhere(1), elsewhere(1)), (1, 1));
            let error = elsewhere::peek(1).unwrap_err();
            assert!(error.to_string().contains("LARDER_REDIS_URL"), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}

#[test]
fn expired_entries_leave_an_idle_program_by_themselves() {
    match again("expired_entries_leave_an_idle_program_by_themselves", &[]) {
        Some(output) => {
            succeeded(&output);
            print!("{}", String::from_utf8_lossy(&output.stdout));
        }
        None => {
            (0..100_000).for_each(|n| _ = brief(n));
            let stored = Instant::now();
            while brief::stats().entries > 0 {
                assert!(
                    stored.elapsed() < Duration::from_secs(60),
                    "{} entries stay",
                    brief::stats().entries
                );
                std::thread::yield_now();
            }
            println!("100,000 entries of 5 ms left {:?} after the last was stored", stored.elapsed());
        }
    }
}

#[test]
fn the_maintenance_does_not_keep_a_program_from_ending() {
    match again("the_maintenance_does_not_keep_a_program_from_ending", &[]) {
        Some(output) => succeeded(&output),
        // the thread waits for the end of this entry's minute
        None => assert_eq!(id(1), 1),
    }
}

const CHILD: &str = "LARDER_TEST_CHILD";

#[cached(ttl = 60, store = memcached, serializer = json)]
#[allow(dead_code, reason = "only its companion is called")]
fn in_memcached(n: u32) -> u32 {
    n
}

#[test]
fn the_environment_says_where_memcached_is() {
    let name = "the_environment_says_where_memcached_is";
    if std::env::var_os(CHILD).is_some() {
        println!("{:?}", in_memcached::lookup(1).source);
        return;
    }
    let server = memcached_server::Server::start();
    for (url, source, is_named) in [
        (server.url(), "Miss", false),
        (server.url(), "Hit", false),
        ("http://alice:hunter2@here".into(), "Miss", true),
    ] {
        let output = again(name, &[("LARDER_MEMCACHED_URL", &url)]).expect("this is not the child");
        succeeded(&output);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.lines().any(|line| line.ends_with(source)), "{url}: {said}");
        let complained = String::from_utf8_lossy(&output.stderr);
        assert_eq!(complained.contains("LARDER_MEMCACHED_URL"), is_named, "{complained}");
        assert!(!complained.contains("hunter2"), "{complained}");
    }
}
/// What an error has to say.
const NAMED: &str = "LARDER_TEST_NAMED";
const REMEDY: &str = "LARDER_TEST_REMEDY";

/// In a process of its own: invalidations at the root reach every cache, and this one's server ends with the test.
#[test]
fn a_cache_is_built_with_the_url_of_memcached_and_keeps_entries_there() {
    use larder::prelude::*;

    if std::env::var_os(CHILD).is_none() {
        let name = "a_cache_is_built_with_the_url_of_memcached_and_keeps_entries_there";
        succeeded(&again(name, &[]).expect("this is not the child"));
        return;
    }
    let server = memcached_server::Server::start();
    let builder = Cache::builder("entries in memcached").memcached(server.url()).expect("it is a URL");
    let cache = builder.build().unwrap().blocking();
    cache.insert("a", 1_u32).unwrap();
    assert_eq!(cache.get::<u32>("a").unwrap(), Some(1));
    assert_eq!(cache.increment("n", 2).unwrap(), 2);
    cache.invalidate_all().unwrap();
    assert_eq!(cache.get::<u32>("a").unwrap(), None);
    let error = Cache::builder("nowhere").memcached("http://alice:hunter2@here").unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}
