//! `user`: whose value it is, as a part of the key and as what `invalidate_user` reaches.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Mutex;

use larder::testing::isolate;
use larder::{CacheKey, blocking, cached};
use pollster::block_on;

struct Session {
    user: u64,
    name: String,
}

fn session(user: u64) -> Session {
    Session { user, name: format!("name of {user}") }
}

#[derive(CacheKey, Clone, Debug)]
struct UserId(u64);

/// The user is part of the key already.
#[cached(user = user_id)]
fn argument(user_id: u64, page: u32) -> u64 {
    user_id + u64::from(page)
}

#[cached(user = user, only = [user])]
fn only(user: &str, note: &str) -> String {
    format!("{user}{note}")
}

#[cached(user = user_id, ignore = [user_id])]
fn ignored(user_id: u64, page: u32) -> u64 {
    user_id + u64::from(page)
}

#[cached(user = user_id, ignore = [user_id])]
fn alone(user_id: UserId) -> u64 {
    user_id.0
}

/// What the key ignores, the user need not.
#[cached(user = session.user, ignore = [session])]
fn expression(session: &Session, page: u32) -> String {
    format!("{}{page}", session.name)
}

#[cached(user = user_id, key = "page:{page}")]
fn template(user_id: u64, page: u32, note: &str) -> String {
    format!("{user_id}{page}{note}")
}

#[cached(user = user_id, key = "start")]
fn one_for_each(user_id: u64, note: &str) -> String {
    format!("{user_id}{note}")
}

#[cached(user = session.user, key = (session.user, page))]
fn tuple(session: &Session, page: u32) -> u64 {
    session.user + u64::from(page)
}

#[cached(user = user.as_ref().len(), only = [page])]
fn generic(user: impl AsRef<str>, page: u32) -> String {
    format!("{}{page}", user.as_ref())
}

#[cached(user = user)]
fn text(user: impl AsRef<str>) -> String {
    user.as_ref().to_owned()
}

#[cached(user = user, ignore = [user])]
fn owned(user: impl Into<String>, page: u32) -> String {
    let user: String = user.into();
    format!("{user}{page}")
}

/// The lock is free again before the function runs, and the user is asked for once.
#[cached(user = { asked(); *user.lock().unwrap() }, ignore = [user])]
fn locked(user: &Mutex<u64>, page: u32) -> u64 {
    *user.lock().unwrap() + u64::from(page)
}

