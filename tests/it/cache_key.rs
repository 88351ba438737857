//! `#[derive(CacheKey)]`: what identifies a value, and that it is found again by reference.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::marker::PhantomData;
use std::slice;
use std::sync::{Arc, LazyLock};

use larder::testing::isolate;
use larder::{CacheKey, KeyText, cached};

/// What must hold of two values of one type.
#[track_caller]
fn check<T: CacheKey>(a: &T, b: &T, equal: bool) {
    let (own_a, own_b) = (a.to_key(), b.to_key());
    assert!(a.eq_key(&own_a) && T::eq_owned(&own_b, &b.to_key()), "not equal to itself");
    assert_eq!(a.eq_key(&own_b), equal);
    assert_eq!(b.eq_key(&own_a), equal);
    assert_eq!(T::eq_owned(&own_a, &own_b), equal);
    assert_eq!(hash(|state| a.hash_key(state)), hash(|state| T::hash_owned(&own_a, state)));
    assert_eq!(hash(|state| a.hash_key(state)) == hash(|state| T::hash_owned(&own_b, state)), equal);
    assert_eq!(text(a) == text(b), equal);
    assert_eq!((owned_text::<T>(&own_a), owned_text::<T>(&own_b)), (text(a), text(b)));
}

fn hash(feed: impl FnOnce(&mut <Random as BuildHasher>::Hasher)) -> u64 {
    static RANDOM: LazyLock<Random> = LazyLock::new(Random::default);
    let mut state = RANDOM.build_hasher();
    feed(&mut state);
    state.finish()
}

type Random = std::hash::RandomState;

fn text<T: ?Sized + CacheKey>(value: &T) -> String {
    let mut text = KeyText::new();
    value.write_text(&mut text);
    text.into()
}

fn owned_text<T: ?Sized + CacheKey>(owned: &T::Owned) -> String {
    let mut text = KeyText::new();
    T::write_owned_text(owned, &mut text);
    text.into()
}

#[derive(Debug, Clone, CacheKey)]
struct Query<'a> {
    text: &'a str,
    tags: &'a [&'a str],
    page: Option<u32>,
    #[cache_key(skip)]
    #[expect(dead_code, reason = "left out of the key")]
    trace: HashMap<String, f64>,
}

impl<'a> Query<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, tags: &[], page: None, trace: HashMap::new() }
    }
}

#[test]
fn every_field_that_is_not_skipped_counts() {
    let query = Query::new("larder");
    check(&query, &query.clone(), true);
    check(&query, &Query { trace: HashMap::from([("x".to_owned(), 1.0)]), ..query.clone() }, true);
    check(&query, &Query { text: "pantry", ..query.clone() }, false);
    check(&query, &Query { tags: &["a"], ..query.clone() }, false);
    check(&query, &Query { page: Some(0), ..query.clone() }, false);
}

#[test]
fn a_value_that_borrows_is_found_again() {
    #[cached]
    fn search(query: &Query<'_>) -> usize {
        query.text.len()
    }
    #[cached]
    fn search_by_value(query: Query<'_>, page: u32) -> usize {
        query.text.len() + page as usize
    }

    let time = isolate();
    let (first, second) = (String::from("larder"), String::from("larder"));
    assert_eq!(time.miss(|| search(&Query::new(&first))), 6);
    assert_eq!(time.hit(|| search(&Query::new(&second))), 6);
    assert_eq!(time.miss(|| search(&Query::new("pantries"))), 8);
    assert_eq!(time.miss(|| search_by_value(Query::new(&first), 1)), 7);
    assert_eq!(time.hit(|| search_by_value(Query::new(&second), 1)), 7);
    assert!(search::invalidate(&Query::new(&first)));
    assert_eq!(time.miss(|| search(&Query::new(&second))), 6);
}

#[derive(Debug, CacheKey)]
enum Shape<'a, T> {
    Empty,
    Circle(f64),
    Square(f64),
    Tagged {
        name: &'a str,
        tag: T,
    },
    #[expect(dead_code, reason = "left out of the key")]
    Skipped(#[cache_key(skip)] u8),
    Unit {},
    Tuple(),
}

#[test]
fn variants_differ_even_when_their_fields_do_not() {
    let shapes = [
        Shape::Empty,
        Shape::Circle(1.0),
        Shape::Circle(2.0),
        Shape::Square(1.0),
        Shape::Tagged { name: "a", tag: "b" },
        Shape::Tagged { name: "b", tag: "b" },
        Shape::Tagged { name: "b", tag: "a" },
        Shape::Skipped(1),
        Shape::Unit {},
        Shape::Tuple(),
    ];
    for (i, a) in shapes.iter().enumerate() {
        for (j, b) in shapes.iter().enumerate() {
            check(a, b, i == j);
        }
    }
    check(&Shape::<()>::Skipped(1), &Shape::Skipped(2), true);
    check(&Shape::<()>::Circle(f64::NAN), &Shape::Circle(-f64::NAN), true);
}

