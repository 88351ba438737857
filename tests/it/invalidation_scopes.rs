//! What an invalidation reaches: every value in its scope, also those made from one, and nothing else.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use larder::testing::isolate;
use larder::{blocking, cached};

use crate::support::waiting;

#[cached(tags = ["user:{id}", "users"])]
fn name(id: u32) -> String {
    format!("user {id}")
}

#[cached(tags = ["user:{id}"])]
fn age(id: u32) -> u32 {
    20 + id
}

/// Its tags are known only inside.
#[cached]
fn friends(id: u32) -> Vec<String> {
    (id + 1..id + 3)
        .map(|friend| {
            larder::add_tag(format!("user:{friend}"));
            format!("user {friend}")
        })
        .collect()
}

#[cached(user = owner)]
fn drafts(owner: u32, page: u32) -> u32 {
    owner * 100 + page
}

#[cached(user = owner.as_str())]
fn inbox(owner: String) -> usize {
    owner.len()
}

#[cached]
fn card(id: u32) -> String {
    format!("{} ({})", name(id), age(id))
}

#[cached]
fn page(first: u32) -> String {
    (first..first + 3).map(card).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_tag_reaches_all_who_carry_it_and_nobody_else() {
    let time = isolate();
    let all = || {
        for id in 1..5 {
            name(id);
            age(id);
            friends(id);
        }
    };
    all();
    time.hit(all);
    blocking::invalidate_tag("user:3").unwrap();
    for id in 1..5 {
        assert_eq!(name::peek(id).is_some(), id != 3, "name({id})");
        assert_eq!(age::peek(id).is_some(), id != 3, "age({id})");
        assert_eq!(friends::peek(id).is_some(), !(1..3).contains(&id), "friends({id})");
    }
    all();
    time.hit(all);
    blocking::invalidate_tag("users").unwrap();
    assert_eq!((1..5).filter_map(name::peek).count(), 0);
    assert_eq!((1..5).filter_map(age::peek).count(), 4);
}

#[test]
fn every_place_to_invalidate_from_does() {
    let time = isolate();
    let cache = larder::cache("default").unwrap();
    let ways: [(&str, &dyn Fn()); 12] = [
        ("blocking tag", &|| blocking::invalidate_tag("user:1").unwrap()),
        ("blocking tags", &|| blocking::invalidate_tags(["nobody", "user:1"]).unwrap()),
        ("blocking all", &|| blocking::invalidate_all().unwrap()),
        ("root tag", &|| pollster::block_on(larder::invalidate_tag("user:1")).unwrap()),
        ("root tags", &|| pollster::block_on(larder::invalidate_tags(vec!["user:1".to_owned()])).unwrap()),
        ("root all", &|| pollster::block_on(larder::invalidate_all()).unwrap()),
        ("cache tag", &|| pollster::block_on(cache.invalidate_tag("user:1")).unwrap()),
        ("cache tags", &|| pollster::block_on(cache.invalidate_tags(["user:1"])).unwrap()),
        ("cache all", &|| pollster::block_on(cache.invalidate_all()).unwrap()),
        ("cache blocking tag", &|| cache.blocking().invalidate_tag("user:1").unwrap()),
        ("cache blocking tags", &|| cache.blocking().invalidate_tags(["user:1"]).unwrap()),
        ("cache blocking all", &|| cache.blocking().invalidate_all().unwrap()),
    ];
    for (way, invalidate) in ways {
        name(1);
        time.hit(|| name(1));
        invalidate();
        assert_eq!(name::peek(1), None, "{way}");
        time.miss(|| name(1));
        time.hit(|| name(1));
    }
}

#[test]
fn a_user_is_part_of_the_key_and_a_scope() {
    let time = isolate();
    assert_eq!((drafts(1, 1), drafts(2, 1), drafts(1, 2)), (101, 201, 102));
    blocking::invalidate_user(1_u32).unwrap();
    time.hit(|| drafts(2, 1));
    assert_eq!((drafts::peek(1, 1), drafts::peek(1, 2)), (None, None));
    drafts(1, 1);
    pollster::block_on(larder::invalidate_user(1_i64)).unwrap();
    assert_eq!(drafts::peek(1, 1), None, "users are compared by their text");
    inbox("1".to_owned());
    drafts(1, 1);
    blocking::invalidate_user(1_u8).unwrap();
    assert_eq!((inbox::peek("1".to_owned()), drafts::peek(1, 1)), (Some(1), None), "a number is not a text");
    blocking::invalidate_user("1").unwrap();
    assert_eq!(inbox::peek("1".to_owned()), None);
    drafts(1, 1);
    pollster::block_on(larder::cache("default").unwrap().invalidate_user(1)).unwrap();
    assert_eq!(drafts::peek(1, 1), None);
    drafts(1, 1);
    larder::cache("default").unwrap().blocking().invalidate_user(1).unwrap();
    assert_eq!(drafts::peek(1, 1), None);
}

#[test]
fn what_is_made_from_a_value_goes_with_it_on_hits_as_on_misses() {
    let time = isolate();
    // all of it computed
    page(1);
    blocking::invalidate_tag("user:2").unwrap();
    assert_eq!((page::peek(1), card::peek(2)), (None, None));
    time.hit(|| (card(1), card(3), name(1), age(3)));
    // all but one read from the cache
    time.miss(|| page(1));
    blocking::invalidate_tag("user:3").unwrap();
    assert_eq!(page::peek(1), None);
    time.miss(|| page(1));
    // two deep, all read from the cache
    page::invalidate(1);
    time.miss(|| page(1));
    assert_eq!(card::stats().loads, 5);
    age::invalidate(1);
    assert_eq!((page::peek(1), card::peek(1)), (None, None));
    time.hit(|| card(2));
    time.miss(|| page(1));
    name::clear();
    assert_eq!(page::peek(1), None);
    assert_eq!((1..4).filter_map(card::peek).count(), 0);
    time.hit(|| age(2));
    // a key that was not part of it
    page(1);
    name::invalidate(9);
    time.hit(|| page(1));
}

#[test]
fn who_waits_for_a_value_depends_on_it_as_well() {
    #[cached(ignore = [began, go], tags = ["waited:{id}"])]
    fn slow(id: u32, began: &Barrier, go: &Barrier) -> u32 {
        began.wait();
        go.wait();
        id
    }
    #[cached(ignore = [began, go])]
    fn around(id: u32, began: &Barrier, go: &Barrier) -> u32 {
        slow(id, began, go) + 1
    }

    let time = isolate();
    let (began, go) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let leader = scope.spawn(|| slow(1, &began, &go));
        began.wait();
        let waiter = scope.spawn(|| around(1, &began, &go));
        waiting(1, slow::stats);
        go.wait();
        assert_eq!((leader.join().unwrap(), waiter.join().unwrap()), (1, 2));
    });
    assert_eq!((slow::stats().loads, slow::stats().coalesced), (1, 1));
    let unused = Barrier::new(1);
    time.hit(|| around(1, &unused, &unused));
    blocking::invalidate_tag("waited:1").unwrap();
    assert_eq!(around::peek(1), None);
}

