//! Behaviours of lifetimes.

use std::time::Duration;

use super::{LONG, Trial};
use crate::store::bytes::Store;

/// What has expired is not given out.
pub fn a_value_expires<S: Store>(mut trial: Trial<'_, S>) {
    trial.subject.put("a", b"one", trial.brief());
    trial.outlive("a");
    assert_eq!(trial.subject.remaining("a"), None);
}

/// One that lives longer is still there when a shorter one has gone.
pub fn values_expire_each_at_its_own_time<S: Store>(mut trial: Trial<'_, S>) {
    trial.subject.put("a", b"one", LONG);
    assert!(trial.subject.put_if_absent("b", b"two", LONG));
    trial.outlive_brief();
    assert_eq!(trial.subject.get("a").as_deref(), Some(&b"one"[..]));
    assert_eq!(trial.subject.get("b").as_deref(), Some(&b"two"[..]));
}

/// A value does not die at the time of the one before it, nor live on for its sake.
pub fn a_replaced_value_has_the_new_expiry<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    trial.subject.put("longer", b"one", brief);
    trial.subject.put("longer", b"two", LONG);
    trial.subject.put("shorter", b"one", LONG);
    trial.subject.put("shorter", b"two", brief);
    trial.outlive("shorter");
    trial.outlive_brief();
    assert_eq!(trial.subject.get("longer").as_deref(), Some(&b"two"[..]));
}

/// To every operation an expired value is none.
pub fn an_expired_value_is_absent_for_every_operation<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    for key in ["a", "b", "c", "d"] {
        trial.subject.put(key, b"7", brief);
    }
    trial.outlive_brief();
    let store = &trial.subject;
    assert_eq!(store.number("a"), None);
    assert!(!store.remove("a"));
    assert!(!store.remove_if("b", b"7"));
    assert!(store.put_if_absent("b", b"new", LONG));
    assert_eq!(store.get("b").as_deref(), Some(&b"new"[..]));
    assert_eq!(store.raise("c", 3, LONG), 3);
    assert_eq!(store.add("d", 1, 10, LONG), 11);
}

/// Raising makes a number live longer, also when it is that high already.
pub fn raise_extends_an_expiry<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    for (key, to) in [("higher", 6), ("same", 5), ("lower", 4)] {
        trial.subject.raise(key, 5, brief);
        // a busy machine may have let it expire in between, then it begins at `to`
        let raised = trial.subject.raise(key, to, LONG);
        assert!(raised == to.max(5) || raised == to, "{key}: {raised}");
    }
    trial.outlive_brief();
    for (key, to) in [("higher", 6), ("same", 5), ("lower", 4)] {
        assert!(trial.subject.number(key) >= Some(to), "{key} lives on");
        assert!(trial.subject.remaining(key) > Some(LONG / 2), "{key} lives on for long");
    }
}

/// Raising with a shorter lifetime leaves the longer one.
pub fn raise_never_shortens_an_expiry<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    for (key, to) in [("higher", 6), ("same", 5), ("lower", 4)] {
        trial.subject.raise(key, 5, LONG);
        assert_eq!(trial.subject.raise(key, to, brief), to.max(5), "{key}");
    }
    trial.outlive_brief();
    for (key, is) in [("higher", 6), ("same", 5), ("lower", 5)] {
        assert_eq!(trial.subject.number(key), Some(is), "{key} lives on");
    }
}

/// Adding sets the lifetime, in either direction.
pub fn add_sets_the_expiry<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    trial.subject.add("longer", 1, 0, brief);
    trial.subject.add("longer", 1, 1, LONG);
    trial.subject.add("shorter", 1, 0, LONG);
    trial.subject.add("shorter", 1, 0, brief);
    trial.outlive_brief();
    assert_eq!(trial.subject.number("longer"), Some(2));
    assert_eq!(trial.subject.number("shorter"), None);
}

/// After it has expired, a number is missing.
pub fn an_expired_number_begins_anew<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    for key in ["a", "b"] {
        trial.subject.raise(key, 1_000, brief);
    }
    trial.outlive_brief();
    let store = &trial.subject;
    assert_eq!(store.number("a"), None);
    assert_eq!(store.raise("a", 3, LONG), 3);
    assert_eq!(store.add("b", 1, 7, LONG), 8);
}

/// The rest of a lifetime is what was asked for, less what has passed.
pub fn remaining_is_how_long_it_lives_on<S: Store>(mut trial: Trial<'_, S>) {
    let resolution = trial.subject.store().capabilities().resolution;
    trial.subject.put("value", b"one", LONG);
    trial.subject.raise("raised", 1, LONG);
    trial.subject.add("added", 1, 0, LONG);
    trial.outlive_brief();
    let store = &trial.subject;
    for key in ["value", "raised", "added"] {
        let remaining = store.remaining(key).expect("it is there");
        assert!(remaining <= LONG + resolution, "{key}: {remaining:?}");
        assert!(remaining > LONG - Duration::from_secs(300), "{key}: {remaining:?}");
    }
    store.put("value", b"one", LONG / 2);
    let remaining = store.remaining("value").expect("it is there");
    assert!(remaining <= LONG / 2 + resolution, "{remaining:?}");
    assert!(store.remove("value"));
    assert_eq!(store.remaining("value"), None);
}
