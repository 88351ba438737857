//! `ignore`: the parameters that do not form the key.

use larder::cached;
use larder::testing::isolate;

/// Nothing that could be part of a key.
struct Database(&'static str);

#[cached(ignore = [database])]
fn title(database: &Database, id: u32) -> String {
    format!("{} {id}", database.0)
}

#[cached(ignore = [log])]
fn logged(id: u32, log: &mut Vec<u32>) -> u32 {
    log.push(id);
    id
}

#[cached(ignore = [visit])]
fn visited(id: u32, visit: impl FnOnce(u32)) -> u32 {
    visit(id);
    id
}

#[cached(ignore = [id])]
fn shared(id: u32) -> u32 {
    id
}

impl Database {
    #[cached(ignore = [self])]
    fn rows(&self, table: &str) -> usize {
        self.0.len() + table.len()
    }

    #[cached(ignore = [self])]
    fn count(&mut self, table: &str) -> usize {
        self.0 = "counted";
        table.len()
    }
}

#[test]
fn what_cannot_be_a_key_is_left_out() {
    let time = isolate();
    time.miss(|| title(&Database("a"), 1));
    assert_eq!(time.hit(|| title(&Database("b"), 1)), "a 1");
    time.miss(|| title(&Database("a"), 2));
    assert_eq!(title::peek(1).as_deref(), Some("a 1"));
}

#[test]
fn a_mutable_argument_is_written_on_a_miss_only() {
    let time = isolate();
    let mut log = Vec::new();
    time.miss(|| logged(1, &mut log));
    time.hit(|| logged(1, &mut log));
    time.miss(|| logged(2, &mut log));
    assert_eq!(log, [1, 2]);
}

#[test]
fn a_closure_is_called_on_a_miss_only() {
    let time = isolate();
    let mut visits = 0;
    time.miss(|| visited(1, |_| visits += 1));
    time.hit(|| visited(1, |_| visits += 1));
    assert_eq!(visits, 1);
}

#[test]
fn all_of_them_may_be_left_out() {
    let time = isolate();
    time.miss(|| shared(1));
    assert_eq!(time.hit(|| shared(2)), 1);
    assert_eq!(shared::peek(), Some(1));
}

#[test]
fn self_is_left_out() {
    let time = isolate();
    time.miss(|| Database("a").rows("t"));
    time.hit(|| Database("bcd").rows("t"));
    assert_eq!(Database("x").rows_peek("t"), Some(2));
    let mut database = Database("new");
    time.miss(|| database.count("t"));
    assert_eq!(database.0, "counted");
    let mut database = Database("new");
    time.hit(|| database.count("t"));
    assert_eq!(database.0, "new");
}
