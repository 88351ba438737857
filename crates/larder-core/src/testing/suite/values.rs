//! Behaviours of values: stored, replaced, removed, whatever their bytes.

use super::{LONG, Trial};
use crate::store::bytes::{Operation, Store};

/// An empty store gives nothing out, and has nothing to remove.
pub fn nothing_is_there_at_first<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    assert_eq!(store.get("a"), None);
    assert_eq!(store.number("a"), None);
    assert_eq!(store.remaining("a"), None);
    assert!(!store.remove("a"));
    assert!(!store.remove_if("a", b""));
}

/// What was put is got, as often as it is asked for.
pub fn a_value_is_given_back<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    store.put("a", b"one", LONG);
    store.put("b", b"two", LONG);
    for _ in 0..3 {
        assert_eq!(store.get("a").as_deref(), Some(&b"one"[..]));
        assert_eq!(store.get("b").as_deref(), Some(&b"two"[..]));
    }
    assert_eq!(store.get("c"), None);
}

/// The last value put is the one that is there, longer or shorter than the one before.
pub fn a_value_is_replaced<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    for value in [&b"one"[..], b"a longer one", b"", b"2"] {
        store.put("a", value, LONG);
        assert_eq!(store.get("a").as_deref(), Some(value));
    }
}

/// Every byte, none, line ends, and what is no text come back as they were.
pub fn any_bytes_are_a_value<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    let every: Vec<u8> = (0..=u8::MAX).collect();
    for value in [&every[..], b"", b"\0", b"\r\nEND\r\n", b"$-1\r\n", b"\xff\xfe\xc3\x28", b" "] {
        store.put("a", value, LONG);
        assert_eq!(store.get("a").as_deref(), Some(value), "{value:?}");
        assert!(store.remove_if("a", value), "{value:?}");
    }
}

/// A value of digits is not changed, and not mistaken for a shorter way to write the same number.
pub fn values_that_look_like_numbers_stay_as_they_are<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    for value in ["7", "007", "-1", "+1", "1e3", "18446744073709551616", "3.0", " 7", "0x10", "nan"] {
        store.put("a", value.as_bytes(), LONG);
        assert_eq!(store.get("a").as_deref(), Some(value.as_bytes()));
    }
}

/// A value as large as the store takes, at most 1 MiB, comes back whole.
pub fn large_values_are_given_back<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    let most = store.store().capabilities().largest_value.unwrap_or(MANY).min(MANY);
    for length in [1, 255, 256, 4_095, 4_096, 65_535, 65_536, most - 1, most] {
        let value = pattern(length.min(most));
        store.put("a", &value, LONG);
        assert!(store.get("a").as_ref() == Some(&value), "a value of {length} bytes comes back");
    }
}

/// A larger value than the store takes is refused by that name, and is not given out in part.
pub fn what_is_too_large_is_refused<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    let Some(most) = store.store().capabilities().largest_value else {
        let value = pattern(MANY + 1);
        store.put("a", &value, LONG);
        assert!(
            store.get("a").as_ref() == Some(&value),
            "a store that names no limit takes 1 MiB and one byte"
        );
        return;
    };
    let value = pattern(most + 1);
    let put = Operation::Put { key: "a".into(), value: value.clone(), ttl: LONG };
    let put_if_absent = Operation::PutIfAbsent { key: "a".into(), value, ttl: LONG };
    for operation in [put, put_if_absent] {
        match store.try_run(&[operation]) {
            Err(error) => assert!(error.is_too_large(), "it says that the value is too large, not: {error}"),
            Ok(answers) => panic!("{} bytes are refused, not answered by {answers:?}", most + 1),
        }
        assert_eq!(store.get("a"), None);
    }
    store.put("a", b"small", LONG);
    assert_eq!(store.get("a").as_deref(), Some(&b"small"[..]), "and goes on afterwards");
}

/// The first one stays, until it is removed.
pub fn put_if_absent_leaves_what_is_there<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    assert!(store.put_if_absent("a", b"one", LONG));
    assert!(!store.put_if_absent("a", b"two", LONG));
    assert_eq!(store.get("a").as_deref(), Some(&b"one"[..]));
    assert!(store.remove("a"));
    assert!(store.put_if_absent("a", b"two", LONG));
    assert_eq!(store.get("a").as_deref(), Some(&b"two"[..]));
    store.put("b", b"", LONG);
    assert!(!store.put_if_absent("b", b"two", LONG), "an empty value is one");
}

/// A removed value is gone, and only the first removal finds it.
pub fn remove_says_whether_there_was_one<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    store.put("a", b"one", LONG);
    store.put("b", b"two", LONG);
    assert!(store.remove("a"));
    assert_eq!(store.get("a"), None);
    assert!(!store.remove("a"));
    assert_eq!(store.get("b").as_deref(), Some(&b"two"[..]));
}

/// Another value, or a part of it, is no reason to remove.
pub fn remove_if_removes_this_value_only<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    store.put("a", b"token", LONG);
    for other in [&b"toke"[..], b"tokens", b"", b"TOKEN", b"*", b"token\0"] {
        assert!(!store.remove_if("a", other), "{other:?}");
        assert_eq!(store.get("a").as_deref(), Some(&b"token"[..]));
    }
    assert!(store.remove_if("a", b"token"));
    assert_eq!(store.get("a"), None);
    assert!(!store.remove_if("a", b"token"));
}

/// Bytes without a regular pattern, so that a lost or doubled piece shows, and that do not shrink much.
pub(super) fn pattern(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}

/// The size up to which every store is tried.
const MANY: usize = 1 << 20;
