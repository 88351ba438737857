//! `tags`: what a value can be invalidated by, from texts with placeholders and from expressions.

use std::fmt;
use std::pin::Pin;

use larder::testing::isolate;
use larder::{blocking, cached};
use pollster::block_on;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Post {
    author: u32,
    id: u32,
    text: String,
}

fn post(author: u32, id: u32) -> Post {
    Post { author, id, text: format!("{author}/{id}") }
}

struct Database {
    tenant: &'static str,
}

enum Tag {
    Author(u32),
}

impl fmt::Display for Tag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Author(id) = self;
        write!(out, "author-{id}")
    }
}

#[cached(tags = ["tags-text", "tags-user:{id}", "{id}{page}", "{{tags}}"])]
fn texts(id: u32, page: u8) -> u32 {
    id + u32::from(page)
}

#[cached(tags = ["tags-post:{post.author}/{post.id}"])]
fn fields(post: &Post) -> usize {
    post.text.len()
}

#[cached(tags = [Tag::Author(author), format!("tags-page:{page}"), PREFIX, name])]
fn expressions(author: u32, page: u8, name: &str) -> String {
    format!("{author}{page}{name}")
}

const PREFIX: &str = "tags-all";

/// What a tag names need not be in the key.
#[cached(ignore = [database, note], tags = ["tags-tenant:{database.tenant}", note.to_uppercase()])]
fn ignored(database: &Database, id: u32, note: &str) -> String {
    format!("{}{id}{note}", database.tenant)
}

/// The tags are known before the arguments move into the function.
#[cached(tags = ["tags-moved:{name}", name.to_uppercase()])]
fn moved(name: String) -> String {
    name
}

#[cached(tags = ["tags-async:{id}"])]
async fn asynchronous(id: u32, name: String) -> String {
    std::future::ready(()).await;
    format!("{id}{name}")
}

#[cached(tags = ["tags-future:{name}", name.to_uppercase()])]
fn future(name: &str) -> impl Future<Output = usize> + use<> {
    let length = name.len();
    async move { length }
}

#[cached(tags = ["tags-boxed:{name}"])]
fn boxed(name: &str) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
    Box::pin(async move { name.len() })
}

#[cached(tags = ["tags-length:{N}"])]
fn constant<T: Clone + Send + Sync + std::hash::Hash + Eq + 'static, const N: usize>(items: [T; N]) -> usize {
    items.len()
}

