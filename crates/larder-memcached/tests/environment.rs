//! Where the URL comes from when none is given. One test, since the environment is the whole process's.

use larder_memcached::Memcached;

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

#[test]
fn the_variable_says_where_and_a_malformed_one_is_named() {
    for nothing in [None, Some("")] {
        set("LARDER_MEMCACHED_URL", nothing);
        let error = Memcached::from_env().unwrap_err();
        assert!(error.variable().is_none());
        assert!(error.to_string().contains("LARDER_MEMCACHED_URL"), "{error}");
    }
    set("LARDER_MEMCACHED_URL", Some("memcached://ours:2,theirs"));
    let made = format!("{:?}", Memcached::from_env().expect("it is well formed"));
    assert!(made.contains("ours:2") && made.contains("theirs:11211"), "{made}");

    set("LARDER_MEMCACHED_URL", Some("http://alice:hunter2@ours:2"));
    let error = Memcached::from_env().unwrap_err();
    assert_eq!(error.variable(), Some("LARDER_MEMCACHED_URL"));
    let text = format!("{error} {error:?}");
    assert!(text.contains("LARDER_MEMCACHED_URL") && text.contains("memcached://"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
