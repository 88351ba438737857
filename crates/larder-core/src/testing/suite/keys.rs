//! Behaviours of keys, and what a store says of itself.

use super::{LONG, Trial, trial::Subject};
use crate::store::bytes::Store;

/// Keys that differ in case, in one character, or in length are different keys.
pub fn keys_differ_by_one_character<S: Store>(trial: Trial<'_, S>) {
    are_apart(
        &trial.subject,
        &["a", "A", "aa", "a:", "a:1", "a:10", "a:01", "a/1", "a/../a", "..", ".", "/", "%61"],
    );
}

/// Any printable character may stand in a key; equal looks do not make equal keys.
pub fn keys_may_be_unicode<S: Store>(trial: Trial<'_, S>) {
    are_apart(
        &trial.subject,
        &["größe", "gro\u{308}ße", "日本語", "日本", "🦀", "\u{41}", "\u{391}", "\u{410}"],
    );
}

/// Keys as long as the store keeps as they are, of the same beginning or end.
pub fn keys_at_the_longest_are_kept_apart<S: Store>(trial: Trial<'_, S>) {
    let longest = trial.subject.store().capabilities().longest_key.unwrap_or(MANY);
    are_apart_at(&trial.subject, longest - 1);
    are_apart_at(&trial.subject, longest);
}

/// Longer keys are hashed by the store; nothing is cut off.
pub fn keys_over_the_longest_are_kept_apart<S: Store>(trial: Trial<'_, S>) {
    let longest = trial.subject.store().capabilities().longest_key.unwrap_or(MANY);
    are_apart_at(&trial.subject, longest + 1);
    are_apart_at(&trial.subject, longest * 2 + 1);
}

/// The name is a word, and the capabilities are what can be true.
pub fn what_it_says_of_itself_is_plain<S: Store>(trial: Trial<'_, S>) {
    let store = trial.subject.store();
    let name = store.name();
    assert!(
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)),
        "{name:?}"
    );
    let capabilities = store.capabilities();
    assert!(!capabilities.resolution.is_zero(), "an expiry is exact to something: {capabilities:?}");
    assert_ne!(capabilities.longest_key, Some(0));
    assert_ne!(capabilities.largest_value, Some(0));
    assert_eq!(capabilities, store.capabilities(), "they do not change");
}

#[track_caller]
fn are_apart_at<S: Store>(store: &Subject<'_, S>, length: usize) {
    let all = "k".repeat(length);
    let rest = "k".repeat(length.saturating_sub(1));
    are_apart(store, &[&all, &format!("{rest}x"), &format!("x{rest}")]);
}

/// Every key has a value of its own, and one goes without the others.
#[track_caller]
fn are_apart<S: Store>(store: &Subject<'_, S>, keys: &[&str]) {
    for (n, key) in keys.iter().enumerate() {
        store.put(key, n.to_string().as_bytes(), LONG);
    }
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(store.get(key), Some(n.to_string().into_bytes()), "`{key}` has a value of its own");
    }
    for (n, key) in keys.iter().enumerate() {
        assert!(store.remove(key), "`{key}`");
        assert_eq!(store.get(key), None, "`{key}`");
        let next = keys.get(n + 1).map(|next| store.get(next).is_some());
        assert_ne!(next, Some(false), "`{key}` went alone");
    }
}

/// A length of key that any store without a limit takes.
const MANY: usize = 4_096;
