//! Expressions as keys, users and tags: whatever binds less tightly than the borrow that is put before them.

use larder::cached;
use larder::testing::isolate;

const USERS: u64 = 3;

#[cached(user = row % USERS)]
fn by_user(row: u64) -> u64 {
    row
}

#[cached(key = row % USERS)]
fn by_rest(row: u64) -> u64 {
    row
}

#[cached(key = (row as u32 + 1, !flag, -offset), tags = [row + 1, if flag { "yes" } else { "no" }])]
fn by_many(row: u64, flag: bool, offset: i32) -> u64 {
    let _ = (flag, offset);
    row
}

#[test]
fn operators_and_casts_are_expressions_like_others() {
    let time = isolate();
    assert_eq!(by_rest::key(5), by_rest::key(2));
    by_rest(5);
    time.hit(|| by_rest(2));
    by_user(4);
    larder::blocking::invalidate_user(1_u64).unwrap();
    time.miss(|| by_user(4));
    by_many(1, true, 5);
    assert!(by_many::key(1, true, 5).ends_with("(2,f,-5)"), "{}", by_many::key(1, true, 5));
    larder::blocking::invalidate_tag("2").unwrap();
    time.miss(|| by_many(1, true, 5));
    larder::blocking::invalidate_tag("yes").unwrap();
    time.miss(|| by_many(1, true, 5));
    larder::blocking::invalidate_tag("no").unwrap();
    time.hit(|| by_many(1, true, 5));
}
