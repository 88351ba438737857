//! What concerns a whole process: its environment, its real clock, its end. Each test runs itself once more as a process of its own.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use larder::{Source, cached};

/// Runs the test of this name again in a process with this environment, unless this is that process: then gives `None`.
fn again(test: &str, environment: &[(&str, &str)]) -> Option<Output> {
    if std::env::var_os(CHILD).is_some() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(CHILD, "1").env_remove("LARDER_ENABLED");
    for variable in ["LARDER_PREFIX", "LARDER_REDIS_URL", "REDIS_URL", "LARDER_REDIS_DEADLINE"] {
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

/// What an error has to say.
const NAMED: &str = "LARDER_TEST_NAMED";
const REMEDY: &str = "LARDER_TEST_REMEDY";
