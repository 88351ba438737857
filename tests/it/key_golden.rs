//! The text of keys, pinned: shared stores hold keys that older builds wrote.
//!
//! The grammar stands at `larder::KeyText`. A line of `key_golden.txt` may be added. One that changes or goes makes
//! every value under such a key unreachable after an upgrade: it needs an entry in the changelog, at least.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsStr;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZeroU32;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use larder::{CacheKey, KeyText};

#[derive(CacheKey)]
struct Query<'a> {
    text: &'a str,
    page: u32,
    #[cache_key(skip)]
    _trace: u64,
}

#[derive(CacheKey)]
struct UserId(u64);

#[derive(CacheKey)]
struct Everything;

#[derive(CacheKey)]
enum Shape {
    Empty,
    Circle(f64),
    Rectangle { width: u32, height: u32 },
    r#Type(UserId),
}

#[derive(CacheKey)]
struct Site {
    #[cache_key(with = Path::as_os_str, as = &OsStr)]
    directory: Box<Path>,
}

fn text<T: ?Sized + CacheKey>(value: &T) -> String {
    let mut text = KeyText::new();
    value.write_text(&mut text);
    text.into()
}

/// The text of a value, which is that of its owned form too.
#[track_caller]
fn both_texts<T: ?Sized + CacheKey>(value: &T) -> String {
    let mut owned = KeyText::new();
    T::write_owned_text(&value.to_key(), &mut owned);
    let text = text(value);
    assert_eq!(owned.as_str(), text, "the owned form reads differently");
    text
}

/// A name, and the text of a value.
macro_rules! keys {
    ($($name:literal: $value:expr;)*) => { [$(($name, both_texts(&$value)),)*] };
}

#[test]
fn keys_read_as_they_always_did() {
    let keys = keys! {
        "no argument": ();
        "one argument": (7_u64,);
        "two arguments": (7_u64, "x");
        "colons, apart": ("a:b", "c");
        "colons, moved": ("a", "b:c");
        "zero": 0_u8;
        "negative": -7_i16;
        "largest": u128::MAX;
        "smallest": i128::MIN;
        "size": usize::MIN;
        "nonzero": NonZeroU32::MIN;
        "true": true;
        "false": false;
        "character": 'a';
        "character of three bytes": '€';
        "string": "user";
        "string, empty": "";
        "string that looks like two": "a,s1:b";
        "string of three bytes a character": "€";
        "string, owned": String::from("user");
        "string, shared": Arc::<str>::from("user");
        "string, counted": Rc::<str>::from("user");
        "string, boxed": Box::<str>::from("user");
        "string, either": Cow::Borrowed("user");
        "path": Path::new("a/b");
        "system string": OsStr::new("a/b");
        "float": 1.5_f64;
        "float, single": 1.5_f32;
        "float, negative": -1.5_f64;
        "float, zero": 0.0_f64;
        "float, negative zero": -0.0_f64;
        "float, not a number": f64::NAN;
        "float, not a number, negative": -f64::NAN;
        "float, infinite": f64::INFINITY;
        "none": None::<u8>;
        "some": Some(1);
        "some none": Some(None::<u8>);
        "some some": Some(Some("x"));
        "ok": Ok::<u8, u8>(1);
        "err": Err::<u8, u8>(1);
        "tuple in a tuple": ((1, 2), 3);
        "list": [1, 2];
        "list, empty": Vec::<u32>::new();
        "list of strings": vec!["a", "b,c"];
        "list of lists": [vec![1], vec![], vec![2, 3]];
        "list, double-ended": VecDeque::from([1, 2]);
        "set": BTreeSet::from([2, 1]);
        "map": BTreeMap::from([("b", 2), ("a", 1)]);
        "map, empty": BTreeMap::<u8, u8>::new();
        "range": 1..5;
        "bytes": b"\x00\xffa";
        "bytes, empty": [0_u8; 0];
        "bytes, vector": vec![1_u8, 2];
        "phantom": PhantomData::<u8>;
        "ordering": Ordering::Less;
        "duration": Duration::from_millis(1_500);
        "time": SystemTime::UNIX_EPOCH + Duration::from_nanos(1);
        "time before the epoch": SystemTime::UNIX_EPOCH - Duration::from_nanos(1);
        "address": IpAddr::V4(Ipv4Addr::LOCALHOST);
        "address, v6": IpAddr::V6(Ipv6Addr::LOCALHOST);
        "socket": SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80));
        "socket, v6": SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 1, 2));
        "struct": Query { text: "larder", page: 2, _trace: 9 };
        "struct, one field": UserId(7);
        "struct, no field": Everything;
        "variant, no field": Shape::Empty;
        "variant, one field": Shape::Circle(1.5);
        "variant, named fields": Shape::Rectangle { width: 2, height: 3 };
        "variant, raw name": Shape::r#Type(UserId(7));
        "converted field": Site { directory: Path::new("a").into() };
        "structs in a list": [UserId(1), UserId(2)];
    };
    let found: String = keys.iter().map(|(name, text)| format!("{name} => {text}\n")).collect();
    assert!(found == include_str!("key_golden.txt"), "keys have changed; key_golden.txt would be\n\n{found}");
}

#[test]
fn templates_read_as_they_always_did() {
    use larder::cached;

    #[cached(key = "user:{id}:{lang}")]
    fn page(id: u64, lang: &str) -> u64 {
        id + lang.len() as u64
    }

    let _ = page(7, "de");
    for (lang, pinned) in [("de", "k9:user:7:de"), ("d:e", "k10:user:7:d:e"), ("d%e", "k12:user:7:d%25e")] {
        let key = page::key(7, lang);
        assert!(key.ends_with(pinned), "{key} does not end with {pinned}");
    }
}

#[test]
fn fields_that_change_places_are_never_taken_for_each_other() {
    mod before {
        #[derive(larder::CacheKey)]
        pub(super) struct Size {
            pub(super) width: u32,
            pub(super) height: u32,
        }
    }
    mod after {
        #[derive(larder::CacheKey)]
        pub(super) struct Size {
            pub(super) height: u32,
            pub(super) width: u32,
        }
    }
    let (before, after) = (before::Size { width: 2, height: 3 }, after::Size { width: 3, height: 2 });
    assert_eq!(text(&before), "@Size(width=2,height=3)");
    assert_ne!(text(&before), text(&after));
}
