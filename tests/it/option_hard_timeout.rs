//! `hard_timeout`: a call waits at most this long, then takes a stale value or gives an error; the run goes on.

use std::pin::Pin;
use std::task::Poll;

use larder::testing::isolate;
use larder::{Source as From, cached};
use pollster::block_on;

use crate::support::{Call, Says, Source, millis, seconds};

static SOURCE: Source = Source::new();

/// Not `Clone`.
#[derive(Debug)]
enum Trouble {
    Late(larder::Error),
    Down,
}

impl std::convert::From<larder::Error> for Trouble {
    fn from(error: larder::Error) -> Self {
        Self::Late(error)
    }
}

/// Not `Clone`, which timeouts do not ask for.
struct Database;

async fn ask(by: u32) -> Result<u32, Trouble> {
    SOURCE.ask_async().await.map(|value| value + 100 * by).map_err(|_| Trouble::Down)
}

#[cached(ttl = 60, hard_timeout = "2s")]
async fn later(name: String) -> Result<u32, Trouble> {
    ask(name.len() as u32).await
}

#[cached(ttl = 60, stale_if_error = 600, hard_timeout = 2, ignore = [_database])]
async fn with_stale(_database: Database, id: u32) -> Result<u32, Trouble> {
    ask(id).await
}

#[cached(ttl = 60, hard_timeout = 2)]
fn future(name: impl Into<String>) -> impl Future<Output = Result<u32, Trouble>> + Send {
    let length = name.into().len() as u32;
    async move { ask(length).await }
}

#[cached(ttl = 60, hard_timeout = 2)]
fn boxed(name: impl Into<String>) -> Pin<Box<dyn Future<Output = Result<u32, Trouble>> + Send>> {
    let length = name.into().len() as u32;
    Box::pin(async move { ask(length).await })
}

/// Its error is that of whoever calls it.
#[cached(ttl = 60, hard_timeout = 2)]
async fn generic<E: std::convert::From<larder::Error> + Send + Sync + 'static>(id: u32) -> Result<u32, E> {
    Ok(SOURCE.ask_async().await.unwrap_or_default() + 100 * id)
}

#[cached(ttl = 60, hard_timeout = 2, handle = none)]
async fn alone(id: u32) -> Result<u32, Trouble> {
    ask(id).await
}

type Answer = Pin<Box<dyn Future<Output = Result<u32, Trouble>>>>;

/// A kind of function, and a call of one.
type Kind = (&'static str, fn() -> Answer);

fn kinds() -> [Kind; 6] {
    [
        ("async", || Box::pin(later("a".into()))),
        ("with stale values", || Box::pin(with_stale(Database, 1))),
        ("future", || Box::pin(future("a"))),
        ("boxed", || Box::pin(boxed("a"))),
        ("generic", || Box::pin(generic::<Trouble>(1))),
        ("without companions", || Box::pin(alone(1))),
    ]
}

#[test]
fn a_call_that_waits_too_long_gets_an_error_and_the_value_is_stored() {
    for (kind, call) in kinds() {
        let time = isolate();
        SOURCE.reset();
        let gate = SOURCE.hold();
        let mut waiting = Call::of(call());
        assert!(waiting.poll().is_pending(), "{kind}");
        time.advance(millis(1999));
        assert!(waiting.poll().is_pending(), "{kind}");
        time.advance(millis(1));
        match waiting.poll() {
            Poll::Ready(Err(Trouble::Late(error))) => {
                assert!(error.is_timed_out(), "{kind}");
                assert!(error.to_string().contains("took longer than 2s"), "{kind}: {error}");
            }
            other => panic!("{kind}: {other:?}"),
        }
        gate.open();
        time.settle();
        assert_eq!(time.hit(|| block_on(call())).unwrap(), 101, "{kind}");
        assert_eq!(SOURCE.asked(), 1, "{kind}");
    }
}

#[test]
fn a_call_that_is_answered_in_time_notices_nothing() {
    for (kind, call) in kinds() {
        let time = isolate();
        SOURCE.reset();
        assert_eq!(time.miss(|| block_on(call())).unwrap(), 101, "{kind}");
        time.hit(|| block_on(call())).unwrap();
        time.advance(seconds(61));
        SOURCE.say(Says::Value(2));
        assert_eq!(time.miss(|| block_on(call())).unwrap(), 102, "{kind}");
    }
}

#[test]
fn an_error_that_says_so_is_never_stored() {
    let time = isolate();
    SOURCE.reset();
    let gate = SOURCE.hold();
    let mut waiting = Call::of(later::lookup("a".into()));
    assert!(waiting.poll().is_pending());
    time.advance(seconds(2));
    match waiting.poll() {
        Poll::Ready(found) => assert_eq!(found.source, From::TimedOut),
        Poll::Pending => panic!("it still waits"),
    }
    assert!(later::peek("a".into()).is_none());
    assert_eq!((later::stats().timeouts, later::stats().loads), (1, 0));
    gate.open();
    time.settle();
    assert_eq!(later::peek("a".into()).unwrap().unwrap(), 101);
    assert_eq!(later::stats().loads, 1);
}

#[test]
fn a_forced_refresh_waits_no_longer_and_takes_no_older_value() {
    let time = isolate();
    SOURCE.reset();
    block_on(with_stale(Database, 1)).unwrap();
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    let mut waiting = Call::of(with_stale::refresh(Database, 1));
    assert!(waiting.poll().is_pending());
    time.advance(seconds(2));
    match waiting.poll() {
        Poll::Ready(Err(Trouble::Late(error))) => assert!(error.is_timed_out()),
        other => panic!("{other:?}"),
    }
    assert_eq!(time.hit(|| block_on(with_stale(Database, 1))).unwrap(), 101, "others have it still");
    gate.open();
    time.settle();
    assert_eq!(time.hit(|| block_on(with_stale(Database, 1))).unwrap(), 102);
}

#[test]
fn a_stale_value_comes_before_an_error() {
    let time = isolate();
    SOURCE.reset();
    block_on(with_stale(Database, 1)).unwrap();
    time.advance(seconds(61));
    let gate = SOURCE.hold();
    let mut waiting = Call::of(with_stale::lookup(Database, 1));
    assert!(waiting.poll().is_pending());
    time.advance(seconds(2));
    match waiting.poll() {
        Poll::Ready(found) => assert!(found.is_stale() && matches!(found.value, Ok(101))),
        Poll::Pending => panic!("it still waits"),
    }
    gate.open();
    time.settle();
}

#[test]
fn whoever_waits_for_the_run_of_another_call_waits_no_longer() {
    let time = isolate();
    SOURCE.reset();
    let gate = SOURCE.hold();
    let (mut first, mut second) = (Call::of(later("a".into())), Call::of(later("a".into())));
    assert!(first.poll().is_pending());
    time.advance(seconds(1));
    assert!(second.poll().is_pending());
    time.advance(seconds(1));
    assert!(matches!(first.poll(), Poll::Ready(Err(Trouble::Late(_)))));
    assert!(second.poll().is_pending(), "its own two seconds are not over");
    time.advance(seconds(1));
    assert!(matches!(second.poll(), Poll::Ready(Err(Trouble::Late(_)))));
    gate.open();
    time.settle();
    assert_eq!((SOURCE.asked(), later::stats().timeouts), (1, 2));
}