#[test]
fn enums_of_many_variants() {
    macro_rules! many {
        ($($name:ident)*) => {
            #[derive(Debug, Clone, Copy, CacheKey)]
            enum Many { $($name),* }
            const ALL: &[Many] = &[$(Many::$name),*];
        };
    }
    many!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z);
    for (i, a) in ALL.iter().enumerate() {
        for (j, b) in ALL.iter().enumerate() {
            check(a, b, i == j);
        }
    }
}

#[derive(Debug, Clone, Copy, CacheKey)]
struct Nothing;

#[derive(Debug, Clone, Copy, CacheKey)]
struct Braces {}

#[derive(Debug, Clone, Copy, CacheKey)]
enum Never {}

#[derive(Debug, Clone, Copy, CacheKey)]
enum Single {
    Only(u8),
}

#[test]
fn types_without_fields() {
    check(&Nothing, &Nothing, true);
    check(&Braces {}, &Braces {}, true);
    check(&Single::Only(1), &Single::Only(2), false);
    check(&None::<Never>, &None, true);
}

/// A field's type may be less visible than the type itself.
mod visibility {
    use larder::CacheKey;

    #[derive(Debug, CacheKey)]
    struct Hidden<'a>(&'a str);

    #[derive(Debug, CacheKey)]
    enum Kind {
        One,
        Other(Vec<u8>),
    }

    #[derive(Debug, CacheKey)]
    pub(super) struct Shown<'a, T, const N: usize> {
        hidden: Hidden<'a>,
        kinds: Vec<Kind>,
        value: T,
        bytes: [T; N],
    }

    impl<'a, T: Copy, const N: usize> Shown<'a, T, N> {
        pub(super) fn new(name: &'a str, value: T) -> Self {
            Self {
                hidden: Hidden(name),
                kinds: vec![Kind::One, Kind::Other(vec![1])],
                value,
                bytes: [value; N],
            }
        }
    }
}

#[test]
fn private_types_in_public_ones() {
    use visibility::Shown;

    check(&Shown::<_, 2>::new("a", 1), &Shown::new("a", 1), true);
    check(&Shown::<_, 2>::new("a", 1), &Shown::new("b", 1), false);
    check(&Shown::<_, 2>::new("a", "x"), &Shown::new("a", "y"), false);
    assert_eq!(
        text(&Shown::<_, 2>::new("a", 1_u16)),
        "@Shown(hidden=@Hidden(s1:a),kinds=[@One,@Other(b1:01)],value=1,bytes=[1,1])"
    );
}

#[derive(Debug, Clone, CacheKey)]
enum Json {
    Null,
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Map(BTreeMap<String, Self>),
    Boxed(Option<Box<Self>>),
}

#[derive(Debug, CacheKey)]
enum Expression<'a> {
    Name(&'a str),
    Sum(&'a Expression<'a>, &'a Self),
}

#[test]
fn types_that_contain_themselves() {
    let list = Json::List(vec![Json::Null, Json::Number(1.0), Json::Text("x".to_owned())]);
    let map = |value: &Json| Json::Map(BTreeMap::from([("k".to_owned(), value.clone())]));
    check(&list, &list.clone(), true);
    check(&map(&list), &map(&list), true);
    check(&map(&list), &map(&Json::Null), false);
    check(&Json::Boxed(Some(Box::new(list.clone()))), &Json::Boxed(None), false);
    check(&Json::Boxed(Some(Box::new(list.clone()))), &list, false);
    let (x, y) = (Expression::Name("x"), Expression::Name("y"));
    check(&Expression::Sum(&x, &y), &Expression::Sum(&y, &x), false);
    assert_eq!(text(&Expression::Sum(&x, &y)), "@Sum(@Name(s1:x),@Name(s1:y))");
}

/// A type of another crate, without `CacheKey`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Foreign {
    url: String,
    parsed: usize,
}

