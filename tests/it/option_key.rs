//! `key`: text with placeholders, or any expression over the parameters.

use std::borrow::Cow;

use larder::cached;
use larder::testing::isolate;

struct User {
    organisation: u32,
    name: String,
    pair: (u8, u8),
    seen: u64,
}

fn user(organisation: u32, name: &str, seen: u64) -> User {
    User { organisation, name: name.into(), pair: (1, 2), seen }
}

#[cached(key = "user:{id}")]
fn template(id: u32, note: &str) -> String {
    format!("{id} {note}")
}

#[cached(key = "{user.organisation}:{user.name}/{user.pair.1}")]
fn fields(user: &User) -> u64 {
    user.seen
}

#[cached(key = "{{{a}}} {b}")]
fn braces(a: &str, b: &str) -> String {
    format!("{a}{b}")
}

#[cached(key = text.trim().to_lowercase())]
fn expression(text: &str) -> usize {
    text.len()
}

#[cached(key = (user.organisation, user.name.as_str()))]
fn tuple(user: &User) -> u64 {
    user.seen
}

#[cached(key = format!("{id}"))]
fn captured(id: u32, note: &str) -> String {
    format!("{id} {note}")
}

#[cached(key = text)]
fn reference(text: &str, note: &str) -> String {
    format!("{text} {note}")
}

#[cached(key = match text { Cow::Borrowed(text) => *text, Cow::Owned(text) => text.as_str() })]
#[allow(clippy::ptr_arg, reason = "which variant it is does not matter, and that is what is tested")]
fn block(text: &Cow<'_, str>) -> usize {
    text.len()
}

impl User {
    #[cached(key = "{self.name}")]
    fn greet(&self) -> u64 {
        self.seen
    }

    #[cached(key = (self.organisation, day))]
    fn visits(&self, day: u8) -> u64 {
        self.seen + u64::from(day)
    }
}

#[cached(key = "{N}-{text}")]
fn constant<const N: usize>(text: &str) -> [usize; N] {
    [text.len(); N]
}

#[test]
fn a_template_leaves_out_what_it_does_not_name() {
    let time = isolate();
    time.miss(|| template(1, "a"));
    assert_eq!(time.hit(|| template(1, "b")), "1 a");
    time.miss(|| template(2, "a"));
    assert_eq!(template::peek(1).as_deref(), Some("1 a"));
}

#[test]
fn a_template_reads_fields() {
    let time = isolate();
    time.miss(|| fields(&user(1, "ada", 1)));
    time.hit(|| fields(&user(1, "ada", 2)));
    time.miss(|| fields(&user(2, "ada", 1)));
    time.miss(|| fields(&user(1, "bob", 1)));
}

#[test]
fn values_cannot_run_into_each_other() {
    let time = isolate();
    time.miss(|| braces("x} y", "z"));
    time.miss(|| braces("x", "y} z"));
    time.miss(|| braces("x", "y z"));
    assert!(braces::key("a", "b").ends_with("{a} b"), "{}", braces::key("a", "b"));
}

#[test]
fn an_expression_is_the_key() {
    let time = isolate();
    time.miss(|| expression("Word"));
    time.hit(|| expression("  word"));
    time.miss(|| expression("words"));
    assert!(expression::invalidate("WORD"));
}

#[test]
fn the_elements_of_a_tuple_are_parts() {
    let time = isolate();
    time.miss(|| tuple(&user(1, "ada", 1)));
    time.hit(|| tuple(&user(1, "ada", 2)));
    time.miss(|| tuple(&user(1, "bob", 1)));
}

#[test]
fn a_captured_parameter_counts_as_named() {
    let time = isolate();
    time.miss(|| captured(1, "a"));
    time.hit(|| captured(1, "b"));
    assert_eq!(captured::peek(1).as_deref(), Some("1 a"));
}

#[test]
fn a_reference_is_a_key() {
    let time = isolate();
    time.miss(|| reference("a", "1"));
    time.hit(|| reference("a", "2"));
}

#[test]
fn any_block_will_do() {
    let time = isolate();
    time.miss(|| block(&Cow::Borrowed("a")));
    time.hit(|| block(&Cow::Owned("a".to_owned())));
}

#[test]
fn methods_name_self() {
    let time = isolate();
    time.miss(|| user(1, "ada", 1).greet());
    time.hit(|| user(9, "ada", 2).greet());
    assert_eq!(user(7, "ada", 3).greet_peek(), Some(1));
    time.miss(|| user(1, "ada", 1).visits(1));
    time.hit(|| user(1, "bob", 2).visits(1));
    time.miss(|| user(1, "bob", 2).visits(2));
}

#[test]
fn constants_are_named_like_parameters() {
    let time = isolate();
    assert_eq!(time.miss(|| constant::<2>("a")), [1, 1]);
    assert_eq!(time.miss(|| constant::<3>("a")), [1, 1, 1]);
    time.hit(|| constant::<2>("a"));
}
