//! The entries of a cache beside a naive model: a map, a time for each of its values, and nothing else. It is the same for every place where entries may live.

use std::collections::BTreeMap;
use std::time::Duration;

use larder::testing::Isolated;
use larder::{Blocking, EntryOptions, Keeps};
use proptest::prelude::*;

/// What is done to a cache with entries of two types.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Insert(u8, Kept, How),
    InsertIfAbsent(u8, Kept, How),
    InsertMany(Vec<u8>, u32, How),
    Get(u8),
    GetMany(Vec<u8>),
    Look(u8),
    Load(u8, Kept, How),
    LoadFails(u8),
    Remove(u8),
    RemoveMany(Vec<u8>),
    InvalidateTag(u8),
    InvalidateUser(u8),
    InvalidateAll,
    Clear,
    Advance(u8),
    Count(u8, i8, How),
    RemoveNumber(u8),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Number(u32),
    Text(String),
}

/// The options of an entry: half seconds, so that nothing ends at the very moment it is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct How {
    seconds: Option<u8>,
    tag: Option<u8>,
    user: Option<u8>,
}

impl How {
    fn ttl(self) -> Option<Duration> {
        self.seconds.map(|seconds| Duration::from_millis(u64::from(seconds) * 1_000 + 500))
    }

    fn options(self) -> EntryOptions {
        let options = EntryOptions::new().tags(self.tag.map(|tag| format!("tag {tag}"))).user(self.user);
        self.ttl().into_iter().fold(options, EntryOptions::ttl)
    }
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..60)
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0..5_u8;
    let keys = || prop::collection::vec(0..5_u8, 0..4);
    let kept = || {
        prop_oneof![
            3 => (0..9_u32).prop_map(Kept::Number),
            1 => "[a-c]{1,2}".prop_map(Kept::Text),
        ]
    };
    let how = || {
        (prop::option::of(0..4_u8), prop::option::of(0..3_u8), prop::option::of(0..3_u8))
            .prop_map(|(seconds, tag, user)| How { seconds, tag, user })
    };
    prop_oneof![
        6 => (key(), kept(), how()).prop_map(|(key, kept, how)| Step::Insert(key, kept, how)),
        3 => (key(), kept(), how()).prop_map(|(key, kept, how)| Step::InsertIfAbsent(key, kept, how)),
        2 => (keys(), 0..9_u32, how()).prop_map(|(keys, value, how)| Step::InsertMany(keys, value, how)),
        6 => key().prop_map(Step::Get),
        3 => keys().prop_map(Step::GetMany),
        4 => key().prop_map(Step::Look),
        5 => (key(), kept(), how()).prop_map(|(key, kept, how)| Step::Load(key, kept, how)),
        2 => key().prop_map(Step::LoadFails),
        2 => key().prop_map(Step::Remove),
        1 => keys().prop_map(Step::RemoveMany),
        2 => (0..3_u8).prop_map(Step::InvalidateTag),
        2 => (0..3_u8).prop_map(Step::InvalidateUser),
        1 => Just(Step::InvalidateAll),
        1 => Just(Step::Clear),
        4 => (1..4_u8).prop_map(Step::Advance),
        4 => (key(), -4..5_i8, how()).prop_map(|(key, by, how)| Step::Count(key, by, how)),
        1 => key().prop_map(Step::RemoveNumber),
    ]
}

#[derive(Debug, Default)]
struct Model {
    now: Duration,
    values: BTreeMap<u8, Value>,
    numbers: BTreeMap<u8, (u64, Option<Duration>)>,
}

#[derive(Clone, Debug)]
struct Value {
    kept: Kept,
    until: Option<Duration>,
    how: How,
}

impl Model {
    fn insert(&mut self, key: u8, kept: Kept, how: How) {
        let until = how.ttl().map(|ttl| self.now + ttl);
        self.values.insert(key, Value { kept, until, how });
    }

    fn get(&self, key: u8) -> Option<&Value> {
        self.values.get(&key).filter(|value| value.until.is_none_or(|until| self.now < until))
    }

    fn number(&self, key: u8) -> Option<u32> {
        match self.get(key)?.kept {
            Kept::Number(number) => Some(number),
            Kept::Text(_) => None,
        }
    }

    fn text(&self, key: u8) -> Option<&str> {
        match &self.get(key)?.kept {
            Kept::Text(text) => Some(text),
            Kept::Number(_) => None,
        }
    }

    fn counted(&self, key: u8) -> Option<u64> {
        let (number, until) = self.numbers.get(&key)?;
        until.is_none_or(|until| self.now < until).then_some(*number)
    }
}

