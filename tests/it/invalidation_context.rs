//! What a cached function says about its own value while it computes it: it reaches that value, wherever the function runs on, and no other.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use larder::testing::isolate;
use larder::{
    Computation, add_tag, add_tag_in, blocking, cached, current_cache, current_key, no_store, set_ttl,
};

/// Pending once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, false) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

fn pause() -> Yield {
    Yield(true)
}

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Says what it is before and after it was held up.
#[cached]
async fn stepwise(id: u32) -> u32 {
    assert!(add_tag(format!("before:{id}")));
    let key = current_key();
    assert_eq!(key, Some(stepwise::key(id)));
    pause().await;
    assert_eq!(current_key(), key);
    assert!(add_tag(format!("between:{id}")));
    pause().await;
    assert!(add_tag(format!("after:{id}")));
    assert_eq!(current_key(), key);
    id
}

/// Nothing is said of anything, as far as the caller can see.
#[track_caller]
fn assert_outside() {
    assert_eq!((current_key(), current_cache()), (None, None));
    assert!(!add_tag("tag") && !set_ttl(Duration::from_secs(1)) && !no_store());
    assert!(!Computation::current().is_inside());
}

#[test]
fn outside_of_cached_functions_nothing_happens_and_the_result_says_so() {
    let _time = isolate();
    assert_outside();
    assert!(!add_tag_in("default", "tag").unwrap());
    assert!(add_tag_in("no such cache", "tag").unwrap_err().is_no_such_cache());
    assert_eq!(Computation::current().run(|| 7), 7);
    assert_eq!(pollster::block_on(Computation::current().carry(async { 7 })), 7);
    assert!(!Computation::current().run(|| add_tag("tag")));
    let called = catch_unwind(|| pollster::block_on(stepwise::uncached(1)));
    assert!(called.is_err(), "the function itself is not in a computation when it is called uncached");
    assert_outside();
}

#[test]
fn tags_added_before_between_and_after_awaits_count() {
    let time = isolate();
    for moment in ["before", "between", "after"] {
        pollster::block_on(stepwise(1));
        time.hit(|| pollster::block_on(stepwise(1)));
        blocking::invalidate_tag(format!("{moment}:1")).unwrap();
        assert_eq!(stepwise::peek(1), None, "{moment}");
    }
    assert_outside();
}

#[test]
fn a_future_that_moves_between_threads_takes_its_computation_along() {
    let _time = isolate();
    let mut future = Box::pin(stepwise(1));
    for _ in 0..2 {
        future = thread::spawn(move || {
            assert_outside();
            assert!(poll(&mut future).is_pending());
            assert_outside();
            future
        })
        .join()
        .unwrap();
    }
    assert_eq!(poll(&mut future), Poll::Ready(1));
    blocking::invalidate_tag("between:1").unwrap();
    assert_eq!(stepwise::peek(1), None);
}

#[test]
fn futures_polled_in_turns_keep_their_tags_apart() {
    let _time = isolate();
    let mut futures: Vec<_> = (0..4).map(|id| Box::pin(stepwise(id))).collect();
    for _ in 0..2 {
        futures.iter_mut().for_each(|future| assert!(poll(future).is_pending()));
        assert_outside();
    }
    for (future, id) in futures.iter_mut().zip(0..) {
        assert_eq!(poll(future), Poll::Ready(id));
    }
    blocking::invalidate_tag("between:2").unwrap();
    assert_eq!([0, 1, 2, 3].map(stepwise::peek), [Some(0), Some(1), None, Some(3)]);
    blocking::invalidate_tag("after:0").unwrap();
    assert_eq!([0, 1, 2, 3].map(stepwise::peek), [None, Some(1), None, Some(3)]);
}

