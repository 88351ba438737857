//! Batches on a server in memory: whatever others do between the rounds, every answer is what the operation promises.

use std::{collections::HashMap, time::Duration};

use proptest::prelude::*;

use super::*;

/// What memcached does with the commands that are sent to it. Nothing expires in it; how long values live on is kept as it was asked for.
#[derive(Debug, Default)]
struct Server {
    items: HashMap<Vec<u8>, (Vec<u8>, u64, Left)>,
    versions: u64,
}

impl Server {
    fn answer(&mut self, command: &Command<'_>) -> Reply {
        let there = self.items.get(command.key).cloned();
        match (&command.verb, there) {
            (Verb::Get | Verb::Read | Verb::Look, None) => Reply::Missing,
            (Verb::Get, Some((value, ..))) => Reply::Value(Found { value, version: None, left: None }),
            (Verb::Read, Some((value, version, left))) => {
                Reply::Value(Found { value, version: Some(version), left: Some(left) })
            }
            (Verb::Look, Some((_, _, left))) => Reply::Done(Some(left)),
            (Verb::Set { when: When::IfAbsent, .. }, Some(_)) => Reply::NotStored,
            (Verb::Set { when: When::IfUnchanged(_), .. } | Verb::Delete { .. }, None) => Reply::NotFound,
            (
                Verb::Set { when: When::IfUnchanged(wanted), .. } | Verb::Delete { version: Some(wanted) },
                Some((_, version, _)),
            ) if *wanted != version => Reply::Changed,
            (Verb::Set { value, expiry, .. }, _) => {
                self.versions += 1;
                let left = expiry.to_string().parse().map_or(Left::Forever, Left::Seconds);
                self.items.insert(command.key.to_vec(), (value.to_vec(), self.versions, left));
                Reply::Done(None)
            }
            (Verb::Delete { .. }, Some(_)) => {
                self.items.remove(command.key);
                Reply::Done(None)
            }
        }
    }

    /// One round of a batch; says whether there was anything to ask.
    fn round(&mut self, work: &mut Work<'_>) -> bool {
        let mut positions = Vec::new();
        let mut replies = Vec::new();
        for asked in work.round() {
            positions.push((asked.at, asked.verbs.len()));
            replies.extend(asked.commands().map(|command| self.answer(&command)));
        }
        // the end of the request
        replies.push(Reply::Done(None));
        work.take(&positions, Ok(replies)).expect("the server answers as it should");
        !positions.is_empty()
    }
}

/// What one operation promises, on a map.
fn promised(items: &mut HashMap<String, Vec<u8>>, operation: &Operation) -> Answer {
    let key = operation.key().to_owned();
    let there = items.get(&key).cloned();
    let now = there.as_deref().and_then(count);
    let mut put = |number: u64| {
        items.insert(key.clone(), text(number));
        Answer::Number(Some(number))
    };
    match operation {
        Operation::Get { .. } => Answer::Value(there),
        Operation::Number { .. } => Answer::Number(now),
        Operation::Raise { to: 0, .. } => Answer::Number(now),
        Operation::Raise { to, .. } => put(now.unwrap_or(0).max(*to)),
        Operation::Add { by, from, .. } => put(now.unwrap_or(*from).saturating_add_signed(*by)),
        Operation::Put { value, .. } => {
            items.insert(key, value.clone());
            Answer::Done(true)
        }
        Operation::PutIfAbsent { value, .. } => {
            if there.is_none() {
                items.insert(key, value.clone());
            }
            Answer::Done(there.is_none())
        }
        Operation::Remove { .. } => Answer::Done(items.remove(&key).is_some()),
        Operation::RemoveIf { value, .. } => {
            let is_it = there.as_ref() == Some(value);
            if is_it {
                items.remove(&key);
            }
            Answer::Done(is_it)
        }
        other => panic!("{other:?} is not among them"),
    }
}

const TTL: Duration = Duration::from_secs(60);

fn operation() -> impl Strategy<Value = Operation> {
    let key = prop_oneof![Just("a".to_owned()), Just("b".to_owned()), Just("k".repeat(300))];
    let value =
        prop_oneof![Just(b"7".to_vec()), Just(b"x".to_vec()), Just(b"1 2".to_vec()), Just(Vec::new())];
    let number = prop_oneof![Just(0), 1_u64..20, Just(u64::MAX)];
    let by = prop_oneof![-20_i64..20, Just(i64::MAX), Just(i64::MIN)];
    (key, value, number, by, 0_u8..9).prop_map(|(key, value, number, by, kind)| match kind {
        0 => Operation::Get { key },
        1 => Operation::Number { key },
        2 => Operation::Put { key, value, ttl: TTL },
        3 => Operation::PutIfAbsent { key, value, ttl: TTL },
        4 => Operation::Remove { key },
        5 => Operation::RemoveIf { key, value },
        6 | 7 => Operation::Raise { key, to: number, ttl: TTL },
        _ => Operation::Add { key, by, from: number, ttl: TTL },
    })
}

