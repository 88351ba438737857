//! The suite finds what a store does wrong: each mistake fails the behaviour that forbids it, in both halves.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use larder_core::{
    store_bytes::{Answer, Answers, BoxFuture, Capabilities, Operation, Store, StoreError},
    testing::{
        MemoryStore, isolate,
        suite::{self, Half, Trial},
    },
};

/// A store with a mistake.
struct Wrong {
    inner: MemoryStore,
    ask: fn(Operation) -> Operation,
    tell: fn(&Operation, Answer) -> Answer,
    clear: fn(&str) -> &str,
    capabilities: fn(Capabilities) -> Capabilities,
}

impl Wrong {
    fn new() -> Self {
        let inner = MemoryStore::new();
        Self { inner, ask: |it| it, tell: |_, it| it, clear: |it| it, capabilities: |it| it }
    }

    fn asks(ask: fn(Operation) -> Operation) -> Self {
        Self { ask, ..Self::new() }
    }

    fn tells(tell: fn(&Operation, Answer) -> Answer) -> Self {
        Self { tell, ..Self::new() }
    }
}

impl Store for Wrong {
    fn name(&self) -> &'static str {
        "wrong"
    }

    fn capabilities(&self) -> Capabilities {
        (self.capabilities)(self.inner.capabilities())
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        let asked: Vec<_> = batch.iter().cloned().map(self.ask).collect();
        let answers = self.inner.run(&asked)?;
        Ok(batch.iter().zip(answers).map(|(operation, answer)| (self.tell)(operation, answer)).collect())
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        Box::pin(async move { self.run(batch) })
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        self.inner.clear((self.clear)(prefix))
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move { self.clear(prefix) })
    }
}