/// Does the steps to a cache and to the model, and compares whatever either says. `forever` is how long a value lives that says nothing.
pub(crate) fn follow<P>(time: &Isolated, cache: Blocking<P>, forever: Duration, steps: Vec<Step>)
where
    P: Keeps<u32> + Keeps<String>,
{
    cache.clear().unwrap();
    let mut model = Model::default();
    for step in steps {
        let shown = format!("{step:?} of {model:?}");
        match step {
            Step::Insert(key, kept, how) => {
                let cache = cache.with(how.options());
                match kept.clone() {
                    Kept::Number(number) => cache.insert(key, number).unwrap(),
                    Kept::Text(text) => cache.insert(key, text).unwrap(),
                }
                model.insert(key, kept, how);
            }
            Step::InsertIfAbsent(key, kept, how) => {
                let cache = cache.with(how.options());
                let (stored, absent) = match kept.clone() {
                    Kept::Number(number) => {
                        (cache.insert_if_absent(key, number), model.number(key).is_none())
                    }
                    Kept::Text(text) => (cache.insert_if_absent(key, text), model.text(key).is_none()),
                };
                assert_eq!(stored.unwrap(), absent, "{shown}");
                if absent {
                    model.insert(key, kept, how);
                }
            }
            Step::InsertMany(keys, value, how) => {
                cache.with(how.options()).insert_many(keys.iter().map(|key| (*key, value))).unwrap();
                keys.into_iter().for_each(|key| model.insert(key, Kept::Number(value), how));
            }
            Step::Get(key) => {
                assert_eq!(cache.get::<u32>(key).unwrap(), model.number(key), "{shown}");
                assert_eq!(cache.get::<String>(key).unwrap().as_deref(), model.text(key), "{shown}");
            }
            Step::GetMany(keys) => {
                let expected: Vec<_> = keys.iter().map(|key| model.number(*key)).collect();
                assert_eq!(cache.get_many::<u32>(keys).unwrap(), expected, "{shown}");
            }
            Step::Look(key) => {
                let value = model.get(key);
                let expected = value.map(|value| value.until.map_or(forever, |until| until - model.now));
                // What says nothing grows older, too.
                let has_time = value.is_some_and(|value| value.until.is_some());
                let slack = if has_time { RESOLUTION } else { RESOLUTION + model.now };
                let ttl = cache.ttl(key).unwrap();
                assert_eq!(ttl.is_some(), expected.is_some(), "{shown}");
                let is_near = |(ttl, expected): (Duration, Duration)| ttl.abs_diff(expected) <= slack;
                assert!(ttl.zip(expected).is_none_or(is_near), "{ttl:?}: {shown}");
                assert_eq!(cache.contains(key).unwrap(), expected.is_some(), "{shown}");
            }
            Step::Load(key, kept, how) => {
                let options = cache.with(how.options());
                let is_there = match kept.clone() {
                    Kept::Number(number) => {
                        let there = model.number(key);
                        assert_eq!(options.get_or_load(key, || number), there.unwrap_or(number), "{shown}");
                        there.is_some()
                    }
                    Kept::Text(text) => {
                        let there = model.text(key).map(str::to_owned);
                        let loaded = options.get_or_load(key, || text.clone());
                        assert_eq!(loaded, there.clone().unwrap_or(text), "{shown}");
                        there.is_some()
                    }
                };
                if !is_there {
                    model.insert(key, kept, how);
                }
            }
            Step::LoadFails(key) => {
                let loaded: Result<u32, &str> = cache.try_get_or_load(key, || Err("no"));
                assert_eq!(loaded.ok(), model.number(key), "{shown}");
            }
            Step::Remove(key) => {
                let is_there = model.get(key).is_some();
                let removed = cache.remove(key).unwrap();
                // What has expired or was invalidated may still lie in a store.
                assert!(removed || !is_there, "{shown}");
                model.values.remove(&key);
            }
            Step::RemoveMany(keys) => {
                cache.remove_many(keys.iter().copied()).unwrap();
                keys.iter().for_each(|key| drop(model.values.remove(key)));
            }
            Step::InvalidateTag(tag) => {
                cache.invalidate_tag(format!("tag {tag}")).unwrap();
                model.values.retain(|_, value| value.how.tag != Some(tag));
            }
            Step::InvalidateUser(user) => {
                cache.invalidate_user(user).unwrap();
                model.values.retain(|_, value| value.how.user != Some(user));
            }
            Step::InvalidateAll => {
                cache.invalidate_all().unwrap();
                model.values.clear();
            }
            Step::Clear => {
                cache.clear().unwrap();
                model.values.clear();
                model.numbers.clear();
            }
            Step::Advance(seconds) => {
                let by = Duration::from_secs(seconds.into());
                time.advance(by);
                model.now += by;
            }
            Step::Count(key, by, how) => {
                let was = model.counted(key).unwrap_or(0);
                let cache = cache.with(how.options());
                let up = u64::from(by.unsigned_abs());
                let (is, expected) = if by < 0 {
                    (cache.decrement(key, up), was.saturating_sub(up))
                } else {
                    (cache.increment(key, up), was + up)
                };
                assert_eq!(is.unwrap(), expected, "{shown}");
                model.numbers.insert(key, (expected, how.ttl().map(|ttl| model.now + ttl)));
            }
            Step::RemoveNumber(key) => {
                assert_eq!(cache.remove_number(key).unwrap(), model.counted(key).is_some(), "{shown}");
                model.numbers.remove(&key);
            }
        }
        for key in 0..5 {
            assert_eq!(cache.number(key).unwrap(), model.counted(key), "{shown}");
        }
    }
}

/// Stores count in milliseconds.
const RESOLUTION: Duration = Duration::from_millis(5);