proptest! {
    #[test]
    fn a_batch_comes_to_what_its_operations_promise_in_their_order(batch in prop::collection::vec(operation(), 0..30)) {
        let (mut server, mut items) = (Server::default(), HashMap::new());
        let expected: Vec<Answer> = batch.iter().map(|operation| promised(&mut items, operation)).collect();
        let mut work = Work::new(&batch, &Keyspace::default());
        let mut rounds = 0;
        while server.round(&mut work) {
            rounds += 1;
        }
        prop_assert_eq!(work.answers().unwrap(), expected);
        let steps = batch.iter().filter(|operation| has_steps(operation)).count();
        prop_assert!(rounds <= 1 + 2 * steps, "{} rounds", rounds);
    }

    #[test]
    fn whoever_comes_between_loses_nothing(turns in prop::collection::vec(0_usize..3, 0..60), by in prop::collection::vec(1_i64..50, 3)) {
        let mut server = Server::default();
        let add = |by: i64| Operation::Add { key: "sum".into(), by, from: 100, ttl: TTL };
        let raise = |to: u64| Operation::Raise { key: "high".into(), to, ttl: TTL };
        let batches: Vec<Vec<Operation>> = by.iter().map(|by| vec![add(*by), raise(*by as u64), add(*by)]).collect();
        let mut works: Vec<Work<'_>> = batches.iter().map(|batch| Work::new(batch, &Keyspace::default())).collect();
        for turn in turns {
            server.round(&mut works[turn]);
        }
        for work in &mut works {
            while server.round(work) {}
        }
        let sum: i64 = by.iter().sum();
        let number = |key: &str| count(&server.items[key.as_bytes()].0);
        prop_assert_eq!(number("sum"), Some(100 + 2 * sum as u64));
        prop_assert_eq!(number("high"), by.iter().max().map(|by| *by as u64));
        for (work, by) in works.into_iter().zip(by) {
            let answers = work.answers().unwrap();
            let [Answer::Number(Some(first)), Answer::Number(Some(high)), Answer::Number(Some(second))] = answers[..] else {
                panic!("{answers:?}")
            };
            prop_assert!(high >= by as u64 && second >= first + by as u64);
        }
    }

    #[test]
    fn whatever_is_answered_nothing_panics_and_it_ends(batch in prop::collection::vec(operation(), 1..6), kinds in prop::collection::vec(0_u8..9, 60)) {
        let reply = |kind: u8| match kind {
            0 => Reply::Value(Found::default()),
            1 => Reply::Value(Found { value: b"7".to_vec(), version: Some(1), left: Some(Left::Forever) }),
            2 => Reply::Value(Found { value: b"x".to_vec(), version: Some(1), left: Some(Left::Seconds(0)) }),
            3 => Reply::Done(None),
            4 => Reply::Done(Some(Left::Seconds(5))),
            5 => Reply::Missing,
            6 => Reply::NotStored,
            7 => Reply::Changed,
            _ => Reply::Error("SERVER_ERROR out of memory".into()),
        };
        let mut kinds = kinds.into_iter();
        let mut work = Work::new(&batch, &Keyspace::default());
        loop {
            let positions: Positions = work.round().iter().map(|asked| (asked.at, asked.verbs.len())).collect();
            let owed = positions.iter().map(|(_, replies)| replies).sum();
            let replies: Vec<Reply> = kinds.by_ref().take(owed).map(reply).collect();
            if positions.is_empty() || replies.len() < owed || work.take(&positions, Ok(replies)).is_err() {
                break;
            }
        }
    }
}

#[test]
fn an_expiry_is_extended_and_never_shrinks() {
    let mut server = Server::default();
    let mut left_after = |operation: Operation| {
        let batch = [operation];
        let mut work = Work::new(&batch, &Keyspace::default());
        while server.round(&mut work) {}
        server.items[&b"k"[..]].2
    };
    let raise = |to, ttl| Operation::Raise { key: "k".into(), to, ttl };
    assert_eq!(left_after(raise(5, TTL)), Left::Seconds(61));
    assert_eq!(left_after(raise(6, TTL / 2)), Left::Seconds(61));
    assert_eq!(left_after(raise(0, TTL * 2)), Left::Seconds(121));
    assert_eq!(
        left_after(Operation::Add { key: "k".into(), by: 1, from: 0, ttl: TTL }),
        Left::Seconds(61),
        "it is set"
    );
}

#[test]
fn a_server_that_does_not_answer_has_nothing_and_takes_nothing() {
    let get = |key: &str| Operation::Get { key: key.into() };
    let batch = [get("a"), Operation::Number { key: "b".into() }, get("c")];
    let gone = || Err(Failure::unreachable("gone"));
    let mut work = Work::new(&batch, &Keyspace::default());
    work.take(&[(0, 1), (1, 1)], gone()).unwrap();
    work.take(&[(2, 1)], Ok(vec![Reply::Value(Found { value: b"v".to_vec(), ..Found::default() })])).unwrap();
    assert_eq!(
        work.answers().unwrap(),
        [Answer::Value(None), Answer::Number(None), Answer::Value(Some(b"v".to_vec()))]
    );

    let mut work = Work::new(&batch, &Keyspace::default());
    work.take(&[(0, 1), (1, 1), (2, 1)], gone()).unwrap();
    assert!(work.answers().unwrap_err().is_unavailable(), "nobody answered");

    let batch = [Operation::Put { key: "a".into(), value: Vec::new(), ttl: TTL }];
    assert!(Work::new(&batch, &Keyspace::default()).take(&[(0, 1)], gone()).unwrap_err().is_unavailable());
}

#[test]
fn only_canonical_decimals_are_numbers() {
    assert_eq!(count(b"18446744073709551615"), Some(u64::MAX));
    assert_eq!(count(b"0"), Some(0));
    for other in ["", "00", "01", "+1", "-1", "1.5", " 1", "1 ", "1e3", "18446744073709551616", "x"] {
        assert_eq!(count(other.as_bytes()), None, "{other}");
    }
}