impl Foreign {
    fn new(url: &str) -> Self {
        Self { url: url.to_owned(), parsed: url.len() }
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn parsed(&self) -> usize {
        self.parsed
    }
}

#[derive(Debug, CacheKey)]
struct Visit<T> {
    #[cache_key(with = Foreign::url, as = &str)]
    url: Foreign,
    #[cache_key(with = Foreign::parsed, as = usize)]
    length: Arc<Foreign>,
    #[cache_key(hash)]
    kept: Foreign,
    #[cache_key(hash)]
    generic: T,
    phantom: PhantomData<fn(T)>,
}

#[test]
fn foreign_fields() {
    let visit = |url: &str, length: &str, kept: &str, generic: u8| Visit {
        url: Foreign::new(url),
        length: Arc::new(Foreign::new(length)),
        kept: Foreign::new(kept),
        generic,
        phantom: PhantomData,
    };
    check(&visit("a", "b", "c", 1), &visit("a", "b", "c", 1), true);
    check(&visit("a", "b", "c", 1), &visit("x", "b", "c", 1), false);
    check(&visit("a", "b", "c", 1), &visit("a", "x", "c", 1), true);
    check(&visit("a", "b", "c", 1), &visit("a", "xx", "c", 1), false);
    check(&visit("a", "b", "c", 1), &visit("a", "b", "x", 1), false);
    check(&visit("a", "b", "c", 1), &visit("a", "b", "c", 2), false);
    assert!(text(&visit("a", "bb", "c", 1)).starts_with("@Visit(url=s1:a,length=2,kept=#"));
}

#[test]
fn only_what_reads_the_same_in_every_build_is_portable() {
    fn portable<T: CacheKey>() -> bool {
        T::PORTABLE
    }
    assert!(portable::<Query<'_>>() && portable::<Shape<'_, u8>>());
    assert!(portable::<Json>() && portable::<Expression<'_>>());
    assert!(portable::<Nothing>() && portable::<Never>() && portable::<Single>());
    assert!(!portable::<Visit<u8>>());
    assert!(!portable::<Vec<Visit<u8>>>() && !portable::<(u8, Visit<u8>)>());
    assert!(!portable::<Shape<'_, Visit<u8>>>());
}

trait Entity {
    type Id;
}

impl Entity for Foreign {
    type Id = u64;
}

#[derive(Debug, CacheKey)]
struct Reference<E: Entity> {
    id: E::Id,
    others: Vec<<E as Entity>::Id>,
}

#[test]
fn associated_types_need_no_bound_of_the_user() {
    let reference = |id, others: &[u64]| Reference::<Foreign> { id, others: others.to_vec() };
    check(&reference(1, &[]), &reference(1, &[]), true);
    check(&reference(1, &[]), &reference(1, &[1]), false);
}

#[test]
fn one_argument_of_a_derived_type_and_one_of_a_hashed_type() {
    #[cached]
    fn both(single: Single, foreign: &Foreign, float: f32, list: &[Foreign]) -> usize {
        let Single::Only(number) = single;
        usize::from(number) + foreign.parsed + list.len() + float as usize
    }

    let time = isolate();
    let (a, b) = (Foreign::new("a"), Foreign::new("bb"));
    assert_eq!(time.miss(|| both(Single::Only(1), &a, 1.5, slice::from_ref(&a))), 4);
    assert_eq!(time.hit(|| both(Single::Only(1), &a.clone(), 1.5, slice::from_ref(&a))), 4);
    assert_eq!(time.miss(|| both(Single::Only(1), &b, 1.5, slice::from_ref(&a))), 5);
    assert_eq!(time.miss(|| both(Single::Only(1), &a, 2.5, slice::from_ref(&a))), 5);
    assert_eq!(time.miss(|| both(Single::Only(1), &a, 1.5, &[])), 3);
}

#[test]
fn an_implementation_by_hand_is_taken_before_hash_and_eq() {
    /// Without regard to case.
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct Name(String);

    impl CacheKey for Name {
        type Owned = String;

        fn hash_key<H: Hasher>(&self, state: &mut H) {
            self.0.bytes().for_each(|byte| byte.to_ascii_lowercase().hash(state));
        }

        fn hash_owned<H: Hasher>(owned: &String, state: &mut H) {
            owned.bytes().for_each(|byte| byte.hash(state));
        }

        fn eq_key(&self, owned: &String) -> bool {
            self.0.eq_ignore_ascii_case(owned)
        }

        fn eq_owned(a: &String, b: &String) -> bool {
            a == b
        }

        fn to_key(&self) -> String {
            self.0.to_ascii_lowercase()
        }

        fn write_text(&self, out: &mut KeyText) {
            out.string(&self.0.to_ascii_lowercase());
        }

        fn write_owned_text(owned: &String, out: &mut KeyText) {
            out.string(owned);
        }
    }

    #[cached]
    fn greeting(name: &Name) -> String {
        format!("hello {}", name.0)
    }

    check(&Name("Ada".to_owned()), &Name("ADA".to_owned()), true);
    check(&Name("Ada".to_owned()), &Name("Eve".to_owned()), false);
    let time = isolate();
    assert_eq!(time.miss(|| greeting(&Name("Ada".to_owned()))), "hello Ada");
    assert_eq!(time.hit(|| greeting(&Name("ADA".to_owned()))), "hello Ada");
}