#[test]
fn a_function_that_calls_itself_depends_on_all_of_it() {
    #[cached(tags = ["step:{n}"])]
    fn sum(n: u32) -> u32 {
        if n == 0 { 0 } else { n + sum(n - 1) }
    }
    let time = isolate();
    assert_eq!(sum(50), 1275);
    blocking::invalidate_tag("step:20").unwrap();
    assert_eq!((sum::peek(50), sum::peek(20), sum::peek(19)), (None, None, Some(190)));
    assert_eq!(time.miss(|| sum(50)), 1275);
    assert_eq!(sum::stats().loads, 51 + 31);
    time.hit(|| sum(50));
}

#[test]
fn an_inserted_value_has_the_tags_and_the_user_of_its_arguments() {
    let time = isolate();
    name::insert(1, "inserted".to_owned());
    name::insert(2, "inserted".to_owned());
    drafts::insert(1, 1, 7);
    assert_eq!(time.miss(|| card(1)), "inserted (21)");
    blocking::invalidate_tag("user:1").unwrap();
    blocking::invalidate_user(1).unwrap();
    assert_eq!((name::peek(1), card::peek(1), drafts::peek(1, 1)), (None, None, None));
    assert_eq!(time.hit(|| name(2)), "inserted");
}

#[test]
fn what_is_invalid_leaves_by_itself_and_never_comes_back() {
    let time = isolate();
    (0..1_000).for_each(|id| _ = (name(id), friends(id)));
    blocking::invalidate_tag("users").unwrap();
    assert_eq!(name::stats().entries, 1_000, "an invalidation costs the same however many values it reaches");
    time.advance(Duration::from_secs(60));
    assert_eq!((name::stats().entries, friends::stats().entries), (0, 1_000));
    for _ in 0..10 {
        // Nothing refers to the tag any more, and it is forgotten.
        time.advance(Duration::from_secs(60));
        assert_eq!(name::peek(1), None);
    }
    time.miss(|| name(1));
    time.advance(Duration::from_secs(60));
    time.hit(|| name(1));
}