/// Text that is looked at as text, and parameters of other kinds.
#[cached(tags = [text.as_ref(), "tags-kind:{kind}", "tags-raw:{type}"], ignore = [kind])]
fn kinds(text: impl AsRef<str>, kind: &dyn fmt::Display, r#type: u8) -> usize {
    text.as_ref().len() + kind.to_string().len() + usize::from(r#type)
}

/// An expression may come out empty, which is no tag.
#[cached(tags = [name])]
fn maybe(name: &str) -> usize {
    name.len()
}

impl Post {
    #[cached(tags = ["tags-method:{self.id}", "tags-{what}"], only = [self])]
    fn length(&self, what: &str) -> usize {
        self.text.len() + what.len()
    }

    #[cached(tags = [Self::tag(id)])]
    fn associated(id: u32) -> u32 {
        id
    }

    fn tag(id: u32) -> String {
        format!("tags-associated:{id}")
    }
}

trait Load {
    fn load(&self, id: u32) -> u32;
    fn load_by_name(name: String) -> usize;
    fn load_later(&self, id: u32) -> impl Future<Output = u32> + Send;
}

impl Load for Post {
    #[cached(handle = none, tags = ["tags-trait:{self.id}", "tags-trait-load:{id}"])]
    fn load(&self, id: u32) -> u32 {
        self.id + id
    }

    #[cached(handle = none, tags = ["tags-trait-name:{name}"])]
    fn load_by_name(name: String) -> usize {
        name.into_bytes().len()
    }

    #[cached(handle = none, tags = ["tags-trait-later:{id}"])]
    async fn load_later(&self, id: u32) -> u32 {
        std::future::ready(self.id + id).await
    }
}

fn invalidate(tag: &str) {
    blocking::invalidate_tag(tag).unwrap();
}

#[test]
fn each_text_is_a_tag() {
    let time = isolate();
    for tag in ["tags-text", "tags-user:1", "12", "{tags}"] {
        time.miss(|| texts(1, 2));
        time.hit(|| texts(1, 2));
        invalidate(tag);
    }
    time.miss(|| texts(1, 2));
    for tag in ["tags-user:2", "tags-user:{id}", "tags", "1", "{{tags}}"] {
        invalidate(tag);
        time.hit(|| texts(1, 2));
    }
}

#[test]
fn a_tag_reaches_the_values_that_have_it() {
    let time = isolate();
    time.miss(|| texts(1, 1));
    time.miss(|| texts(1, 2));
    time.miss(|| texts(2, 1));
    invalidate("tags-user:1");
    time.hit(|| texts(2, 1));
    time.miss(|| texts(1, 1));
    time.miss(|| texts(1, 2));
}

#[test]
fn a_tag_reads_fields() {
    let time = isolate();
    time.miss(|| fields(&post(1, 2)));
    invalidate("tags-post:1/3");
    time.hit(|| fields(&post(1, 2)));
    invalidate("tags-post:1/2");
    time.miss(|| fields(&post(1, 2)));
}

#[test]
fn each_expression_is_a_tag() {
    let time = isolate();
    for tag in ["author-1", "tags-page:2", "tags-all", "tags-name"] {
        time.miss(|| expressions(1, 2, "tags-name"));
        time.hit(|| expressions(1, 2, "tags-name"));
        invalidate(tag);
    }
    time.miss(|| expressions(1, 2, "tags-name"));
}

#[test]
fn a_tag_may_name_what_the_key_ignores() {
    let time = isolate();
    let database = Database { tenant: "acme" };
    for tag in ["tags-tenant:acme", "NOTE"] {
        time.miss(|| ignored(&database, 1, "note"));
        time.hit(|| ignored(&Database { tenant: "other" }, 1, ""));
        invalidate(tag);
    }
    ignored::insert(&database, 1, "note", "kept".into());
    assert_eq!(ignored::peek(1).as_deref(), Some("kept"));
    invalidate("tags-tenant:acme");
    assert_eq!(ignored::peek(1), None);
    ignored::handle().insert((&database, 1, "note"), "kept".into());
    assert_eq!(ignored::handle().peek((&database, 1, "")).as_deref(), Some("kept"));
    assert!(ignored::handle().invalidate((&database, 1, "")));
}

#[test]
fn arguments_may_move_into_the_function() {
    let time = isolate();
    for tag in ["tags-moved:a", "A"] {
        time.miss(|| moved("a".into()));
        time.hit(|| moved("a".into()));
        invalidate(tag);
    }
    time.miss(|| moved("a".into()));
}

#[test]
fn every_companion_that_stores_gives_the_tags() {
    let time = isolate();
    texts::insert(1, 2, 7);
    assert_eq!(time.hit(|| texts(1, 2)), 7);
    invalidate("tags-user:1");
    assert_eq!(time.miss(|| texts::lookup(1, 2)).value, 3);
    invalidate("tags-user:1");
    assert_eq!(time.miss(|| texts::refresh(1, 2)), 3);
    invalidate("tags-user:1");
    assert_eq!(texts::peek(1, 2), None);
}

#[test]
fn futures_have_tags() {
    let time = isolate();
    block_on(async {
        time.miss_async(asynchronous(1, "a".into())).await;
        time.hit_async(asynchronous(1, "a".into())).await;
        larder::invalidate_tag("tags-async:1").await.unwrap();
        time.miss_async(asynchronous(1, "a".into())).await;
        time.miss_async(future("a")).await;
        larder::invalidate_tag("tags-future:a").await.unwrap();
        time.miss_async(future("a")).await;
        larder::invalidate_tag("A").await.unwrap();
        time.miss_async(future("a")).await;
        time.hit_async(future("a")).await;
        time.miss_async(boxed("a")).await;
        larder::invalidate_tag("tags-boxed:a").await.unwrap();
        time.miss_async(boxed("a")).await;
        time.hit_async(boxed("a")).await;
    });
}

#[test]
fn futures_with_tags_are_send() {
    fn send(_: impl Future + Send) {}
    send(asynchronous(1, String::new()));
    send(future(""));
    send(boxed(""));
    send(post(1, 2).load_later(1));
}

#[test]
fn constants_are_named_like_parameters() {
    let time = isolate();
    time.miss(|| constant([1]));
    time.miss(|| constant([1, 2]));
    invalidate("tags-length:2");
    time.hit(|| constant([1]));
    time.miss(|| constant([1, 2]));
}

#[test]
fn whatever_has_a_text_can_be_a_tag() {
    let time = isolate();
    for tag in ["tags-kinds", "tags-kind:7", "tags-raw:1"] {
        time.miss(|| kinds("tags-kinds", &7, 1));
        time.hit(|| kinds(String::from("tags-kinds"), &8, 1));
        invalidate(tag);
        time.miss(|| kinds("tags-kinds", &7, 1));
        kinds::clear();
    }
}

#[test]
fn an_empty_text_is_no_tag() {
    let time = isolate();
    assert_eq!(time.miss(|| maybe("")), 0);
    time.hit(|| maybe(""));
}

#[test]
fn methods_have_tags() {
    let time = isolate();
    let post = post(1, 2);
    for tag in ["tags-method:2", "tags-what"] {
        time.miss(|| post.length("what"));
        time.hit(|| post.length("else"));
        invalidate(tag);
    }
    post.length_insert("other", 9);
    assert_eq!(post.length_peek(), Some(9));
    invalidate("tags-other");
    assert_eq!(post.length_peek(), None);
    time.miss(|| Post::associated(1));
    invalidate("tags-associated:1");
    time.miss(|| Post::associated(1));
}

#[test]
fn methods_of_traits_have_tags() {
    let time = isolate();
    let post = post(1, 2);
    for tag in ["tags-trait:2", "tags-trait-load:3"] {
        time.miss(|| post.load(3));
        time.hit(|| post.load(3));
        invalidate(tag);
    }
    time.miss(|| Post::load_by_name("a".into()));
    invalidate("tags-trait-name:a");
    time.miss(|| Post::load_by_name("a".into()));
    time.miss(|| block_on(post.load_later(1)));
    invalidate("tags-trait-later:1");
    time.miss(|| block_on(post.load_later(1)));
    time.hit(|| block_on(post.load_later(1)));
}
