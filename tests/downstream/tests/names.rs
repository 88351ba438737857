//! That what compiles also does what it says.

use std::sync::Arc;

use larder_downstream::background::{self, Exchange, early, fallible, patient, refreshed, revalidated};
use larder_downstream::names::{self, Peek, Probe, key, spec};
use larder_downstream::public::{
    Trouble, Users, count, fetch, greeting, greeting_later, later, longest, name, page, settings, sum,
};
use larder_downstream::run_private;

#[test]
fn names_like_ours_do_not_get_in_the_way() {
    assert_eq!(key(1, 1, 1), 3 + 1 + 1);
    assert_eq!(key::peek(1, 1, 1), Some(5));
    assert_eq!(names::constants(1), 1 + 1 + 2 + 3 + 4 + 5 + 6 + 7);
    assert_eq!(names::constants::peek(1), Some(29));
    assert_eq!(spec(1, 2, 3), Ok(6));
    assert_eq!(names::r#match(1, 2, 3), 6);
    assert_eq!(names::r#match::peek(1, 2, 3), Some(6));
    assert_eq!(Probe.uncached(1, 2), 3);
    assert_eq!(Probe.uncached_peek(1, 2), Some(3));
    assert_eq!(Probe.fn_lookup(4).value, Probe.r#fn(4));
    assert_eq!(Probe.peek(1), 1 + 2);
    assert_eq!(pollster::block_on(names::run(1, 2, 3, 4, 5)), Some(15));
    assert_eq!(names::run::peek(1, 2, 3, 4, 5), Some(Some(15)));
}

#[test]
fn a_renamed_dependency_caches() {
    assert_eq!(sum(1, 2), 3);
    assert!(sum::lookup(1, 2).is_hit());
    assert_eq!(name(0), Err(Trouble::Missing(0)));
    assert!(name::lookup(0).is_hit());
    assert_eq!(page(1, 2, "a"), page(1, 2, "b"));
    assert_eq!(count(["a", "b", "a"])["a"], 2);
    assert_eq!(run_private(), 2 + 4 + 3);
    let mut log = Vec::new();
    let longest = |log: &mut Vec<String>| longest(&["a", "bc"], None, log);
    assert_eq!(longest(&mut log), longest(&mut log));
    assert_eq!(log.len(), 1);
    assert_eq!(pollster::block_on(fetch("u", 7)), Ok("u3".to_owned()));
    assert!(pollster::block_on(fetch::lookup("u", 7)).is_hit());
    assert_eq!(pollster::block_on(later("x")), "x");
    let users = Users { realm: "here".into() };
    assert_eq!(users.greet("ada"), "ada@here");
    assert!(users.greet_lookup("ada").is_hit());
    assert!(pantry::stats().to_string().contains("greet"));
}

#[test]
fn everything_is_preloaded() {
    let report = pantry::blocking::preload_all();
    assert!(report.is_complete(), "{report}");
    assert_eq!(report.functions.iter().map(|function| function.loaded).sum::<usize>(), 8);
    assert!(greeting::lookup("bob", None, &[1]).is_hit());
    assert!(pollster::block_on(greeting_later::lookup(1)).is_hit());
    assert!(settings::lookup().is_hit());
    assert_eq!(names::provider::peek(1, "a", None), Some(2));
}

#[test]
fn what_runs_in_the_background_caches() {
    let exchange = Arc::new(Exchange { currencies: vec!["EUR".into()] });
    assert_eq!(revalidated("a".into(), 1), 1);
    assert!(revalidated::lookup("a".into(), 1).is_hit());
    assert_eq!(fallible("a").ok(), Some(1));
    assert!(fallible::lookup("a").is_hit());
    assert_eq!(unsafe { background::thrice(2) }, 6);
    assert_eq!(exchange.clone().size(), 1);
    assert!(exchange.clone().size_lookup().is_hit());
    pollster::block_on(async {
        assert_eq!(refreshed(exchange.clone(), 0).await, "EUR");
        assert!(refreshed::lookup(exchange.clone(), 0).await.is_hit());
        assert_eq!(early("a").await, 1);
        assert!(early::lookup("a").await.is_hit());
        assert_eq!(patient(1).await.ok(), Some(1));
        assert!(patient::lookup(1).await.is_hit());
        assert_eq!(exchange.clone().rate("eur".into()).await.ok(), Some(0));
        assert!(exchange.rate_lookup("eur".into()).await.is_hit());
    });
}