#[track_caller]
fn finds(behaviour: fn(Trial<'_, Wrong>), wrong: impl Fn() -> Wrong) {
    let time = isolate();
    for half in [Half::Blocking, Half::Asynchronous] {
        let check = |store: Wrong| behaviour(Trial::new(&store, half).pass(|by| time.advance(by)));
        check(Wrong::new());
        let found = catch_unwind(AssertUnwindSafe(|| check(wrong())));
        assert!(found.is_err(), "{half:?}: the behaviour passes for a store that is wrong");
    }
}

fn long_lived(operation: Operation) -> Operation {
    let ttl = Duration::from_secs(100_000);
    match operation {
        Operation::Put { key, value, .. } => Operation::Put { key, value, ttl },
        Operation::Raise { key, to, .. } => Operation::Raise { key, to, ttl },
        Operation::Add { key, by, from, .. } => Operation::Add { key, by, from, ttl },
        other => other,
    }
}

fn with_key(operation: Operation, change: impl Fn(String) -> String) -> Operation {
    match operation {
        Operation::Get { key } => Operation::Get { key: change(key) },
        Operation::Put { key, value, ttl } => Operation::Put { key: change(key), value, ttl },
        Operation::Remove { key } => Operation::Remove { key: change(key) },
        other => other,
    }
}

#[test]
fn lifetimes_that_are_ignored() {
    finds(suite::a_value_expires, || Wrong::asks(long_lived));
    finds(suite::a_replaced_value_has_the_new_expiry, || Wrong::asks(long_lived));
    finds(suite::an_expired_value_is_absent_for_every_operation, || Wrong::asks(long_lived));
    finds(suite::add_sets_the_expiry, || Wrong::asks(long_lived));
    finds(suite::an_expired_number_begins_anew, || Wrong::asks(long_lived));
    finds(suite::remaining_is_how_long_it_lives_on, || Wrong::asks(long_lived));
}

#[test]
fn lifetimes_of_raised_numbers_that_are_set() {
    let sets = |operation| match operation {
        Operation::Raise { key, ttl, .. } => Operation::Add { key, by: 0, from: 5, ttl },
        other => other,
    };
    finds(suite::raise_never_shortens_an_expiry, || Wrong::asks(sets));
    finds(suite::a_number_is_raised_and_never_shrinks, || Wrong::asks(sets));
}

#[test]
fn conditions_that_are_ignored() {
    let puts = |operation| match operation {
        Operation::PutIfAbsent { key, value, ttl } => Operation::Put { key, value, ttl },
        other => other,
    };
    let removes = |operation| match operation {
        Operation::RemoveIf { key, .. } => Operation::Remove { key },
        other => other,
    };
    finds(suite::put_if_absent_leaves_what_is_there, || Wrong::asks(puts));
    finds(suite::one_of_many_puts_if_absent, || Wrong::asks(puts));
    finds(suite::remove_if_removes_this_value_only, || Wrong::asks(removes));
}

#[test]
fn sums_that_are_wrong() {
    let from_nothing = |operation| match operation {
        Operation::Add { key, by, ttl, .. } => Operation::Add { key, by, from: 0, ttl },
        other => other,
    };
    finds(suite::add_begins_at_from, || Wrong::asks(from_nothing));
    let without_sign = |operation| match operation {
        Operation::Add { key, by, from, ttl } => Operation::Add { key, by: by.saturating_abs(), from, ttl },
        other => other,
    };
    finds(suite::add_subtracts, || Wrong::asks(without_sign));
    finds(suite::add_saturates_at_zero, || Wrong::asks(without_sign));
    let short = |_: &Operation, answer| match answer {
        Answer::Number(number) => Answer::Number(number.map(|number| number & 0xffff_ffff)),
        other => other,
    };
    finds(suite::add_saturates_at_the_top, || Wrong::tells(short));
    finds(suite::a_number_is_raised_and_never_shrinks, || Wrong::tells(short));
}

#[test]
fn numbers_that_are_not_there() {
    let zero = |_: &Operation, answer| match answer {
        Answer::Number(number) => Answer::Number(number.or(Some(0))),
        other => other,
    };
    finds(suite::what_is_no_number_counts_as_missing, || Wrong::tells(zero));
    finds(suite::nothing_is_there_at_first, || Wrong::tells(zero));
}

#[test]
fn values_that_are_changed() {
    fn value(answer: Answer, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> Answer {
        match answer {
            Answer::Value(value) => Answer::Value(value.and_then(change)),
            other => other,
        }
    }
    finds(suite::any_bytes_are_a_value, || {
        Wrong::tells(|_, answer| value(answer, |value| Some(value).filter(|value| !value.is_empty())))
    });
    finds(suite::large_values_are_given_back, || {
        Wrong::tells(|_, answer| value(answer, |value| Some(value.into_iter().take(65_535).collect())))
    });
    finds(suite::values_that_look_like_numbers_stay_as_they_are, || {
        Wrong::tells(|_, answer| {
            value(answer, |value| {
                let text = String::from_utf8_lossy(&value).into_owned();
                Some(text.parse::<i64>().map_or(text, |number| number.to_string()).into())
            })
        })
    });
}

#[test]
fn keys_that_are_confused() {
    finds(suite::keys_differ_by_one_character, || {
        Wrong::asks(|operation| with_key(operation, |key| key.to_lowercase()))
    });
    finds(suite::keys_may_be_unicode, || {
        Wrong::asks(|operation| with_key(operation, |key| key.chars().filter(char::is_ascii).collect()))
    });
    let cuts = |operation| with_key(operation, |key| key.chars().take(4_096).collect());
    finds(suite::keys_over_the_longest_are_kept_apart, || Wrong::asks(cuts));
}

#[test]
fn prefixes_that_are_patterns() {
    finds(suite::clear_takes_the_prefix_literally, || Wrong {
        clear: |prefix| prefix.split('*').next().unwrap_or(prefix),
        ..Wrong::new()
    });
    finds(suite::clear_removes_by_prefix, || Wrong { clear: |_| "", ..Wrong::new() });
    finds(suite::clear_of_everything, || Wrong { clear: |_| "none", ..Wrong::new() });
}

#[test]
fn a_store_that_does_not_admit_what_it_cannot_do() {
    let says_it_cannot_list = || Wrong { capabilities: |_| Capabilities::default(), ..Wrong::new() };
    finds(suite::clear_removes_by_prefix, says_it_cannot_list);
    finds(suite::what_is_too_large_is_refused, || Wrong {
        capabilities: |it| it.largest_value(100),
        ..Wrong::new()
    });
    finds(suite::what_it_says_of_itself_is_plain, || Wrong {
        capabilities: |it| it.resolution(Duration::ZERO),
        ..Wrong::new()
    });
}

#[test]
fn answers_of_another_kind() {
    finds(suite::a_batch_answers_in_order, || {
        Wrong::tells(|operation, answer| match operation {
            Operation::Remaining { .. } => Answer::Value(None),
            _ => answer,
        })
    });
}
