//! Where the URL comes from when none is given. One test, since the environment is the whole process's.

use larder_redis::{ConfigError, Redis};

#[allow(
    unsafe_code,
    reason = "the only test of this process, and nothing else runs in it that reads the environment"
)]
fn set(variable: &str, value: Option<&str>) {
    // SAFETY: no other thread of this process reads or writes the environment.
    unsafe {
        match value {
            Some(value) => std::env::set_var(variable, value),
            None => std::env::remove_var(variable),
        }
    }
}

fn places(made: Result<Redis, ConfigError>) -> String {
    format!("{:?}", made.expect("it is well formed"))
}

#[test]
fn larders_own_variable_comes_first_and_a_malformed_one_is_named() {
    set("LARDER_REDIS_URL", None);
    set("REDIS_URL", None);
    let error = Redis::from_env().unwrap_err();
    assert!(error.variable().is_none());
    assert!(error.to_string().contains("LARDER_REDIS_URL") && error.to_string().contains("REDIS_URL"));

    set("REDIS_URL", Some("redis://general:1"));
    assert!(places(Redis::from_env()).contains("general:1"));
    set("LARDER_REDIS_URL", Some("redis://ours:2"));
    assert!(places(Redis::from_env()).contains("ours:2"));
    set("LARDER_REDIS_URL", Some(""));
    assert!(places(Redis::from_env()).contains("general:1"), "an empty one is not there");

    set("LARDER_REDIS_URL", Some("http://alice:hunter2@ours:2"));
    let error = Redis::from_env().unwrap_err();
    assert_eq!(error.variable(), Some("LARDER_REDIS_URL"));
    let text = format!("{error} {error:?}");
    assert!(text.contains("LARDER_REDIS_URL") && text.contains("redis://"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
