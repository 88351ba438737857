//! `soft_timeout`: with a stale value at hand a call waits only so long for a new one, and the run goes on.

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use larder::cached;
use larder::testing::isolate;
use pollster::block_on;

use crate::support::{Call, Says, Source, millis, seconds};

static SOURCE: Source = Source::new();

#[cached(ttl = 60, stale_if_error = 600, soft_timeout = "50ms")]
async fn later(name: String) -> Result<u32, String> {
    let length = name.len() as u32;
    SOURCE.ask_async().await.map(|value| value + 100 * length)
}

#[cached(ttl = 60, stale_if_error = 600, soft_timeout = 0.05)]
fn future(name: impl Into<String>) -> impl Future<Output = u32> + Send {
    let length = name.into().len() as u32;
    async move { SOURCE.ask_async().await.unwrap_or_default() + 100 * length }
}

#[cached(ttl = 60, stale_if_error = 600, soft_timeout = 0.05)]
fn boxed(name: impl Into<String>) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    let length = name.into().len() as u32;
    Box::pin(async move { SOURCE.ask_async().await.unwrap_or_default() + 100 * length })
}

struct Shop;

impl Shop {
    #[cached(ttl = 60, stale_if_error = 600, soft_timeout = 0.05, ignore = [self])]
    async fn price(self: Arc<Self>, article: u32) -> u32 {
        SOURCE.ask_async().await.unwrap_or_default() + 100 * article
    }
}

type Answer = Pin<Box<dyn Future<Output = u32>>>;

/// A kind of function, and a call of one.
type Kind = (&'static str, fn() -> Answer);

fn kinds() -> [Kind; 4] {
    [
        ("async", || Box::pin(async { later("a".into()).await.unwrap_or_default() })),
        ("future", || Box::pin(future("a"))),
        ("boxed", || Box::pin(boxed("a"))),
        ("method", || Box::pin(Arc::new(Shop).price(1))),
    ]
}

#[test]
fn a_call_takes_the_stale_value_and_the_new_one_is_stored() {
    for (kind, call) in kinds() {
        let time = isolate();
        SOURCE.reset();
        assert_eq!(time.miss(|| block_on(call())), 101, "{kind}");
        time.advance(seconds(61));
        SOURCE.say(Says::Value(2));
        let gate = SOURCE.hold();
        let mut waiting = Call::of(call());
        assert!(waiting.poll().is_pending(), "{kind}");
        time.advance(millis(49));
        assert!(waiting.poll().is_pending(), "{kind}");
        time.advance(millis(1));
        assert_eq!(waiting.poll(), Poll::Ready(101), "{kind}");
        gate.open();
        time.settle();
        assert_eq!(time.hit(|| block_on(call())), 102, "{kind}");
        assert_eq!(SOURCE.asked(), 2, "{kind}");
    }
}

#[test]
fn a_call_that_is_answered_in_time_gets_the_new_value() {
    for (kind, call) in kinds() {
        let time = isolate();
        SOURCE.reset();
        time.miss(|| block_on(call()));
        time.advance(seconds(61));
        SOURCE.say(Says::Value(2));
        assert_eq!(time.miss(|| block_on(call())), 102, "{kind}");
    }
}

#[test]
fn without_a_stale_value_a_call_waits_as_long_as_it_takes() {
    for (kind, call) in kinds() {
        let time = isolate();
        SOURCE.reset();
        let gate = SOURCE.hold();
        let mut waiting = Call::of(call());
        assert!(waiting.poll().is_pending(), "{kind}");
        time.advance(seconds(100));
        assert!(waiting.poll().is_pending(), "{kind}");
        gate.open();
        assert_eq!(waiting.poll(), Poll::Ready(101), "{kind}");
    }
}

#[test]
fn a_lookup_tells_and_the_statistics_count() {
    let time = isolate();
    SOURCE.reset();
    block_on(later("a".into())).unwrap();
    time.advance(seconds(61));
    let gate = SOURCE.hold();
    let mut waiting = Call::of(later::lookup("a".into()));
    assert!(waiting.poll().is_pending());
    time.advance(seconds(1));
    match waiting.poll() {
        Poll::Ready(found) => assert!(found.is_stale() && found.age == seconds(62)),
        Poll::Pending => panic!("it still waits"),
    }
    assert_eq!((later::stats().timeouts, later::stats().stale, later::stats().running), (1, 1, 1));
    gate.open();
    time.settle();
    assert_eq!(later::stats().running, 0);
}