#[test]
fn a_function_that_joins_others_depends_on_all_of_them() {
    /// `join!` by hand.
    #[cached]
    async fn joined(first: u32, second: u32) -> u32 {
        let (mut one, mut two) = (pin!(stepwise(first)), pin!(stepwise(second)));
        let mut ready = (None, None);
        std::future::poll_fn(|context| {
            if ready.0.is_none()
                && let Poll::Ready(value) = one.as_mut().poll(context)
            {
                ready.0 = Some(value);
            }
            assert_eq!(current_key(), Some(joined::key(first, second)));
            if ready.1.is_none()
                && let Poll::Ready(value) = two.as_mut().poll(context)
            {
                ready.1 = Some(value);
            }
            match ready {
                (Some(one), Some(two)) => Poll::Ready(one + two),
                _ => Poll::Pending,
            }
        })
        .await
    }

    let time = isolate();
    for tag in ["before:1", "after:1", "between:2", "after:2"] {
        assert_eq!(pollster::block_on(joined(1, 2)), 3);
        time.hit(|| pollster::block_on(joined(1, 2)));
        blocking::invalidate_tag(tag).unwrap();
        assert_eq!(joined::peek(1, 2), None, "{tag}");
    }
    pollster::block_on(joined(1, 2));
    blocking::invalidate_tag("before:3").unwrap();
    time.hit(|| pollster::block_on(joined(1, 2)));
}

#[test]
fn a_branch_that_loses_leaves_nothing_on_the_thread() {
    /// `select!` by hand: the first is polled first, and loses.
    #[cached]
    async fn selected(slow: u32, fast: u32) -> u32 {
        let (mut one, mut two) = (Box::pin(stepwise(slow)), Box::pin(quick(fast)));
        let value = std::future::poll_fn(|context| {
            if let Poll::Ready(value) = one.as_mut().poll(context) {
                return Poll::Ready(value);
            }
            two.as_mut().poll(context)
        })
        .await;
        drop(one);
        assert_eq!(current_key(), Some(selected::key(slow, fast)));
        assert!(add_tag("selected"));
        value
    }
    #[cached(tags = ["quick:{id}"])]
    async fn quick(id: u32) -> u32 {
        id
    }

    let time = isolate();
    assert_eq!(pollster::block_on(selected(1, 2)), 2);
    assert_outside();
    assert_eq!((stepwise::stats().loads_lost, stepwise::stats().running), (1, 0));
    blocking::invalidate_tag("before:1").unwrap();
    time.hit(|| pollster::block_on(selected(1, 2)));
    for tag in ["quick:2", "selected"] {
        blocking::invalidate_tag(tag).unwrap();
        assert_eq!(selected::peek(1, 2), None, "{tag}");
        pollster::block_on(selected(1, 2));
    }
}

#[test]
fn a_panic_leaves_the_computation() {
    #[cached]
    fn fragile(id: u32) -> u32 {
        add_tag("fragile");
        assert!(id > 1, "its own panic");
        id
    }
    #[cached]
    fn catching(id: u32) -> u32 {
        let caught = catch_unwind(|| fragile(1)).is_err();
        assert_eq!(current_key(), Some(catching::key(id)));
        u32::from(caught)
    }
    let time = isolate();
    assert!(catch_unwind(|| fragile(1)).is_err());
    assert_outside();
    assert_eq!(catching(1), 1);
    assert_outside();
    time.hit(|| catching(1));
}

#[test]
fn sync_inside_async_inside_sync_keeps_everybody_apart() {
    #[cached]
    fn innermost(id: u32) -> u32 {
        assert_eq!(current_key(), Some(innermost::key(id)));
        add_tag(format!("innermost:{id}"));
        id
    }
    #[cached(cache = "context")]
    async fn between(id: u32) -> u32 {
        add_tag(format!("between:{id}"));
        let value = innermost(id);
        assert_eq!((current_key(), current_cache()), (Some(between::key(id)), Some("context")));
        pause().await;
        value + innermost(id)
    }
    #[cached]
    fn outermost(id: u32) -> u32 {
        let value = pollster::block_on(between(id));
        assert_eq!((current_key(), current_cache()), (Some(outermost::key(id)), Some("default")));
        add_tag(format!("outermost:{id}"));
        value
    }
    #[cached]
    async fn around(id: u32) -> u32 {
        outermost(id) + between(id).await
    }

    let time = isolate();
    let valid = || {
        let valid = [around::peek(1), outermost::peek(1), between::peek(1), innermost::peek(1)];
        valid.map(|value| value.is_some())
    };
    for (tag, left) in [
        ("innermost:1", [false, false, false, false]),
        ("between:1", [false, false, false, true]),
        ("outermost:1", [false, false, true, true]),
    ] {
        assert_eq!(pollster::block_on(around(1)), 4);
        assert_eq!(valid(), [true; 4]);
        blocking::invalidate_tag(tag).unwrap();
        assert_eq!(valid(), left, "{tag}");
        // the same when the rest is read from the cache
        time.miss(|| pollster::block_on(around(1)));
        blocking::invalidate_tag(tag).unwrap();
        assert_eq!(valid(), left, "{tag}, after hits");
    }
    assert_outside();
}

