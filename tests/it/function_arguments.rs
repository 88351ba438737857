//! What arguments may be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use larder::testing::isolate;
use larder::{CacheKey, cached};

/// A miss, then a hit for an equal call, then a miss for another.
macro_rules! tells_apart {
    ($call:expr, $equal:expr, $other:expr) => {{
        let time = isolate();
        time.miss(|| $call);
        time.hit(|| $equal);
        time.miss(|| $other);
        time.hit(|| $call);
    }};
}

#[cached]
fn text(text: &str) -> usize {
    text.len()
}

#[cached]
fn slice(items: &[u32]) -> u32 {
    items.iter().sum()
}

#[cached]
fn strings(items: &[String]) -> usize {
    items.len()
}

#[cached]
fn optional(text: Option<&str>) -> usize {
    text.map_or(0, str::len)
}

#[cached]
fn float(x: f64, y: f32) -> f64 {
    x + f64::from(y)
}

#[cached]
fn floats(xs: &[f64]) -> f64 {
    xs.iter().sum()
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Hashed {
    id: u32,
}

#[cached]
fn by_value(it: Hashed) -> u32 {
    it.id
}

#[cached]
fn by_reference(it: &Hashed) -> u32 {
    it.id
}

#[cached]
fn optional_reference(it: Option<&Hashed>) -> u32 {
    it.map_or(0, |it| it.id)
}

#[derive(CacheKey)]
struct Place {
    latitude: f64,
    #[cache_key(skip)]
    label: &'static str,
}

#[cached]
fn derived(place: &Place) -> usize {
    place.label.len()
}

#[cached]
fn shared(it: Arc<Hashed>, text: &Arc<str>) -> usize {
    it.id as usize + text.len()
}

#[cached]
fn path(path: &Path) -> PathBuf {
    path.to_owned()
}

#[cached]
fn map(map: &BTreeMap<String, u32>) -> usize {
    map.len()
}

#[cached]
fn tuple(pair: (u32, &str), array: [u8; 3]) -> usize {
    pair.1.len() + array.len()
}

#[cached]
fn named<'a>(first: &'a str, second: &'a str) -> usize {
    first.len() + second.len()
}

#[cached]
fn static_text(text: &'static str) -> &'static str {
    text
}

#[test]
fn text_is_compared_by_content() {
    tells_apart!(text("a"), text(&String::from("a")), text("b"));
}

#[test]
fn slices() {
    tells_apart!(slice(&[1, 2]), slice(Vec::from([1, 2]).as_slice()), slice(&[1, 2, 0]));
    tells_apart!(strings(&["a".into()]), strings(&["a".into()]), strings(&["b".into()]));
}

#[test]
fn none_is_not_an_empty_text() {
    tells_apart!(optional(None), optional(None), optional(Some("")));
    tells_apart!(optional(Some("a")), optional(Some("a")), optional(Some("b")));
}

#[test]
fn floats_count_by_their_bits() {
    tells_apart!(float(0.5, 1.0), float(0.5, 1.0), float(0.5, 1.5));
    tells_apart!(float(f64::NAN, 0.0), float(f64::NAN, 0.0), float(0.0, 0.0));
    tells_apart!(float(0.0, 1.0), float(0.0, 1.0), float(-0.0, 1.0));
    tells_apart!(float(f64::NAN, 0.0), float(-f64::NAN, 0.0), float(f64::NAN, -0.0));
    tells_apart!(floats(&[0.5]), floats(&[0.5]), floats(&[0.5, 0.5]));
}

#[test]
fn what_can_be_hashed() {
    tells_apart!(by_value(Hashed { id: 1 }), by_value(Hashed { id: 1 }), by_value(Hashed { id: 2 }));
    tells_apart!(
        by_reference(&Hashed { id: 1 }),
        by_reference(&Hashed { id: 1 }),
        by_reference(&Hashed { id: 2 })
    );
    tells_apart!(
        optional_reference(None),
        optional_reference(None),
        optional_reference(Some(&Hashed { id: 0 }))
    );
}

#[test]
fn what_derives_cache_key() {
    let place = |latitude, label| Place { latitude, label };
    tells_apart!(derived(&place(1.5, "here")), derived(&place(1.5, "there")), derived(&place(1.6, "here")));
}

#[test]
fn pointers_paths_and_maps() {
    let it = |id| Arc::new(Hashed { id });
    tells_apart!(shared(it(1), &"a".into()), shared(it(1), &"a".into()), shared(it(1), &"b".into()));
    tells_apart!(path(Path::new("a/b")), path(&PathBuf::from("a/b")), path(Path::new("a/c")));
    let one = |value| BTreeMap::from([("a".to_owned(), value)]);
    tells_apart!(map(&one(1)), map(&one(1)), map(&one(2)));
}

#[test]
fn tuples_arrays_and_lifetimes() {
    tells_apart!(tuple((1, "a"), [1, 2, 3]), tuple((1, "a"), [1, 2, 3]), tuple((1, "a"), [1, 2, 4]));
    tells_apart!(named("ab", "c"), named("ab", "c"), named("a", "bc"));
    tells_apart!(static_text("a"), static_text("a"), static_text("b"));
}
