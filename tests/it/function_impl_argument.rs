//! `impl AsRef` and `impl Into` arguments are keyed by what they can be seen as.

use std::path::Path;

use larder::cached;
use larder::testing::isolate;

#[cached]
fn shout(text: impl AsRef<str>) -> String {
    text.as_ref().to_uppercase()
}

#[cached]
fn name(path: &(impl AsRef<Path> + ?Sized)) -> usize {
    path.as_ref().components().count()
}

#[cached]
fn owned(text: impl Into<String> + Send) -> usize {
    let text: String = text.into();
    text.len()
}

#[cached]
fn inferred(number: impl Into<u64>) -> u64 {
    1 + number.into()
}

#[cached]
fn parameter<T: AsRef<[u8]>>(bytes: T) -> usize {
    bytes.as_ref().len()
}

#[cached]
async fn later(text: impl AsRef<str>, count: impl Into<u32>) -> String {
    text.as_ref().repeat(count.into() as usize)
}

#[cached(key = text.to_string())]
fn anything(text: impl ToString) -> usize {
    text.to_string().len()
}

#[test]
fn as_ref_is_borrowed() {
    let time = isolate();
    assert_eq!(time.miss(|| shout("a")), "A");
    assert_eq!(time.hit(|| shout(String::from("a"))), "A");
    time.miss(|| shout("b"));
    time.miss(|| name("a/b"));
    time.hit(|| name(Path::new("a/b")));
    assert_eq!(shout::peek("a").as_deref(), Some("A"));
}

#[test]
fn into_is_converted_first() {
    let time = isolate();
    time.miss(|| owned("a"));
    time.hit(|| owned(String::from("a")));
    time.miss(|| inferred(1_u8));
    assert_eq!(time.hit(|| inferred(1_u64)), 2);
    assert_eq!(inferred::peek(1_u32), Some(2));
    assert_eq!(time.miss(|| inferred::refresh(1_u32)), 2);
}

#[test]
fn type_parameters_are_seen_the_same_way() {
    let time = isolate();
    time.miss(|| parameter("ab"));
    time.miss(|| parameter(vec![b'a', b'b']));
    time.hit(|| parameter("ab"));
    time.miss(|| parameter("bc"));
}

#[test]
fn in_async_functions_too() {
    let time = isolate();
    pollster::block_on(async {
        assert_eq!(time.miss_async(later("a", 2_u8)).await, "aa");
        time.hit_async(later("a".to_owned(), 2_u16)).await;
        time.miss_async(later("a", 3_u8)).await;
    });
}

#[test]
fn an_expression_takes_anything() {
    let time = isolate();
    time.miss(|| anything(12));
    time.hit(|| anything("12"));
}
