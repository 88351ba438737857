//! What a value refreshed in the background belongs to, and what is computed from stale values: invalidations reach all of it.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use larder::testing::{Isolated, isolate};
use larder::{Source as From, add_tag, blocking, cached};
use pollster::block_on;

use crate::support::seconds;

static TRUTH: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = 10, stale_while_revalidate = 60, tags = ["row:{id}"], user = owner, cache = "fresh scopes")]
fn row(id: u32, owner: u32) -> u32 {
    let _ = (id, owner);
    let truth = TRUTH.load(SeqCst);
    assert!(add_tag(format!("seen:{truth}")));
    truth
}

#[cached(ttl = 10, stale_while_revalidate = 60, tags = ["row:{id}"], user = owner, cache = "fresh scopes")]
async fn row_later(id: u32, owner: u32) -> u32 {
    let _ = (id, owner);
    let truth = TRUTH.load(SeqCst);
    assert!(add_tag(format!("seen:{truth}")));
    truth
}

#[cached(ttl = 10, refresh = 5, tags = ["row:{id}"], user = owner, cache = "fresh scopes")]
fn row_at_interval(id: u32, owner: u32) -> u32 {
    let _ = (id, owner);
    let truth = TRUTH.load(SeqCst);
    assert!(add_tag(format!("seen:{truth}")));
    truth
}

/// A page made of a row. It lives longer than the row does.
#[cached(ttl = 1000, stale_while_revalidate = 1000)]
fn page(id: u32) -> u32 {
    row(id, 7) * 10
}

/// One way of calling, and what is stored.
struct Way {
    name: &'static str,
    call: fn() -> u32,
    peek: fn() -> Option<u32>,
    clear: fn(),
}

const WAYS: [Way; 3] = [
    Way { name: "sync", call: || row(1, 7), peek: || row::peek(1, 7), clear: row::clear },
    Way {
        name: "async",
        call: || block_on(row_later(1, 7)),
        peek: || row_later::peek(1, 7),
        clear: row_later::clear,
    },
    Way {
        name: "at an interval",
        call: || row_at_interval(1, 7),
        peek: || row_at_interval::peek(1, 7),
        clear: row_at_interval::clear,
    },
];

/// Has the value 1 stored by a call, and then 2 by the background.
fn refreshed(time: &Isolated, way: &Way) {
    (way.clear)();
    TRUTH.store(1, SeqCst);
    assert_eq!((way.call)(), 1, "{}", way.name);
    TRUTH.store(2, SeqCst);
    for _ in 0..11 {
        time.advance(seconds(1));
        time.settle();
    }
    (way.call)();
    time.settle();
    assert_eq!((way.peek)(), Some(2), "{}", way.name);
}

#[test]
fn a_value_refreshed_in_the_background_has_the_scopes_of_its_own_run() {
    let time = isolate();
    let reaching: [(&str, &dyn Fn()); 8] = [
        ("tag", &|| blocking::invalidate_tag("row:1").unwrap()),
        ("tag that the run added", &|| blocking::invalidate_tag("seen:2").unwrap()),
        ("user", &|| blocking::invalidate_user(7).unwrap()),
        ("all", &|| larder::cache("fresh scopes").unwrap().blocking().invalidate_all().unwrap()),
        ("expired tag", &|| blocking::expire_tag("row:1").unwrap()),
        ("expired tag that the run added", &|| blocking::expire_tag("seen:2").unwrap()),
        ("expired user", &|| blocking::expire_user(7).unwrap()),
        ("all expired", &|| larder::cache("fresh scopes").unwrap().blocking().expire_all().unwrap()),
    ];
    let passing: [(&str, &dyn Fn()); 3] = [
        ("another tag", &|| blocking::invalidate_tag("row:2").unwrap()),
        ("what only the run before had added", &|| blocking::invalidate_tag("seen:1").unwrap()),
        ("another user", &|| blocking::invalidate_user(8).unwrap()),
    ];
    for way in &WAYS {
        for (what, invalidate) in reaching {
            refreshed(&time, way);
            invalidate();
            assert_eq!((way.peek)(), None, "{}, {what}", way.name);
        }
        refreshed(&time, way);
        for (what, invalidate) in passing {
            invalidate();
            assert_eq!((way.peek)(), Some(2), "{}, {what}", way.name);
        }
    }
}

#[test]
fn what_is_computed_from_a_stale_value_is_reached_by_what_reaches_that() {
    let time = isolate();
    for (what, invalidate) in [
        ("expire", &(|| blocking::expire_tag("row:3").unwrap()) as &dyn Fn()),
        ("invalidate", &|| blocking::invalidate_tag("row:3").unwrap()),
        ("user", &|| blocking::expire_user(7).unwrap()),
        ("key", &|| assert!(row::invalidate(3, 7))),
    ] {
        TRUTH.store(1, SeqCst);
        row::clear();
        page::clear();
        assert_eq!(row(3, 7), 1);
        time.advance(seconds(11));
        TRUTH.store(2, SeqCst);
        // The row is stale: the page is made of it as it is, and the row is refreshed behind.
        assert_eq!(page(3), 10, "{what}");
        time.settle();
        assert_eq!(
            (page::peek(3), row::peek(3, 7)),
            (Some(10), Some(2)),
            "a page lives as long as it says, {what}"
        );
        invalidate();
        assert_eq!(page::peek(3), None, "{what}");
    }
}

/// A page that is made of an expired row is as expired as the row: it must not live on for its own lifetime.
#[test]
fn what_is_computed_from_an_expired_value_is_not_stored() {
    let time = isolate();
    TRUTH.store(1, SeqCst);
    assert_eq!(row(4, 7), 1);
    TRUTH.store(2, SeqCst);
    blocking::expire_tag("row:4").unwrap();
    assert_eq!(row::lookup(4, 8).source, From::Miss, "that of another user, whose tag is the same");
    let rejected = page::stats().rejected_writes;
    assert_eq!(page(4), 10);
    assert_eq!((page::peek(4), page::stats().rejected_writes), (None, rejected + 1));
    time.settle();
    assert_eq!(row::peek(4, 7), Some(2), "refreshed behind the page");
    assert_eq!((page(4), page::peek(4)), (20, Some(20)));
}

/// Expiring a row leaves the pages made of it to be served stale, by their own windows, while they are made anew of the row of now.
#[test]
fn a_stale_page_is_refreshed_from_a_refreshed_row() {
    let time = isolate();
    TRUTH.store(1, SeqCst);
    assert_eq!(page(5), 10);
    TRUTH.store(2, SeqCst);
    blocking::expire_tag("row:5").unwrap();
    let stale = page::lookup(5);
    assert_eq!((stale.value, stale.source), (10, From::Stale));
    // The page is made of the row, which is stale itself and so refreshed after that; the next run makes it of the new row.
    time.settle();
    assert_eq!(row::peek(5, 7), Some(2));
    assert_eq!(page::lookup(5).source, From::Stale);
    time.settle();
    assert_eq!(page::peek(5), Some(20));
}