thread_local! {
    static CURRENT: Rc<RefCell<u64>> = Rc::new(RefCell::new(0));
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

fn asked() {
    ASKED.set(ASKED.get() + 1);
}

fn current() -> Rc<RefCell<u64>> {
    CURRENT.with(Rc::clone)
}

/// Nothing of the expression lives on in the future, which is `Send`.
#[cached(user = *current().borrow())]
async fn ambient(page: u32) -> u32 {
    std::future::ready(page).await
}

#[cached(user = user_id)]
async fn asynchronous(user_id: UserId, page: u32) -> u64 {
    std::future::ready(user_id.0 + u64::from(page)).await
}

#[cached(user = session.user, ignore = [session])]
fn future(session: &Session, page: u32) -> impl Future<Output = u64> + use<> {
    let user = session.user;
    async move { user + u64::from(page) }
}

impl Session {
    #[cached(user = self.user, ignore = [self], tags = ["user-pages:{page}"])]
    fn page(&self, page: u32) -> String {
        format!("{}{page}", self.name)
    }
}

trait Load {
    fn load(&self, id: u32) -> u64;
    fn load_for(user: String) -> usize;
}

impl Load for Session {
    #[cached(handle = none, user = self.user, ignore = [self])]
    fn load(&self, id: u32) -> u64 {
        self.user + u64::from(id)
    }

    #[cached(handle = none, user = user.trim().to_owned(), ignore = [user])]
    fn load_for(user: String) -> usize {
        user.into_bytes().len()
    }
}

/// Not everybody has a name.
#[cached(user = viewer)]
fn optional(viewer: Option<u64>, page: u32) -> u64 {
    viewer.unwrap_or_default() + u64::from(page)
}

fn invalidate(user: impl CacheKey) {
    blocking::invalidate_user(user).unwrap();
}

#[test]
fn a_user_is_a_scope() {
    let time = isolate();
    time.miss(|| argument(1, 1));
    time.miss(|| argument(1, 2));
    time.miss(|| argument(2, 1));
    invalidate(1_u64);
    time.hit(|| argument(2, 1));
    time.miss(|| argument(1, 1));
    time.miss(|| argument(1, 2));
    invalidate("1");
    time.hit(|| argument(1, 1));
}

#[test]
fn a_user_is_once_in_the_key() {
    assert!(argument::key(1, 2).ends_with("(1,2)"), "{}", argument::key(1, 2));
    assert!(only::key("ada").ends_with("(s3:ada)"), "{}", only::key("ada"));
    assert!(tuple::key(&session(1), 2).ends_with("(1,2)"), "{}", tuple::key(&session(1), 2));
    assert!(text::key("ada").ends_with("(s3:ada)"), "{}", text::key("ada"));
}

#[test]
fn a_user_is_added_to_the_key() {
    let (session, of) = (session(1), "name of 1");
    assert!(ignored::key(1, 2).ends_with("(2,1)"), "{}", ignored::key(1, 2));
    assert!(alone::key(UserId(1)).ends_with("(@UserId(1))"), "{}", alone::key(UserId(1)));
    assert!(expression::key(&session, 2).ends_with("(2,1)"), "{}", expression::key(&session, 2));
    assert!(template::key(1, 2).ends_with("(k6:page:2,1)"), "{}", template::key(1, 2));
    assert!(one_for_each::key(1).ends_with("(k5:start,1)"), "{}", one_for_each::key(1));
    assert!(generic::key(of, 2).ends_with("(2,9)"), "{}", generic::key(of, 2));
    assert!(owned::key(of, 2).ends_with("(2,s9:name of 1)"), "{}", owned::key(of, 2));
    assert!(session.page_key(2).ends_with("(2,1)"), "{}", session.page_key(2));
}

#[test]
fn users_are_told_apart() {
    let time = isolate();
    time.miss(|| ignored(1, 1));
    time.miss(|| ignored(2, 1));
    time.hit(|| ignored(1, 1));
    time.miss(|| expression(&session(1), 1));
    time.hit(|| expression(&session(1), 1));
    time.miss(|| expression(&session(2), 1));
    time.miss(|| template(1, 1, "a"));
    time.hit(|| template(1, 1, "b"));
    time.miss(|| template(2, 1, "a"));
    time.miss(|| one_for_each(1, "a"));
    time.hit(|| one_for_each(1, "b"));
    time.miss(|| one_for_each(2, "a"));
    time.miss(|| generic("a", 1));
    time.hit(|| generic("b", 1));
    time.miss(|| generic("ab", 1));
}

#[test]
fn every_form_of_a_user_is_reached() {
    let time = isolate();
    let (one, two) = (session(1), session(2));
    let calls: [&dyn Fn(&Session) -> String; 9] = [
        &|session| argument(session.user, 1).to_string(),
        &|session| ignored(session.user, 1).to_string(),
        &|session| expression(session, 1),
        &|session| template(session.user, 1, ""),
        &|session| one_for_each(session.user, ""),
        &|session| tuple(session, 1).to_string(),
        &|session| session.page(1),
        &|session| session.load(1).to_string(),
        &|session| block_on(future(session, 1)).to_string(),
    ];
    for call in calls {
        time.miss(|| call(&one));
        time.miss(|| call(&two));
        time.hit(|| call(&one));
        invalidate(1_u64);
        time.hit(|| call(&two));
        time.miss(|| call(&one));
    }
}

#[test]
fn users_of_any_type_are_reached() {
    let time = isolate();
    time.miss(|| alone(UserId(1)));
    invalidate(UserId(1));
    time.miss(|| alone(UserId(1)));
    time.miss(|| only("ada", ""));
    time.miss(|| text("ada"));
    time.miss(|| owned("ada", 1));
    time.miss(|| Session::load_for("ada ".into()));
    invalidate("bob");
    time.hit(|| only("ada", ""));
    invalidate("ada");
    time.miss(|| only("ada", ""));
    time.miss(|| text("ada"));
    time.miss(|| owned("ada", 1));
    time.miss(|| Session::load_for("ada ".into()));
    block_on(async {
        time.miss_async(asynchronous(UserId(1), 1)).await;
        larder::invalidate_user(UserId(2)).await.unwrap();
        time.hit_async(asynchronous(UserId(1), 1)).await;
        larder::invalidate_user(UserId(1)).await.unwrap();
        time.miss_async(asynchronous(UserId(1), 1)).await;
    });
}

#[test]
fn a_user_may_be_missing() {
    let time = isolate();
    for invalidate in [|| invalidate(1_u64), || invalidate(Some(1_u64))] {
        optional(None, 1);
        optional(Some(1), 1);
        optional(Some(2), 1);
        invalidate();
        time.hit(|| optional(None, 1));
        time.hit(|| optional(Some(2), 1));
        time.miss(|| optional(Some(1), 1));
    }
    invalidate(None::<u64>);
    time.hit(|| optional(None, 1));
    time.hit(|| optional(Some(1), 1));
}

#[test]
fn the_expression_is_evaluated_once() {
    let time = isolate();
    let user = Mutex::new(1);
    ASKED.set(0);
    time.miss(|| locked(&user, 1));
    assert_eq!(ASKED.get(), 1);
    time.hit(|| locked(&user, 1));
    assert_eq!(ASKED.get(), 2);
    locked::insert(&user, 1, 7);
    assert_eq!(ASKED.get(), 3);
    invalidate(1_u64);
    time.miss(|| locked(&user, 1));
}

#[test]
fn the_user_may_come_from_around_the_call() {
    fn send(_: impl Future + Send) {}
    let time = isolate();
    send(ambient(1));
    time.miss(|| block_on(ambient(1)));
    *current().borrow_mut() = 1;
    time.miss(|| block_on(ambient(1)));
    time.hit(|| block_on(ambient(1)));
    invalidate(0_u64);
    time.hit(|| block_on(ambient(1)));
    *current().borrow_mut() = 0;
    time.miss(|| block_on(ambient(1)));
}

#[test]
fn every_companion_names_the_user() {
    let time = isolate();
    let one = session(1);
    expression::insert(&one, 1, "kept".into());
    assert_eq!(time.hit(|| expression(&one, 1)), "kept");
    assert_eq!(expression::peek(&session(2), 1), None);
    invalidate(1_u64);
    assert_eq!(expression::peek(&one, 1), None);
    time.miss(|| expression::lookup(&one, 1));
    invalidate(1_u64);
    time.miss(|| expression::refresh(&one, 1));
    invalidate(1_u64);
    time.miss(|| expression(&one, 1));
    assert!(!expression::invalidate(&session(2), 1));
    assert!(expression::invalidate(&one, 1));
    expression::handle().insert((&one, 1), "kept".into());
    assert_eq!(expression::handle().peek((&one, 1)).as_deref(), Some("kept"));
    one.page_insert(1, "kept".into());
    assert_eq!(one.page_peek(1).as_deref(), Some("kept"));
    blocking::invalidate_tag("user-pages:1").unwrap();
    assert_eq!(one.page_peek(1), None);
}
