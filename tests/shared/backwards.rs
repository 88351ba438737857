//! A store that has lost what it had acknowledged: a backup, or a replica that was behind when it was promoted. A process that knows better does not believe it, and tells the others.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use larder::store::{Answer, Operation, Store};
use larder::testing::{FailingStore, Fault, MemoryStore, isolate};

use crate::functions::{SHAPES, Shape, TARGETS, Target, tell};
use crate::server::Server;
use crate::switch::{patient, use_memory, use_store};

/// What a record of the default cache says.
fn number(store: &FailingStore<MemoryStore>, record: &str) -> u64 {
    let key = format!("larder:default:{record}");
    match store.inner().run(&[Operation::Number { key }]).unwrap().as_slice() {
        [Answer::Number(Some(number))] => *number,
        other => panic!("{record}: {other:?}"),
    }
}

/// Has a record say less than it did.
fn set_back(store: &FailingStore<MemoryStore>, record: &str, to: u64) {
    let key = format!("larder:default:{record}");
    let ttl = Duration::from_secs(60);
    store.inner().run(&[Operation::Remove { key: key.clone() }, Operation::Raise { key, to, ttl }]).unwrap();
}

/// The server comes back with its backup from before the invalidation, entries and records and all.
#[test]
fn a_backup_does_not_undo_what_this_process_has_invalidated() {
    let _alone = isolate();
    for (at, target) in (0..).zip(TARGETS) {
        let mut server = Server::start();
        use_store(patient(&server.url()));
        let id = 600 + at;
        tell(id, 1);
        for shape in SHAPES {
            assert_eq!(shape.call(id), 1);
        }
        server.admin(&["SAVE"]);
        tell(id, 2);
        for bottom in [Shape::Plain, Shape::PlainAsync, Shape::Near] {
            bottom.invalidate(target, id).expect("the store answers");
        }
        server.restart();
        for shape in SHAPES {
            crate::eventually("the server is found again", || {
                let value = shape.call(id);
                assert_eq!(value, 2, "{shape:?} after {target:?}");
                shape.peek(id) == Some(2)
            });
        }
    }
}

/// What one process knows it tells the others: what came before is invalid everywhere.
#[test]
fn a_sequence_that_has_gone_back_invalidates_what_came_before() {
    let _alone = isolate();
    let store = use_memory();
    tell(610, 1);
    assert_eq!(Shape::Plain.call(610), 1);
    let (sequence, all) = (number(&store, "seq"), number(&store, "a"));
    Shape::Plain.invalidate(Target::Key, 611).unwrap();
    set_back(&store, "seq", sequence);
    // of whatever key: one is enough
    Shape::Plain.call(612);
    assert!(number(&store, "seq") > sequence + 1);
    assert!(
        number(&store, "a") > all && number(&store, "a") > sequence + 1,
        "all that came before is invalid"
    );
    assert_eq!(Shape::Plain.call(610), 1);
    assert_eq!(Shape::Plain.peek(610), Some(1), "and is stored anew");
}

/// On a cluster records may be lost where the sequence is not: a process remembers its own invalidations.
#[test]
fn a_record_that_has_gone_back_alone_is_not_believed() {
    let _alone = isolate();
    let store = use_memory();
    for (id, target, record) in [
        (620, Target::Key, "k:plain:(620)"),
        (621, Target::StaticTag, "t:static:621"),
        (622, Target::DynamicTag, "t:dynamic:622"),
        (623, Target::User, "u:623"),
        (624, Target::Function, "f:plain"),
        (625, Target::Everything, "a"),
    ] {
        tell(id, 1);
        let entry = entry_of(&store, "plain", id, || {
            for shape in [Shape::Plain, Shape::Around] {
                assert_eq!(shape.call(id), 1);
            }
        });
        let before = number(&store, record);
        // with the entry, which the node that holds the record need not hold
        let entries = store.inner().run(&[Operation::Get { key: entry.clone() }]).unwrap();
        let Some(Answer::Value(Some(bytes))) = entries.into_iter().next() else { panic!("it was stored") };
        tell(id, 2);
        Shape::Plain.invalidate(target, id).unwrap();
        set_back(&store, record, before);
        let ttl = Duration::from_secs(60);
        let put = Operation::Put { key: entry, value: bytes, ttl };
        store.inner().run(&[put]).unwrap();
        for shape in [Shape::Plain, Shape::Around] {
            assert_eq!(shape.call(id), 2, "{shape:?} after {target:?}");
            assert_eq!(shape.peek(id), Some(2));
        }
        assert!(number(&store, record) > before, "the others are told");
    }
}

