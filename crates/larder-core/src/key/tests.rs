//! Keys are equal, hash alike and read alike exactly when the values are equal.

mod shapes;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::hash::{BuildHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU8;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use foldhash::fast::FixedState;
use proptest::collection::vec;
use proptest::prelude::*;

use self::shapes::{Dripping, escaped, float, nested, resplit, same_float, tricky, value};
use super::probe::Probe;
use super::template::Piece;
use super::{CacheKey, Key, KeyText, Template};

/// Remembers every write, with its type: two keys that hash alike must write alike.
#[derive(Debug, Default, PartialEq, Eq)]
struct Recorder(Vec<Vec<u8>>);

impl Hasher for Recorder {
    fn write(&mut self, bytes: &[u8]) {
        self.0.push(bytes.to_vec());
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn writes<K: Key>(key: &K) -> Recorder {
    let mut state = Recorder::default();
    key.hash(&mut state);
    state
}

fn owned_writes<K: Key>(_: &K, owned: &K::Owned) -> Recorder {
    let mut state = Recorder::default();
    K::hash_owned(owned, &mut state);
    state
}

fn text<K: Key>(key: &K) -> String {
    let mut text = KeyText::new();
    key.text(&mut text);
    text.into()
}

fn owned_text<K: Key>(_: &K, owned: &K::Owned) -> String {
    let mut text = KeyText::new();
    K::text_owned(owned, &mut text);
    text.into()
}

fn text_of<T: ?Sized + CacheKey>(value: &T) -> String {
    let mut text = KeyText::new();
    value.write_text(&mut text);
    text.into()
}

fn owned_eq<K: Key>(_: &K, a: &K::Owned, b: &K::Owned) -> bool {
    K::eq_owned(a, b)
}

/// Everything that must hold of two keys of one function.
#[track_caller]
fn check<K: Key, L: Key<Owned = K::Owned>>(a: &K, b: &L, equal: bool) {
    let (own_a, own_b) = (a.own(), b.own());
    assert!(a.eq(&own_a) && b.eq(&own_b), "not equal to itself");
    assert_eq!(a.eq(&own_b), equal);
    assert_eq!(b.eq(&own_a), equal);
    assert_eq!(owned_eq(a, &own_a, &own_b), equal);
    assert_eq!(owned_eq(b, &own_b, &own_a), equal);
    assert_eq!(writes(a), owned_writes(a, &own_a), "borrowed and owned hash apart");
    assert_eq!(writes(b), owned_writes(a, &own_b), "two borrowed forms hash apart");
    if equal {
        assert_eq!(writes(a), writes(b));
    }
    let (text_a, text_b) = (text(a), text(b));
    assert_eq!(owned_text(a, &own_a), text_a, "borrowed and owned read apart");
    assert_eq!(owned_text(b, &own_b), text_b, "borrowed and owned read apart");
    assert_eq!(owned_text(a, &own_b), text_b, "two borrowed forms read apart");
    assert_eq!(text_a == text_b, equal, "{text_a} and {text_b}");
    assert!(equal || !text_a.starts_with(&text_b), "{text_b} is a prefix of {text_a}");
}

/// The key of one argument, as generated code builds it.
macro_rules! key {
    ($($value:expr),*) => { ($(Probe::new(&$value).part(),)*) };
}

macro_rules! same {
    ($($a:expr, $b:expr;)*) => {$( check(&key!($a), &key!($b), true); )*};
}

macro_rules! differ {
    ($($a:expr, $b:expr;)*) => {$( check(&key!($a), &key!($b), false); )*};
}

fn template<'a>(first: &'a Dripping<'a>, second: &'a Dripping<'a>, ends: &'static str) -> Template<'a, 5> {
    Template::new([
        Piece::literal("u%:"),
        Piece::value(first),
        Piece::literal(":"),
        Piece::value(second),
        Piece::literal(ends),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn texts_of_values_of_any_shape_are_equal_only_when_the_values_are(a in value(), b in value()) {
        let (text_a, text_b) = (a.text(), b.text());
        prop_assert_eq!(text_a == text_b, a.same(&b), "{} and {}", text_a, text_b);
        prop_assert!(a.same(&b) || !text_a.starts_with(&text_b), "{} begins with {}", text_a, text_b);
    }

    #[test]
    fn strings_do_not_run_into_each_other(a in vec(tricky(), 3), b in vec(tricky(), 3)) {
        let (a, b) = (&a[..], &b[..]);
        check(&key!(a[0].as_str(), a[1], &a[2]), &key!(b[0].as_str(), b[1], &b[2]), a == b);
        check(&key!(a), &key!(b), a == b);
    }

    #[test]
    fn strings_cut_elsewhere_are_another_key([a, b] in resplit()) {
        check(&key!(a.0, a.1), &key!(b.0, b.1), a == b);
        check(&key!(a), &key!(b), a == b);
        check(&key!([&a.0, &a.1]), &key!([&b.0, &b.1]), a == b);
        check(&key!(Path::new(&a.0), Path::new(&a.1)), &key!(Path::new(&b.0), Path::new(&b.1)), a == b);
        check(&key!(a.0.as_bytes(), a.1.as_bytes()), &key!(b.0.as_bytes(), b.1.as_bytes()), a == b);
        check(
            &template(&Dripping(&a.0), &Dripping(&a.1), "!"),
            &template(&Dripping(&b.0), &Dripping(&b.1), "!"),
            a == b,
        );
    }

    #[test]
    fn lists_cut_elsewhere_are_another_key(
        items in vec(tricky(), 0..4), first in 0..4_usize, second in 0..4_usize,
    ) {
        let (a, b) = (items.split_at(first.min(items.len())), items.split_at(second.min(items.len())));
        check(&key!(a.0, a.1), &key!(b.0, b.1), a == b);
        check(&key!(&[a.0, a.1][..]), &key!(&[b.0, b.1][..]), a == b);
    }

    #[test]
    fn nested_options_and_lists(
        a in vec(prop::option::of(prop::option::of(0_u8..2)), 0..3),
        b in vec(prop::option::of(prop::option::of(0_u8..2)), 0..3),
    ) {
        check(&key!(a), &key!(b), a == b);
    }

    #[test]
    fn lists_of_lists(a in vec(vec(tricky(), 0..3), 0..3), b in vec(vec(tricky(), 0..3), 0..3)) {
        check(&key!(a), &key!(b), a == b);
    }

    #[test]
    fn floats_by_bits(a in float(), b in float()) {
        check(&key!(a), &key!(b), same_float(a, b));
        check(&key!([a, b]), &key!([b, a]), same_float(a, b));
        check(&key!(vec![a]), &key!(vec![b]), same_float(a, b));
        check(&key!(Some(a)), &key!(Some(b)), same_float(a, b));
    }

    #[test]
    fn maps_by_their_entries(
        a in prop::collection::btree_map(tricky(), 0_i8..2, 0..3),
        b in prop::collection::btree_map(tricky(), 0_i8..2, 0..3),
    ) {
        check(&key!(a), &key!(b), a == b);
    }

    #[test]
    fn borrowed_and_owned_forms_are_one_key(text in tricky(), bytes in vec(any::<u8>(), 0..40)) {
        same! {
            text.as_str(), text;
            Cow::Borrowed(text.as_str()), text;
            &&text, Box::<str>::from(text.as_str());
            Arc::<str>::from(text.as_str()), Rc::new(text.clone());
            Some(text.as_str()), Some(&text);
            Path::new(&text), PathBuf::from(&text);
            &bytes[..], bytes;
            Arc::<[u8]>::from(&bytes[..]), bytes;
        }
    }

    #[test]
    fn shapes_within_shapes(a in nested(), b in nested()) {
        check(&key!(a), &key!(b), a == b);
        check(&key!(a), &key!(a.clone()), true);
        check(&key!(&a, Some(a.as_slice())), &key!(&b, Some(b.as_slice())), a == b);
    }

    #[test]
    fn templates_tell_their_values_apart(
        a in (escaped(), escaped()),
        b in (escaped(), escaped()),
        ends in prop::sample::select(vec!["!", "%", "2", "a", "é"]),
    ) {
        check(
            &template(&Dripping(&a.0), &Dripping(&a.1), ends),
            &template(&Dripping(&b.0), &Dripping(&b.1), ends),
            a == b,
        );
    }

    #[test]
    fn long_templates_hash_as_their_text(text in "[a:%]{0,200}") {
        let dripping = Dripping(&text);
        let key = Template::new([Piece::literal("x:"), Piece::value(&dripping)]);
        check(&key, &Template::new([Piece::literal("x:"), Piece::value(&text)]), true);
    }

    #[test]
    fn types_without_cache_key_by_hash_and_eq(a in tricky(), b in tricky()) {
        let (plain_a, plain_b) = (Plain(a.clone()), Plain(b.clone()));
        check(&key!(plain_a), &key!(plain_b), a == b);
        check(&key!(&plain_a), &key!(&plain_b), a == b);
        check(&key!(Some(&plain_a)), &key!(Some(&plain_b)), a == b);
        check(&key!(Some(plain_a.clone())), &key!(None::<Plain>), false);
        let (list_a, list_b) = ([plain_a], [plain_b]);
        check(&key!(&list_a[..]), &key!(&list_b[..]), a == b);
    }
}

/// What an argument needs to work in memory, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Plain(String);

#[test]
fn the_examples_of_the_contract() {
    differ! {
        ("a:b", "c"), ("a", "b:c");
        ("", "ab"), ("ab", "");
        Some(None::<u8>), None::<Option<u8>>;
        Some(""), None::<&str>;
        vec!["ab"], vec!["a", "b"];
        Vec::<String>::new(), vec![String::new()];
        ((1, 2), 3), ((1, 3), 2);
        Ok::<u8, u8>(1), Err::<u8, u8>(1);
        "a/b", "a//b";
        Path::new("a/b"), Path::new("a//b");
        1..2, 1..3;
        [1_u8, 2], [2_u8, 1];
        '\u{e9}', 'e';
    }
    assert_ne!(text(&key!(1)), text(&key!("1")));
    assert_ne!(text(&key!('1')), text(&key!("1")));
    assert_ne!(text(&key!(b"1")), text(&key!("1")));
    assert_ne!(text(&key!(Path::new("1"))), text(&key!("1")));
    assert_ne!(text(&key!(1)), text(&key!(1.0)));
    assert_ne!(text(&key!(1)), text(&key!(true)));
    assert_ne!(text(&key!(1)), text(&key!(Some(1))));
    assert_ne!(text(&key!(1)), text(&key!((1,))));
    assert_ne!(text(&key!(1, 2)), text(&key!((1, 2))));
    assert_ne!(text(&key!(vec!["a"])), text(&key!("a")));
    assert_ne!(text(&key!([1, 2])), text(&key!((1, 2))));
}

#[test]
fn owned_keys_read_like_borrowed_ones() {
    let bytes = [1_u8, 2];
    let plain = Plain("x".to_owned());
    let template = Template::new([Piece::literal("x%"), Piece::value(&"y%")]);
    same! {
        true, true;
        'x', 'x';
        -1_i128, -1_i128;
        usize::MAX, usize::MAX;
        NonZeroU8::MIN, NonZeroU8::MIN;
        -0.0_f32, -0.0_f32;
        f32::NAN, -f32::NAN;
        Ordering::Less, Ordering::Less;
        Duration::from_millis(1_500), Duration::from_millis(1_500);
        SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH;
        PhantomData::<u8>, PhantomData::<u8>;
        Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST;
        Ipv6Addr::LOCALHOST, Ipv6Addr::LOCALHOST;
        IpAddr::V6(Ipv6Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST);
        SocketAddr::from((Ipv4Addr::LOCALHOST, 80)), SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
        SocketAddr::from((Ipv6Addr::LOCALHOST, 80)), SocketAddr::from((Ipv6Addr::LOCALHOST, 80));
        OsStr::new("x"), OsString::from("x");
        1_u8..2, 1_u8..2;
        Ok::<&str, u8>("x"), Ok::<&str, u8>("x");
        Err::<&str, u8>(1), Err::<&str, u8>(1);
        (), ();
        ((1, "x"), Some(None::<u8>)), ((1, "x"), Some(None::<u8>));
        plain, plain.clone();
        &plain, &plain;
        Some(&plain), Some(&plain);
        None::<&Plain>, None::<&Plain>;
        Some(plain.clone()), Some(plain.clone());
        std::slice::from_ref(&plain), std::slice::from_ref(&plain);
        // Bytes read as such in a slice only.
        bytes, bytes;
        &bytes[..], bytes.to_vec();
        [&1_u8, &2], [&1_u8, &2];
        vec![&1_u8, &2], vec![&1_u8, &2];
        VecDeque::from(bytes), VecDeque::from(bytes);
        BTreeSet::from(bytes), BTreeSet::from(bytes);
        [bytes], [bytes];
        BTreeMap::from([(bytes, 1)]), BTreeMap::from([(bytes, 1)]);
    }
    check(&template, &template, true);
    assert_eq!(owned_text(&template, &template.own()), "k7:x%%y%25");
    assert_eq!(owned_text(&(), &()), "()");
    assert_eq!(text(&key!(bytes)), "(b2:0102)");
    assert_eq!(text(&key!(VecDeque::from(bytes))), "([1,2])");
    assert_eq!(text(&key!([&1_u8, &2])), "([1,2])");
}

#[test]
fn one_value_in_types_that_may_grow_into_each_other_is_one_text() {
    assert_eq!(text(&key!(7_u8)), text(&key!(7_i128)));
    assert_eq!(text(&key!(1.5_f32)), text(&key!(1.5_f64)));
    assert_eq!(text(&key!("x")), text(&key!(Arc::<str>::from("x"))));
    assert_eq!(text(&key!([1, 2])), text(&key!(VecDeque::from([1, 2]))));
    assert_eq!(text(&key!([1, 2])), text(&key!(BTreeSet::from([1, 2]))));
    assert_eq!(text(&key!(usize::MAX)), text(&key!(u64::MAX)));
}

#[test]
fn not_a_number_is_a_key_like_any_other() {
    let signalling = f64::from_bits(0x7ff0_0000_0000_0001);
    same! {
        f64::NAN, -f64::NAN;
        f64::NAN, signalling;
        f32::NAN, -f32::NAN;
        -0.0, -0.0;
        vec![f64::NAN], vec![signalling];
    }
    differ! {
        1.0_f32, 1.0_f32 + f32::EPSILON;
        f64::NAN, f64::INFINITY;
        0.0, -0.0;
        0.0_f32, -0.0_f32;
        vec![0.0], vec![-0.0];
    }
}

#[test]
fn addresses_and_times() {
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    let socket = |text: &str| text.parse::<SocketAddr>().expect("an address");
    differ! {
        ip("1.2.3.4"), ip("1.2.3.5");
        ip("::1"), ip("0.0.0.1");
        ip("::ffff:1.2.3.4"), ip("1.2.3.4");
        socket("1.2.3.4:5"), socket("1.2.3.4:6");
        socket("[::1]:5"), socket("[::1]:6");
        Duration::from_millis(1), Duration::from_micros(1);
        SystemTime::UNIX_EPOCH + Duration::from_nanos(1), SystemTime::UNIX_EPOCH - Duration::from_nanos(1);
    }
}

#[test]
fn a_set_of_another_order_is_another_key_only_when_order_is_part_of_equality() {
    same!(BTreeMap::from([(1, 'a'), (2, 'b')]), BTreeMap::from([(2, 'b'), (1, 'a')]););
    differ!(VecDeque::from([1, 2]), VecDeque::from([2, 1]););
    let (mut turned, straight) = (VecDeque::from([2, 9, 1]), VecDeque::from([1, 2]));
    turned.rotate_left(2);
    turned.pop_back();
    same!(turned, straight;);
}

#[test]
fn sixteen_parts() {
    fn owned<K: Key>(key: &K) -> K::Owned {
        key.own()
    }
    let sixteen = key!(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    assert!(sixteen.eq(&owned(&sixteen)));
    assert_eq!(text(&sixteen), "(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16)");
    assert_eq!(owned_text(&sixteen, &owned(&sixteen)), text(&sixteen));
    assert_eq!(text(&()), "()");
}

#[test]
fn integers_are_one_write_and_strings_two() {
    assert_eq!(writes(&key!(7_u64)).0.len(), 1);
    assert_eq!(writes(&key!("text", 7_u32)).0.len(), 3);
    assert_eq!(writes(&key!(vec![7_u32; 100])).0.len(), 2);
    assert_eq!(writes(&key!(vec![7_u8; 100])).0.len(), 2);
}

#[test]
fn only_keys_with_a_stable_text_are_portable() {
    fn portable<K: Key>(_: &K) -> bool {
        K::PORTABLE
    }
    let plain = Plain(String::new());
    assert!(portable(&()));
    assert!(portable(&key!(1, "a", 1.0, Some(vec![Path::new("a")]))));
    assert!(portable(&key!(BTreeMap::from([(1, "a")]))));
    assert!(portable(&Template::new([Piece::value(&1)])));
    assert!(!portable(&key!(plain)));
    assert!(!portable(&key!(&plain)));
    assert!(!portable(&key!(Some(&plain))));
    assert!(!portable(&key!(vec![plain.clone()])));
    assert!(!portable(&key!(1, plain)));
}

#[test]
fn a_hashed_part_reads_as_a_digest() {
    let text = text(&key!(Plain("x".to_owned())));
    assert_eq!(text.len(), "(#)".len() + 32);
    assert!(text.starts_with("(#") && text[2..34].bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn the_probe_works_where_only_bounds_are_known() {
    fn by_hash<T: Hash + Eq + Clone + Send + Sync + 'static>(value: &T) -> String {
        text(&key!(value))
    }
    fn by_key<T: CacheKey>(value: &T) -> String {
        text(&key!(value))
    }
    assert_eq!(by_key(&"x"), "(s1:x)");
    assert!(by_hash(&"x").starts_with("(#"));
    assert!(by_hash(&Plain(String::new())).starts_with("(#"));
}

#[test]
fn one_key_has_one_hash() {
    fn hash<K: Key>(key: &K) -> u64 {
        let mut state = FixedState::with_seed(1).build_hasher();
        key.hash(&mut state);
        state.finish()
    }
    assert_eq!(hash(&key!("x", 1_u32)), hash(&key!("x".to_owned(), 1_u32)));
    assert_ne!(hash(&key!("x", 1_u32)), hash(&key!("x", 2_u32)));
    assert_ne!(hash(&key!("a", "bc")), hash(&key!("ab", "c")));
}

#[cfg(unix)]
#[test]
fn paths_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt;

    let odd = Path::new(OsStr::from_bytes(b"a\xff"));
    assert_eq!(text_of(odd), "P2:61ff");
    same!(odd, odd.to_owned(););
    differ!(odd, Path::new("a\u{fffd}"););
}
