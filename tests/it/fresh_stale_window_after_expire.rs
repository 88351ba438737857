//! What `expire_*` leaves, and what no form of `invalidate` leaves: an expired value is stale, for as long as the windows say from then on; an invalidated one is gone,
//! also where the function fails and nothing else is there.

use std::panic::{AssertUnwindSafe, catch_unwind};

use larder::testing::{Isolated, isolate};
use larder::{CallOptions, Lookup, Source as From, blocking, cached, with_options, with_options_async};
use pollster::block_on;

use crate::support::{Says, Source, seconds};

static SOURCE: Source = Source::new();

type Answer = Result<u32, String>;

#[cached(
    ttl = 10,
    stale_while_revalidate = 3,
    stale_if_error = 8,
    retry_after = 1,
    tags = ["expire:{id}"],
    user = id,
    cache = "windows"
)]
fn value(id: u32) -> Answer {
    let _ = id;
    SOURCE.ask()
}

#[cached(
    ttl = 10,
    stale_while_revalidate = 3,
    stale_if_error = 8,
    retry_after = 1,
    tags = ["expire:{id}"],
    user = id,
    cache = "windows"
)]
async fn later(id: u32) -> Answer {
    let _ = id;
    SOURCE.ask_async().await
}

/// What is made of a value has windows of its own.
#[cached(ttl = 1000, stale_while_revalidate = 20, stale_if_error = 20)]
fn around(id: u32) -> Answer {
    value(id)
}

/// A function, sync or async.
struct Kind {
    name: &'static str,
    call: fn() -> Answer,
    lookup: fn(CallOptions) -> Lookup<Answer>,
    peek: fn() -> Option<Answer>,
    invalidate: fn() -> bool,
    clear: fn(),
}

const KINDS: [Kind; 2] = [
    Kind {
        name: "sync",
        call: || value(1),
        lookup: |options| with_options(options, || value::lookup(1)),
        peek: || value::peek(1),
        invalidate: || value::invalidate(1),
        clear: value::clear,
    },
    Kind {
        name: "async",
        call: || block_on(later(1)),
        lookup: |options| block_on(with_options_async(options, later::lookup(1))),
        peek: || later::peek(1),
        invalidate: || later::invalidate(1),
        clear: later::clear,
    },
];

impl Kind {
    fn look(&self) -> Lookup<Answer> {
        (self.lookup)(CallOptions::new())
    }
}

