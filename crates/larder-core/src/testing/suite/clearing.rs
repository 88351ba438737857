//! Behaviours of clearing by prefix. A store that cannot list its keys has to say so, and leave everything.

use super::{LONG, Trial, trial::Subject};
use crate::store::bytes::Store;

/// What begins with the prefix goes, the prefix itself included; everything else stays.
pub fn clear_removes_by_prefix<S: Store>(trial: Trial<'_, S>) {
    clears(
        &trial.subject,
        "app:a",
        &["app:a", "app:a:1", "app:a:2", "app:ab"],
        &["app:", "app:b", "xapp:a", "APP:a"],
    );
}

/// A prefix that nothing has is no error.
pub fn clear_of_nothing_removes_nothing<S: Store>(trial: Trial<'_, S>) {
    clears(&trial.subject, "nothing", &[], &["a", "noth", "b:nothing"]);
}

/// What is a pattern elsewhere is a character here, and so is what is beyond ASCII.
pub fn clear_takes_the_prefix_literally<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    clears(store, "a*", &["a*", "a*b"], &["a", "ab", "axb"]);
    clears(store, "b?", &["b?", "b?c"], &["b", "bx", "bxc"]);
    clears(store, "c[d]", &["c[d]", "c[d]e"], &["cd", "cde", "c[", "c[^d]"]);
    clears(store, r"e\", &[r"e\", r"e\*"], &["e", "e*", "ef"]);
    clears(store, r"g\*", &[r"g\*"], &["g*", r"g\", r"g\x"]);
    clears(store, "h[^i-k]", &["h[^i-k]"], &["hl", "hi", "h^"]);
    clears(store, "größe:", &["größe:1", "größe:ß"], &["gr", "größ", "grosse:1", "GRÖSSE:1"]);
    clears(store, "日本", &["日本", "日本語"], &["日", "日体", "本"]);
    clears(store, "%_;'", &["%_;'", "%_;'x"], &["%", "a_;'", "%a;'"]);
}

/// Every key begins with nothing.
pub fn clear_of_everything<S: Store>(trial: Trial<'_, S>) {
    clears(&trial.subject, "", &["a", "b:1", "日", "*"], &[]);
}

/// Numbers go like values, and begin anew.
pub fn clear_reaches_numbers<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    store.raise("n:1", 5, LONG);
    store.add("n:2", 5, 0, LONG);
    store.put("n:3", b"", LONG);
    store.raise("m:1", 5, LONG);
    if lists(store) {
        assert_eq!(store.clear("n:"), 3);
        assert_eq!((store.number("n:1"), store.number("n:2"), store.get("n:3")), (None, None, None));
        assert_eq!(store.add("n:1", 1, 0, LONG), 1);
    }
    assert_eq!(store.number("m:1"), Some(5));
}

#[track_caller]
fn clears<S: Store>(store: &Subject<'_, S>, prefix: &str, goes: &[&str], stays: &[&str]) {
    for key in goes.iter().chain(stays) {
        store.put(key, key.as_bytes(), LONG);
    }
    if lists(store) {
        assert_eq!(store.clear(prefix), goes.len() as u64, "how many begin with `{prefix}`");
        assert_eq!(store.clear(prefix), 0, "`{prefix}` once more");
        for key in goes {
            assert_eq!(store.get(key), None, "`{key}` begins with `{prefix}`");
        }
    }
    for key in stays {
        assert_eq!(store.get(key).as_deref(), Some(key.as_bytes()), "`{key}` does not begin with `{prefix}`");
        assert!(store.remove(key));
    }
}

/// Whether the store can list; asserts that one that cannot says so.
#[track_caller]
fn lists<S: Store>(store: &Subject<'_, S>) -> bool {
    let lists = store.store().capabilities().lists;
    if !lists {
        let error = store.try_clear("a").expect_err("a store that cannot list its keys cannot clear them");
        assert!(error.is_unsupported(), "it says that it cannot, not: {error}");
    }
    lists
}
