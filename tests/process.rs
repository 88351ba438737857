//! What concerns a whole process: its environment, its real clock, its end. Each test runs itself once more as a process of its own.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use larder::{Source, cached};

#[path = "../crates/larder-memcached/tests/support/server.rs"]
#[allow(dead_code, unreachable_pub, reason = "this binary uses a part of it")]
mod memcached_server;

/// Runs the test of this name again in a process with this environment, unless this is that process: then gives `None`.
fn again(test: &str, environment: &[(&str, &str)]) -> Option<Output> {
    if std::env::var_os(CHILD).is_some() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(CHILD, "1").env_remove("LARDER_ENABLED");
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
