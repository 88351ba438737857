//! Behaviours of numbers: raised, added to, never going round.

use super::{LONG, Trial};
use crate::store::bytes::{Answer, Operation, Store};

/// A lower number changes nothing.
pub fn a_number_is_raised_and_never_shrinks<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    for (to, is) in [(5, 5), (3, 5), (5, 5), (0, 5), (6, 6), (1 << 53, 1 << 53), (7, 1 << 53)] {
        assert_eq!(store.raise("a", to, LONG), is, "raised to at least {to}");
        assert_eq!(store.number("a"), Some(is));
    }
    assert_eq!(store.number("b"), None);
}

/// Raising to zero makes a number live longer, and makes none: whether one was lost can be seen afterwards.
pub fn raising_to_zero_only_extends<S: Store>(mut trial: Trial<'_, S>) {
    let brief = trial.brief();
    let extend = |trial: &Trial<'_, S>, key: &str| {
        trial.subject.one(Operation::Raise { key: key.into(), to: 0, ttl: LONG })
    };
    assert_eq!(extend(&trial, "missing"), Answer::Number(None));
    assert_eq!(trial.subject.number("missing"), None);
    assert!(trial.subject.put_if_absent("missing", b"x", LONG), "nothing is there");
    assert_eq!(extend(&trial, "missing"), Answer::Number(None), "what is no number counts as missing");
    assert_eq!(trial.subject.get("missing").as_deref(), Some(&b"x"[..]));
    trial.subject.raise("there", 5, brief);
    // a busy machine may have let it expire in between
    let is_extended = extend(&trial, "there") == Answer::Number(Some(5));
    trial.outlive_brief();
    assert_eq!(trial.subject.number("there"), is_extended.then_some(5));
}

/// `from` counts while there is no number, and only then.
pub fn add_begins_at_from<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    assert_eq!(store.add("a", 1, 0, LONG), 1);
    assert_eq!(store.add("a", 1, 100, LONG), 2);
    assert_eq!(store.add("b", 5, 100, LONG), 105);
    assert_eq!(store.add("b", 0, 7, LONG), 105);
    assert_eq!(store.number("b"), Some(105));
    assert_eq!(store.raise("c", 41, LONG), 41);
    assert_eq!(store.add("c", 1, 1_000, LONG), 42, "what was raised is added to");
    assert_eq!(store.raise("c", 50, LONG), 50, "what was added to is raised");
}

/// A negative number is subtracted.
pub fn add_subtracts<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    assert_eq!(store.add("a", -3, 10, LONG), 7);
    assert_eq!(store.add("a", -7, 10, LONG), 0);
    assert_eq!(store.number("a"), Some(0));
    assert_eq!(store.add("a", 4, 10, LONG), 4);
}

/// Nothing goes below zero, and from there it is counted as ever.
pub fn add_saturates_at_zero<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    assert_eq!(store.add("a", -1, 0, LONG), 0);
    assert_eq!(store.add("b", -5, 3, LONG), 0);
    assert_eq!(store.add("b", i64::MIN, 3, LONG), 0);
    assert_eq!(store.add("b", 2, 100, LONG), 2);
}

/// At the top of what the store counts, numbers stay; they do not begin at zero again.
pub fn add_saturates_at_the_top<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    let exact = 1 << 53;
    assert_eq!(store.add("a", 1, exact - 1, LONG), exact, "up to 2^53 numbers are exact");
    let mut before = store.raise("b", u64::MAX, LONG);
    assert!(before >= exact, "{before}");
    for by in [1, i64::MAX, i64::MAX, i64::MAX] {
        let sum = store.add("b", by, 0, LONG);
        assert!(sum >= before, "{before} plus {by} is no less: {sum}");
        before = sum;
    }
    assert_eq!(store.number("b"), Some(before));
}

/// Bytes that are no number are none to every operation on numbers, and are replaced by one.
pub fn what_is_no_number_counts_as_missing<S: Store>(trial: Trial<'_, S>) {
    let store = &trial.subject;
    for foreign in
        [&b"hello"[..], b"", b"12a", b"\xff\xff", b"-", b"99999999999999999999999999", b"1 2", b"1.5"]
    {
        store.put("a", foreign, LONG);
        assert_eq!(store.number("a"), None, "{foreign:?} is no number");
        assert_eq!(store.raise("a", 3, LONG), 3, "{foreign:?} is raised");
        assert_eq!(store.number("a"), Some(3));
        store.put("a", foreign, LONG);
        assert_eq!(store.add("a", 2, 40, LONG), 42, "{foreign:?} is added to");
        assert_eq!(store.number("a"), Some(42));
    }
}