#[test]
fn a_tag_invalidated_and_forgotten_before_it_is_added_counts() {
    static TRUTH: AtomicU32 = AtomicU32::new(0);

    #[cached(ignore = [began, go])]
    fn late(id: u32, began: &Barrier, go: &Barrier) -> u32 {
        let truth = TRUTH.load(SeqCst);
        began.wait();
        go.wait();
        larder::add_tag(format!("late:{id}"));
        truth
    }

    let time = isolate();
    TRUTH.store(1, SeqCst);
    let (began, go) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let old = scope.spawn(|| late(1, &began, &go));
        began.wait();
        TRUTH.store(2, SeqCst);
        blocking::invalidate_tag("late:1").unwrap();
        // Nothing refers to the tag yet, so that nothing is left of it but that something was forgotten.
        (0..5).for_each(|_| time.advance(Duration::from_secs(60)));
        go.wait();
        assert_eq!(old.join().unwrap(), 1);
    });
    assert_eq!((late::peek(1), late::stats().rejected_writes), (None, 1));
    let unused = Barrier::new(1);
    assert_eq!(late(1, &unused, &unused), 2);
    assert_eq!(time.hit(|| late(1, &unused, &unused)), 2);
}

#[test]
fn an_invalidation_of_something_else_rejects_nothing() {
    #[cached(ignore = [began, go], tags = ["mine:{id}"])]
    fn slow(id: u32, began: &Barrier, go: &Barrier) -> u32 {
        began.wait();
        go.wait();
        id
    }
    let time = isolate();
    let (began, go) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let call = scope.spawn(|| slow(1, &began, &go));
        began.wait();
        blocking::invalidate_tags(["mine:2", "yours"]).unwrap();
        blocking::invalidate_user(1).unwrap();
        slow::invalidate(2);
        name::clear();
        go.wait();
        call.join().unwrap();
    });
    let unused = Barrier::new(1);
    time.hit(|| slow(1, &unused, &unused));
    assert_eq!(slow::stats().rejected_writes, 0);
}

#[test]
fn an_empty_tag_is_an_error_and_then_nothing_is_done() {
    let time = isolate();
    name(1);
    let error = blocking::invalidate_tag("").unwrap_err();
    assert!(error.is_empty_name() && error.to_string().contains("a tag is empty"), "{error}");
    assert!(blocking::invalidate_tags(["user:1", ""]).is_err());
    assert!(pollster::block_on(larder::invalidate_tags(["user:1", ""])).is_err());
    assert!(pollster::block_on(larder::cache("default").unwrap().expire_tag("")).is_err());
    time.hit(|| name(1));
    blocking::invalidate_tags(Vec::<String>::new()).unwrap();
    blocking::invalidate_tag("a tag that nobody has").unwrap();
    time.hit(|| name(1));
}
