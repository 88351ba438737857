//! `#[derive(KeyTemplate)]`: texts of keys, variant by variant.

use larder::testing::isolate;
use larder::{Cache, CacheKey, KeyTemplate, KeyText, cached};

#[derive(KeyTemplate)]
enum Keys<'a> {
    #[key("user:{id}")]
    User { id: u64 },
    #[key("user:me")]
    Me,
    #[key("mail of {0} to {1}")]
    Mail(u64, &'a str),
    #[key("org {org.name}/{page}")]
    Org {
        org: &'a Org,
        page: u16,
        #[key(skip)]
        #[allow(dead_code, reason = "it is skipped")]
        trace: u8,
    },
    #[key("100%{r#type}")]
    Percent { r#type: char },
    #[key("{{{0}}}")]
    Braces(String),
}

struct Org {
    name: String,
}

#[derive(KeyTemplate)]
#[key("page/{number}")]
struct Page<T: std::fmt::Display> {
    number: T,
}

fn text(key: &impl CacheKey) -> String {
    let mut text = KeyText::new();
    key.write_text(&mut text);
    let owned = key.to_key();
    let mut again = KeyText::new();
    fn write<K: CacheKey>(_: &K, owned: &K::Owned, out: &mut KeyText) {
        K::write_owned_text(owned, out);
    }
    write(key, &owned, &mut again);
    assert_eq!(text.as_str(), again.as_str());
    assert!(key.eq_key(&owned));
    text.into()
}

#[test]
fn a_key_is_the_text_of_its_template() {
    let org = Org { name: "a/b".into() };
    assert_eq!(text(&Keys::User { id: 7 }), "k6:user:7");
    assert_eq!(text(&Keys::Me), "k7:user:me");
    assert_eq!(text(&Keys::Mail(7, "x to y")), "k19:mail of 7 to x to y");
    assert_eq!(text(&Keys::Org { org: &org, page: 2, trace: 9 }), "k11:org a%2fb/2");
    assert_eq!(text(&Keys::Percent { r#type: '%' }), "k8:100%%%25");
    assert_eq!(text(&Keys::Braces("}".into())), "k5:{%7d}");
    assert_eq!(text(&Page { number: 3 }), "k6:page/3");
}

#[test]
fn the_templates_are_there_as_written() {
    assert_eq!(Keys::TEMPLATES.len(), 6);
    assert_eq!(Keys::TEMPLATES[0], "user:{id}");
    assert_eq!(Page::<u8>::TEMPLATES, ["page/{number}"]);
}

#[test]
fn they_are_keys_of_entries_functions_and_users() {
    #[cached(tags = ["all"])]
    fn function(key: &Keys<'static>) -> String {
        text(key)
    }
    let time = isolate();
    let cache = Cache::builder("templates").build().unwrap().blocking();
    cache.insert(Keys::User { id: 7 }, 'u').unwrap();
    cache.insert("user:7", 's').unwrap();
    assert_eq!(cache.get::<char>(Keys::User { id: 7 }).unwrap(), Some('u'), "a template is no string");
    assert_eq!(cache.get::<char>(&Keys::User { id: 8 }).unwrap(), None);
    function(&Keys::Me);
    time.hit(|| function(&Keys::Me));
    time.miss(|| function(&Keys::User { id: 1 }));
    function::invalidate(&Keys::Me);
    time.miss(|| function(&Keys::Me));
}
