//! Values of any shape, and texts that could be taken for others.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;

use crate::key::{CacheKey, KeyText};

/// A value of any shape, keyed by the very implementations that arguments use.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Bool(bool),
    Signed(i64),
    Unsigned(u128),
    Float(f64),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Path(PathBuf),
    Maybe(Option<Box<Value>>),
    Outcome(Result<Box<Value>, Box<Value>>),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Pair(Box<(Value, Value)>),
    Single(Box<(Value,)>),
    Fields(Vec<(&'static str, Value)>),
    Empty,
}

impl Value {
    fn write(&self, out: &mut KeyText) {
        match self {
            Self::Bool(value) => value.write_text(out),
            Self::Signed(value) => value.write_text(out),
            Self::Unsigned(value) => value.write_text(out),
            Self::Float(value) => value.write_text(out),
            Self::Char(value) => value.write_text(out),
            Self::Text(value) => value.write_text(out),
            Self::Bytes(value) => value.write_text(out),
            Self::Path(value) => value.write_text(out),
            Self::Maybe(None) => None::<u8>.write_text(out),
            Self::Maybe(Some(value)) => value.write(out.some()),
            Self::Outcome(Ok(value)) => value.write(out.named("Ok").item()),
            Self::Outcome(Err(value)) => value.write(out.named("Err").item()),
            Self::List(values) => {
                let mut list = out.list();
                values.iter().for_each(|value| value.write(list.item()));
            }
            Self::Map(entries) => {
                let mut map = out.map();
                for (key, value) in entries {
                    key.write(map.item());
                    value.write(map.entry());
                }
            }
            Self::Pair(pair) => {
                let mut fields = out.tuple();
                pair.0.write(fields.item());
                pair.1.write(fields.item());
            }
            Self::Single(single) => single.0.write(out.tuple().item()),
            Self::Fields(fields) if fields.is_empty() => out.unit("S"),
            Self::Fields(fields) => {
                let mut group = out.named("S");
                fields.iter().for_each(|(name, value)| value.write(group.field(name)));
            }
            Self::Empty => ().write_text(out),
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = KeyText::new();
        self.write(text.tuple().item());
        text.into()
    }

    /// Equal as keys: integers by value, floats by number.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Signed(a), Self::Signed(b)) => a == b,
            (Self::Unsigned(a), Self::Unsigned(b)) => a == b,
            (Self::Signed(a), Self::Unsigned(b)) | (Self::Unsigned(b), Self::Signed(a)) => {
                u128::try_from(*a).is_ok_and(|a| a == *b)
            }
            (Self::Float(a), Self::Float(b)) => same_float(*a, *b),
            (Self::Char(a), Self::Char(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Path(a), Self::Path(b)) => a.as_os_str() == b.as_os_str(),
            (Self::Maybe(a), Self::Maybe(b)) => match (a, b) {
                (Some(a), Some(b)) => a.same(b),
                (a, b) => a.is_none() && b.is_none(),
            },
            (Self::Outcome(Ok(a)), Self::Outcome(Ok(b))) | (Self::Outcome(Err(a)), Self::Outcome(Err(b))) => {
                a.same(b)
            }
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Self::Map(a), Self::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0.same(&b.0) && a.1.same(&b.1))
            }
            (Self::Pair(a), Self::Pair(b)) => a.0.same(&b.0) && a.1.same(&b.1),
            (Self::Single(a), Self::Single(b)) => a.0.same(&b.0),
            (Self::Fields(a), Self::Fields(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.same(&b.1))
            }
            (Self::Empty, Self::Empty) => true,
            _ => false,
        }
    }
}

pub(super) fn same_float(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

/// Texts made of what the grammar is made of.
pub(super) fn tricky() -> impl Strategy<Value = String> {
    "[a:,()\\[\\]{}=%0-9skp~?@#é\u{1}-]{0,5}"
}

/// Two pairs of texts that are the same when they are put together, with something between them.
pub(super) fn resplit() -> impl Strategy<Value = [(String, String); 2]> {
    let between =
        prop::sample::select(vec!["", ":", ",", ",s", ",s1:", ",k", "),(", "%", "%3a", "=", ",p1:", "s0:,"]);
    (between, [tricky(), tricky(), tricky()]).prop_map(|(between, [a, b, c])| {
        [(a.clone(), format!("{b}{between}{c}")), (format!("{a}{between}{b}"), c)]
    })
}

/// Texts that look like escaped ones.
pub(super) fn escaped() -> impl Strategy<Value = String> {
    vec(prop::sample::select(vec![":", "%", "%3a", "3a", "%25", "a"]), 0..3).prop_map(|parts| parts.concat())
}

pub(super) fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        prop::sample::select(vec![0.0, -0.0, 1.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::MIN_POSITIVE]),
    ]
}

pub(super) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        (-3_i64..30).prop_map(Value::Signed),
        (0_u128..30).prop_map(Value::Unsigned),
        float().prop_map(Value::Float),
        any::<char>().prop_map(Value::Char),
        prop::sample::select(vec!['a', '1', ':']).prop_map(Value::Char),
        tricky().prop_map(Value::Text),
        vec(0_u8..3, 0..3).prop_map(Value::Bytes),
        tricky().prop_map(|text| Value::Path(text.into())),
        Just(Value::Maybe(None)),
        Just(Value::Empty),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|value| Value::Maybe(Some(Box::new(value)))),
            inner.clone().prop_map(|value| Value::Outcome(Ok(Box::new(value)))),
            inner.clone().prop_map(|value| Value::Outcome(Err(Box::new(value)))),
            inner.clone().prop_map(|value| Value::Single(Box::new((value,)))),
            vec(inner.clone(), 0..3).prop_map(Value::List),
            vec((prop::sample::select(vec!["t", "a", "s1"]), inner.clone()), 0..3).prop_map(Value::Fields),
            vec((inner.clone(), inner.clone()), 0..3).prop_map(Value::Map),
            (inner.clone(), inner).prop_map(|pair| Value::Pair(Box::new(pair))),
        ]
    })
}

pub(super) type Nested = Vec<(Option<String>, Result<BTreeMap<Vec<u8>, VecDeque<u8>>, [Box<Path>; 2]>)>;

pub(super) fn nested() -> impl Strategy<Value = Nested> {
    let bytes = || vec(0_u8..2, 0..3);
    let path = || tricky().prop_map(|text| Box::<Path>::from(Path::new(&text)));
    let map = prop::collection::btree_map(bytes(), bytes().prop_map(VecDeque::from), 0..3);
    vec((prop::option::of(tricky()), prop::result::maybe_ok(map, [path(), path()])), 0..3)
}

/// A `Display` that writes its text in pieces of one character.
pub(super) struct Dripping<'a>(pub(super) &'a str);

impl fmt::Display for Dripping<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0.chars().try_for_each(|c| f.write_char(c))
    }
}