type Way = (&'static str, fn());

const EXPIRING: [Way; 8] = [
    ("expire_tag", || blocking::expire_tag("expire:1").unwrap()),
    ("expire_tags", || blocking::expire_tags(["none", "expire:1"]).unwrap()),
    ("expire_user", || blocking::expire_user(1).unwrap()),
    ("expire_all", || blocking::expire_all().unwrap()),
    ("expire_tag, async", || block_on(larder::expire_tag("expire:1")).unwrap()),
    ("expire_user, async", || block_on(larder::expire_user(1)).unwrap()),
    ("expire_all of the cache", || larder::cache("windows").unwrap().blocking().expire_all().unwrap()),
    ("expire_tag of the cache", || {
        larder::cache("windows").unwrap().blocking().expire_tag("expire:1").unwrap()
    }),
];

const INVALIDATING: [Way; 5] = [
    ("invalidate_tag", || blocking::invalidate_tag("expire:1").unwrap()),
    ("invalidate_user", || blocking::invalidate_user(1).unwrap()),
    ("invalidate_all", || blocking::invalidate_all().unwrap()),
    ("invalidate_tag, async", || block_on(larder::invalidate_tag("expire:1")).unwrap()),
    ("invalidate_all of the cache", || {
        larder::cache("windows").unwrap().blocking().invalidate_all().unwrap()
    }),
];

/// The value 1 was stored so many seconds ago, and is 2 now.
fn stored(time: &Isolated, kind: &Kind, ago: u64) {
    (kind.clear)();
    SOURCE.reset();
    assert_eq!((kind.call)(), Ok(1));
    time.advance(seconds(ago));
    SOURCE.say(Says::Value(2));
}

#[test]
fn an_expired_value_is_served_stale_within_the_windows_counted_from_then() {
    let time = isolate();
    for kind in &KINDS {
        for (way, expire) in EXPIRING {
            // Neither window is counted from the lifetime, which ends at 10.
            for (after, source) in [(0, From::Stale), (2, From::Stale), (3, From::Miss), (7, From::Miss)] {
                stored(&time, kind, 5);
                expire();
                assert_eq!((kind.peek)(), None, "{way}: it is not fresh any more");
                time.advance(seconds(after));
                let found = kind.look();
                assert_eq!(found.source, source, "{} {way}, {after} s after", kind.name);
                assert_eq!(found.value, Ok(if source == From::Stale { 1 } else { 2 }));
                time.settle();
                assert_eq!((kind.peek)(), Some(Ok(2)));
                // A value from after it has its whole lifetime.
                time.advance(seconds(9));
                assert!(kind.look().is_hit(), "{way}");
            }
            for (after, value) in
                [(3, Ok(1)), (7, Ok(1)), (8, Err("down".to_owned())), (100, Err("down".to_owned()))]
            {
                stored(&time, kind, 5);
                SOURCE.say(Says::Down);
                expire();
                time.advance(seconds(after));
                assert_eq!(kind.look().value, value, "{} {way}, {after} s after", kind.name);
            }
        }
    }
}

#[test]
fn expiring_what_is_stale_already_does_not_make_it_younger() {
    let time = isolate();
    for kind in &KINDS {
        for (way, expire) in EXPIRING {
            stored(&time, kind, 12);
            expire();
            time.advance(seconds(1));
            let found = kind.look();
            assert_eq!(
                (found.value, found.source),
                (Ok(2), From::Miss),
                "{} {way}: the window ended at 13",
                kind.name
            );
        }
    }
}

#[test]
fn a_value_expired_twice_counts_from_the_first_time() {
    let time = isolate();
    for kind in &KINDS {
        stored(&time, kind, 2);
        blocking::expire_tag("expire:1").unwrap();
        // Nobody looks meanwhile: that would have it refreshed.
        time.advance(seconds(3));
        blocking::expire_tag("expire:1").unwrap();
        assert!(kind.look().is_miss(), "the window was over, and does not open again");
        // What was computed in between counts from the second time.
        stored(&time, kind, 2);
        blocking::expire_tag("expire:1").unwrap();
        time.advance(seconds(2));
        assert!(kind.look().is_stale());
        // By its tag and by its user: the earlier one counts.
        stored(&time, kind, 2);
        blocking::expire_tag("expire:1").unwrap();
        time.advance(seconds(2));
        blocking::expire_user(1).unwrap();
        time.advance(seconds(1));
        assert!(kind.look().is_miss());
    }
}

#[test]
fn what_was_made_of_an_expired_value_is_stale_by_its_own_windows() {
    let time = isolate();
    SOURCE.reset();
    assert_eq!(around(1), Ok(1));
    time.advance(seconds(5));
    SOURCE.say(Says::Down);
    blocking::expire_tag("expire:1").unwrap();
    time.advance(seconds(19));
    let found = around::lookup(1);
    assert_eq!((found.value, found.source), (Ok(1), From::Stale));
    time.settle();
    time.advance(seconds(1));
    assert_eq!(around(1), Err("down".into()));
}

/// No way of invalidating, no kind of failure, no state of the value before, and nothing that a call asks for brings an invalidated value back.
#[test]
fn an_invalidated_value_does_not_stand_in_for_a_failure() {
    let time = isolate();
    let mut cells = 0;
    for kind in &KINDS {
        let own: [(&str, &dyn Fn()); 2] =
            [("invalidate", &|| assert!((kind.invalidate)())), ("clear", &|| (kind.clear)())];
        let scopes = INVALIDATING.iter().map(|(name, way)| (*name, way as &dyn Fn()));
        for (way, invalidate) in own.into_iter().chain(scopes) {
            for says in [Says::Down, Says::Panic] {
                for state in ["fresh", "stale", "resting after a failure", "expired before", "expired after"]
                {
                    for options in [
                        CallOptions::new(),
                        CallOptions::new().max_stale(std::time::Duration::MAX),
                        CallOptions::new().no_wait(),
                        CallOptions::new().skip_read(),
                    ] {
                        stored(&time, kind, if state == "stale" { 14 } else { 5 });
                        SOURCE.say(says);
                        match state {
                            "resting after a failure" => {
                                time.advance(seconds(9));
                                assert!(kind.look().is_stale(), "the value stands in for now");
                            }
                            "expired before" => blocking::expire_all().unwrap(),
                            _ => {}
                        }
                        invalidate();
                        if state == "expired after" {
                            blocking::expire_all().unwrap();
                        }
                        let cell = format!("{}, {way}, {says:?}, {state}, {options:?}", kind.name);
                        let asked = SOURCE.asked();
                        for _ in 0..2 {
                            let got = catch_unwind(AssertUnwindSafe(|| (kind.lookup)(options)));
                            match got {
                                Ok(found) => assert_eq!(
                                    (found.value, found.source, says),
                                    (Err("down".into()), From::Miss, Says::Down),
                                    "{cell}"
                                ),
                                Err(_) => assert_eq!(says, Says::Panic, "{cell}"),
                            }
                            time.advance(seconds(1));
                            time.settle();
                        }
                        assert_eq!(
                            SOURCE.asked(),
                            asked + 2,
                            "{cell}: each call tries, for there is nothing to rest on"
                        );
                        assert_eq!((kind.peek)(), None, "{cell}");
                        cells += 1;
                    }
                }
            }
        }
    }
    assert_eq!(cells, 2 * 7 * 2 * 5 * 4);
}