#[test]
fn a_computation_is_carried_into_threads_and_tasks() {
    #[cached(tags = ["carried:{id}"])]
    fn inner(id: u32) -> u32 {
        id
    }
    #[cached]
    fn by_threads(id: u32) -> u32 {
        let computation = Computation::current();
        assert!(computation.is_inside());
        let values = thread::scope(|scope| {
            let threads = [1, 2].map(|step| {
                let computation = computation.clone();
                scope.spawn(move || {
                    assert_outside();
                    let value = computation.run(|| {
                        assert_eq!(current_key(), Some(by_threads::key(id)));
                        assert!(add_tag(format!("thread:{step}")));
                        inner(id + step)
                    });
                    assert_outside();
                    value
                })
            });
            threads.map(|thread| thread.join().unwrap())
        });
        values.iter().sum()
    }
    #[cached]
    async fn by_tasks(id: u32) -> u32 {
        let task = Computation::current().carry(async move {
            pause().await;
            assert_eq!(current_key(), Some(by_tasks::key(id)));
            assert!(add_tag("task"));
            inner(id)
        });
        // what an executor does with a task that is spawned: another thread polls it, outside of everything
        thread::spawn(|| pollster::block_on(task)).join().unwrap()
    }

    let time = isolate();
    for tag in ["thread:1", "thread:2", "carried:11", "carried:12"] {
        assert_eq!(by_threads(10), 23);
        time.hit(|| by_threads(10));
        blocking::invalidate_tag(tag).unwrap();
        assert_eq!(by_threads::peek(10), None, "{tag}");
    }
    for tag in ["task", "carried:10"] {
        assert_eq!(pollster::block_on(by_tasks(10)), 10);
        time.hit(|| pollster::block_on(by_tasks(10)));
        blocking::invalidate_tag(tag).unwrap();
        assert_eq!(by_tasks::peek(10), None, "{tag}");
    }
}

#[test]
fn a_thread_that_calls_the_function_it_works_for_does_not_wait_for_itself() {
    #[cached]
    fn own(id: u32) -> u32 {
        if current_key().is_some() && Computation::current().is_inside() && id > 0 {
            let computation = Computation::current();
            return thread::scope(|scope| {
                scope.spawn(|| computation.run(|| own(id - 1))).join().unwrap() + 1
            });
        }
        id
    }
    let time = isolate();
    assert_eq!(own(3), 3);
    own::invalidate(0);
    assert_eq!(own::peek(3), None);
    time.miss(|| own(3));
}

#[test]
fn what_comes_after_the_end_is_lost_and_harms_nobody() {
    static LEFT: Mutex<Option<Computation>> = Mutex::new(None);

    #[cached]
    fn ended(id: u32) -> u32 {
        *LEFT.lock().unwrap() = Some(Computation::current());
        id
    }
    let time = isolate();
    ended(1);
    let computation = LEFT.lock().unwrap().take().unwrap();
    computation.run(|| {
        add_tag("too late");
        no_store();
        assert_eq!(current_key(), None, "its key is not kept for it");
        ended(2);
    });
    blocking::invalidate_tag("too late").unwrap();
    ended::invalidate(2);
    time.hit(|| ended(1));
    assert_outside();
}