/// An invalidation after the loss takes a number above those that entries know.
#[test]
fn an_invalidation_after_the_loss_reaches_entries_from_before_it() {
    let _alone = isolate();
    let store = use_memory();
    Shape::Plain.call(630);
    let sequence = number(&store, "seq");
    for _ in 0..20 {
        Shape::Plain.invalidate(Target::Key, 631).unwrap();
    }
    tell(630, 1);
    assert_eq!(Shape::Plain.refresh(630), 1);
    set_back(&store, "seq", sequence);
    tell(630, 2);
    Shape::Plain.invalidate(Target::StaticTag, 630).unwrap();
    assert!(number(&store, "t:static:630") > sequence + 20);
    assert_eq!(Shape::Plain.call(630), 2);
}

/// An insertion takes a number, too: afterwards nobody would notice that numbers were lost.
#[test]
fn an_insertion_after_the_loss_invalidates_what_came_before() {
    let _alone = isolate();
    let store = use_memory();
    tell(640, 1);
    assert_eq!(Shape::Plain.call(640), 1);
    let (sequence, all) = (number(&store, "seq"), number(&store, "a"));
    Shape::Plain.invalidate(Target::Key, 641).unwrap();
    set_back(&store, "seq", sequence);
    crate::functions::plain::insert(641, 5).unwrap();
    assert!(number(&store, "a") > all && number(&store, "a") > sequence + 1);
    assert_eq!(Shape::Plain.peek(640), None);
    assert_eq!(Shape::Plain.peek(641), Some(5), "and the inserted value is valid");
}

/// The key of the next entry that is written for this function and id.
fn entry_of(store: &FailingStore<MemoryStore>, function: &str, id: u32, call: impl FnOnce()) -> String {
    let seen = Arc::new(Mutex::new(None));
    let (into, start, end) = (Arc::clone(&seen), format!(":e:{function}:"), format!("({id})"));
    store.fail_where(Fault::Unavailable, move |operation| {
        if matches!(operation, Operation::Put { key, .. } if key.contains(&start) && key.ends_with(&end)) {
            *into.lock().unwrap() = Some(operation.key().to_owned());
        }
        false
    });
    call();
    store.heal();
    let seen = seen.lock().unwrap().take();
    seen.expect("an entry was written")
}

/// Whoever finds the sequence above all that it knows trusts what is there: so what is lost has ended before, whatever fails then.
#[test]
fn everything_ends_before_the_sequence_goes_on() {
    let _alone = isolate();
    let ways: [(u32, fn(u32)); 3] = [
        (650, |id| _ = Shape::Plain.call(id)),
        (660, |id| assert!(Shape::Plain.invalidate(Target::Key, id).is_err())),
        (670, |id| assert!(crate::functions::plain::insert(id, 5).is_err())),
    ];
    for (id, way) in ways {
        let store = use_memory();
        tell(id, 1);
        assert_eq!(Shape::Plain.call(id), 1);
        let sequence = number(&store, "seq");
        Shape::Plain.invalidate(Target::Key, id + 1).unwrap();
        set_back(&store, "seq", sequence);
        store.fail_where(
            Fault::Unavailable,
            |operation| matches!(operation, Operation::Raise { key, .. } if key.ends_with(":seq")),
        );
        way(id + 2);
        assert!(number(&store, "seq") <= sequence + 1, "it has not gone on");
        assert!(number(&store, "a") > sequence + 1, "what was lost has ended");
        store.heal();
    }
}
