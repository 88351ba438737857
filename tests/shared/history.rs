//! Random histories over a store that forgets: whatever is evicted, flushed, invalidated or written late, no call gets a value from before an invalidation that had returned.

use std::sync::Arc;
use std::thread;

use larder::store::{Answer, Operation, Store};
use larder::testing::{FailingStore, MemoryStore, isolate};
use proptest::prelude::*;

use crate::functions::{GATE, SHAPES, Shape, TARGETS, TRUTH, Target};
use crate::switch::use_memory;

#[derive(Clone, Debug)]
enum Step {
    Call(Shape),
    /// The truth changes and this is invalidated; a computation that began before ends only afterwards, if the flag is set.
    Change(Target, bool),
    /// Records of these kinds are evicted: sequence, scopes, entries.
    Evict(u8),
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::sample::select(&SHAPES[..]).prop_map(Step::Call),
        4 => (prop::sample::select(&TARGETS[..]), any::<bool>()).prop_map(|(target, late)| Step::Change(target, late)),
        3 => (0..6_u8).prop_map(Step::Evict),
        1 => Just(Step::Flush),
    ]
}

/// What an evicting store throws away first, by what its keys begin with behind the prefix.
const KINDS: [&str; 6] = ["seq", "a", "f:", "k:", "t:", "u:"];

fn evict(store: &Arc<FailingStore<MemoryStore>>, kind: &str) {
    store.inner().clear(&format!("larder:default:{kind}")).expect("memory does not fail");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_from_before_an_invalidation_is_served(steps in prop::collection::vec(step(), 1..40)) {
        let _alone = isolate();
        let store = use_memory();
        let id = 77;
        let mut truth = 1;
        TRUTH.lock().unwrap().insert(id, truth);
        for step in steps {
            match step {
                Step::Call(shape) => {
                    let value = shape.call(id);
                    prop_assert_eq!(value, truth, "by {:?}", shape);
                }
                Step::Change(target, is_late) => {
                    let late = is_late.then(|| {
                        GATE.close();
                        let late = thread::spawn(move || Shape::Plain.refresh(id));
                        GATE.await_arrival();
                        late
                    });
                    truth += 1;
                    TRUTH.lock().unwrap().insert(id, truth);
                    // Of each of the functions at the bottom.
                    for shape in [Shape::Plain, Shape::PlainAsync, Shape::Near, Shape::Locked] {
                        shape.invalidate(target, id).expect("the store answers");
                    }
                    GATE.open();
                    if let Some(late) = late {
                        late.join().unwrap();
                    }
                }
                Step::Evict(kind) => evict(&store, KINDS[usize::from(kind)]),
                Step::Flush => evict(&store, ""),
            }
        }
    }
}

/// The records of a store are numbers that only grow, under names without blanks: what another program may count on that looks at them.
#[test]
fn records_are_readable() {
    let _alone = isolate();
    let store = use_memory();
    Shape::Plain.call(5);
    Shape::Plain.invalidate(Target::User, 5).unwrap();
    let number = |key: &str| {
        let answers =
            store.inner().run(&[Operation::Number { key: format!("larder:default:{key}") }]).unwrap();
        match answers.as_slice() {
            [Answer::Number(number)] => *number,
            other => panic!("{other:?}"),
        }
    };
    let sequence = number("seq").expect("something was invalidated");
    assert_eq!(number("u:5"), Some(sequence));
    for scope in ["a", "f:plain", "k:plain:(5)", "t:static%3a5", "t:static:5"] {
        assert!(number(scope).is_none_or(|number| number < sequence), "{scope}");
    }
    assert!(number("k:plain:(5)").is_some());
}