#[test]
fn a_lifetime_from_inside_beats_the_options() {
    #[cached(ttl = 60)]
    fn chosen(seconds: u64) -> u64 {
        assert!(set_ttl(Duration::from_secs(seconds)));
        seconds
    }
    #[cached]
    async fn unbounded(seconds: u64) -> u64 {
        set_ttl(Duration::from_secs(1));
        pause().await;
        set_ttl(Duration::from_secs(seconds));
        seconds
    }
    let time = isolate();
    chosen(10);
    chosen(100);
    pollster::block_on(unbounded(10));
    time.advance(Duration::from_secs(9));
    time.hit(|| (chosen(10), pollster::block_on(unbounded(10))));
    time.advance(Duration::from_secs(1));
    time.miss(|| chosen(10));
    time.miss(|| pollster::block_on(unbounded(10)));
    time.advance(Duration::from_secs(80));
    time.hit(|| chosen(100));
    time.advance(Duration::from_secs(10));
    time.miss(|| chosen(100));
    time.miss(|| chosen(0));
    time.miss(|| chosen(0));
}

#[test]
fn a_value_that_is_not_to_be_stored_is_not_and_ends_the_one_before() {
    static STORED: Mutex<bool> = Mutex::new(true);

    #[cached]
    fn maybe(id: u32) -> u32 {
        if !*STORED.lock().unwrap() {
            assert!(no_store());
        }
        id
    }
    #[cached]
    fn around(id: u32) -> u32 {
        maybe(id)
    }
    let time = isolate();
    maybe(1);
    time.hit(|| maybe(1));
    *STORED.lock().unwrap() = false;
    time.miss(|| maybe::refresh(1));
    assert_eq!(maybe::peek(1), None, "what was kept before is not the answer any more");
    time.miss(|| maybe(1));
    time.miss(|| maybe(1));
    // it says nothing about those who use it
    around(2);
    time.hit(|| around(2));
    *STORED.lock().unwrap() = true;
    maybe(1);
    time.hit(|| maybe(1));
}

#[test]
fn a_tag_of_another_cache_is_reached_there_and_only_there() {
    #[cached(cache = "context")]
    fn lodger(id: u32) -> u32 {
        add_tag_in("context-other", format!("lodger:{id}"))
            .unwrap()
            .then(|| add_tag("own"))
            .map_or(0, u32::from)
            + id
    }
    #[cached(cache = "context-other")]
    fn landlord(id: u32) -> u32 {
        assert!(add_tag_in("nowhere", "tag").unwrap_err().is_no_such_cache());
        assert!(add_tag_in("context", "").unwrap_err().is_empty_name());
        assert!(!add_tag(""));
        id
    }
    let time = isolate();
    let cache = |name| larder::cache(name).unwrap().blocking();
    assert_eq!((lodger(1), landlord(1)), (2, 1));
    cache("context").invalidate_tag("lodger:1").unwrap();
    cache("context-other").invalidate_tag("own").unwrap();
    time.hit(|| (lodger(1), landlord(1)));
    cache("context-other").invalidate_tag("lodger:1").unwrap();
    assert_eq!(lodger::peek(1), None);
    lodger(1);
    cache("context").invalidate_tag("own").unwrap();
    assert_eq!(lodger::peek(1), None);
    lodger(1);
    // a scope of the other cache, not a member of it
    cache("context-other").invalidate_all().unwrap();
    time.hit(|| lodger(1));
}

#[test]
fn the_key_of_the_moment_is_the_one_that_the_companion_names() {
    #[cached(key = "{first}-{second}")]
    fn template(first: u32, second: &str) -> Option<String> {
        let _ = (first, second);
        current_key()
    }
    #[cached(ignore = [scale])]
    fn ignoring(name: &str, scale: u32) -> Option<String> {
        let _ = (name, scale);
        current_key()
    }
    #[cached]
    fn nothing() -> Option<String> {
        current_key()
    }
    struct Shop;
    impl Shop {
        #[cached(ignore = [self])]
        fn method(&self, id: u32) -> Option<String> {
            let _ = id;
            current_key()
        }
    }
    let _time = isolate();
    assert_eq!(template(1, "a"), Some(template::key(1, "a")));
    assert_eq!(ignoring("a:b", 3), Some(ignoring::key("a:b")));
    assert_eq!(nothing(), Some(nothing::key()));
    let method = Shop.method(1).unwrap();
    assert!(method.contains("Shop::method") && method.contains('1'), "{method}");
    let caught = catch_unwind(AssertUnwindSafe(current_key));
    assert_eq!(caught.unwrap(), None);
}
