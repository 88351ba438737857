//! Transactions: invalidations wait until the work succeeds, and what was computed inside is nobody else's business.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;

use larder::testing::isolate;
use larder::{blocking, cached, defer_invalidations, defer_invalidations_async};

use crate::support::waiting;

/// The row as everybody sees it.
static ROW: AtomicU32 = AtomicU32::new(0);

#[cached(tags = ["row:{id}"], user = id)]
fn row(id: u32) -> u32 {
    let _ = id;
    ROW.load(SeqCst)
}

#[cached]
fn around(id: u32) -> u32 {
    row(id) * 10
}

/// Pending once.
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, false) { Poll::Pending } else { Poll::Ready(()) }
    }
}

fn poll<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Every way to invalidate the row.
const WAYS: [(&str, fn()); 10] = [
    ("key", || _ = row::invalidate(1)),
    ("handle", || _ = row::handle().invalidate((1,))),
    ("clear", row::clear),
    ("clear by the handle", || row::handle().clear()),
    ("tag", || blocking::invalidate_tag("row:1").unwrap()),
    ("tags", || blocking::invalidate_tags(["row:1"]).unwrap()),
    ("user", || pollster::block_on(larder::invalidate_user(1)).unwrap()),
    ("all", || pollster::block_on(larder::invalidate_all()).unwrap()),
    ("cache", || larder::cache("default").unwrap().blocking().invalidate_all().unwrap()),
    ("soft", || blocking::expire_tag("row:1").unwrap()),
];

#[test]
fn what_is_invalidated_inside_takes_effect_when_the_work_succeeds() {
    let time = isolate();
    for (way, invalidate) in WAYS {
        ROW.store(1, SeqCst);
        around(1);
        let result = defer_invalidations(|| {
            ROW.store(2, SeqCst);
            invalidate();
            assert_eq!((row::peek(1), around::peek(1)), (Some(1), Some(10)), "{way}: not before the end");
            Ok::<_, ()>(7)
        });
        assert_eq!((result, row::peek(1), around::peek(1)), (Ok(7), None, None), "{way}");
        assert_eq!(time.miss(|| around(1)), 20, "{way}");
        row::clear();
    }
}

#[test]
fn when_the_work_fails_nothing_was_invalidated() {
    let time = isolate();
    ROW.store(1, SeqCst);
    around(1);
    for (way, invalidate) in WAYS {
        let result = defer_invalidations(|| {
            invalidate();
            Err::<(), _>("rolled back")
        });
        assert_eq!(result, Err("rolled back"));
        time.hit(|| (row(1), around(1)));
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            defer_invalidations(|| -> Result<(), ()> {
                invalidate();
                panic!("the work's own panic");
            })
        }));
        assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"the work's own panic"), "{way}");
        time.hit(|| (row(1), around(1)));
        // and the next invalidation does not wait for anything
        row::invalidate(1);
        assert_eq!(around::peek(1), None, "{way}");
        around(1);
    }
}

#[test]
fn what_is_computed_inside_is_not_stored() {
    let time = isolate();
    ROW.store(1, SeqCst);
    let failed = defer_invalidations(|| {
        ROW.store(99, SeqCst);
        row::invalidate(1);
        assert_eq!((row(1), around(1), row::refresh(1)), (99, 990, 99));
        ROW.store(1, SeqCst);
        Err::<(), _>(())
    });
    assert_eq!((failed, row::peek(1), around::peek(1)), (Err(()), None, None));
    assert_eq!(time.miss(|| around(1)), 10);
    // what was there stays there
    let failed = defer_invalidations(|| {
        ROW.store(99, SeqCst);
        blocking::invalidate_tag("row:1").unwrap();
        assert_eq!(row::refresh(1), 99);
        ROW.store(1, SeqCst);
        Err::<(), _>(())
    });
    assert!(failed.is_err());
    assert_eq!(time.hit(|| (row(1), around(1))), (1, 10));
}

#[test]
fn who_waits_for_a_value_computed_inside_reads_for_himself() {
    #[cached(ignore = [began, go])]
    fn held(id: u32, began: Option<&Barrier>, go: Option<&Barrier>) -> u32 {
        let row = ROW.load(SeqCst) + id;
        if let (Some(began), Some(go)) = (began, go) {
            began.wait();
            go.wait();
        }
        row
    }
    let _time = isolate();
    ROW.store(1, SeqCst);
    let (began, go) = (Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        let transaction = scope.spawn(|| {
            defer_invalidations(|| {
                ROW.store(99, SeqCst);
                held::invalidate(0);
                assert_eq!(held(0, Some(&began), Some(&go)), 99);
                Err::<(), _>(())
            })
        });
        began.wait();
        let other = scope.spawn(|| held(0, None, None));
        waiting(1, held::stats);
        ROW.store(1, SeqCst);
        go.wait();
        assert!(transaction.join().unwrap().is_err());
        assert_eq!(other.join().unwrap(), 1, "what was rolled back was never true");
    });
}

#[test]
fn what_is_inserted_inside_waits_as_well() {
    let time = isolate();
    ROW.store(1, SeqCst);
    let failed = defer_invalidations(|| {
        row::insert(1, 99);
        assert_eq!(row::peek(1), None);
        Err::<(), _>(())
    });
    assert_eq!((failed, row::peek(1)), (Err(()), None));
    let succeeded = defer_invalidations(|| {
        ROW.store(2, SeqCst);
        row::invalidate(1);
        row::insert(1, 2);
        Ok::<_, ()>(())
    });
    assert_eq!(succeeded, Ok(()));
    assert_eq!(time.hit(|| row(1)), 2, "in their order");
}

#[test]
fn the_outer_of_two_decides() {
    let time = isolate();
    ROW.store(1, SeqCst);
    around(1);
    let inner = || defer_invalidations(|| Ok::<_, ()>(row::invalidate(1)));
    let failed = defer_invalidations(|| {
        assert_eq!(inner(), Ok(true));
        assert_eq!(row::peek(1), Some(1), "handed to the outer one");
        Err::<(), _>(())
    });
    assert!(failed.is_err());
    time.hit(|| around(1));

    defer_invalidations(|| inner().map(|_| assert!(row::peek(1).is_some()))).unwrap();
    assert_eq!(around::peek(1), None);

    // an inner one that fails drops its own only
    around(1);
    row(2);
    defer_invalidations(|| {
        row::invalidate(2);
        let failed = defer_invalidations(|| {
            row::invalidate(1);
            Err::<(), ()>(())
        });
        assert!(failed.is_err());
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            defer_invalidations(|| -> Result<(), ()> {
                row::clear();
                panic!("inner");
            })
        }));
        assert!(panicked.is_err());
        Ok::<_, ()>(())
    })
    .unwrap();
    time.hit(|| around(1));
    assert_eq!(row::peek(2), None);
}

#[test]
fn an_async_transaction_is_one_wherever_it_is_polled() {
    let time = isolate();
    ROW.store(1, SeqCst);
    around(1);
    let mut work = Box::pin(defer_invalidations_async(async {
        larder::invalidate_tag("row:1").await.unwrap();
        Pause(true).await;
        ROW.store(2, SeqCst);
        row::invalidate(3);
        assert_eq!(row(5), 2);
        Ok::<_, ()>("done")
    }));
    assert!(poll(&mut work).is_pending());
    // between two polls, the thread is not in the transaction
    assert!(!row::invalidate(4));
    row(4);
    time.hit(|| row(4));
    row::invalidate(4);
    assert_eq!((row::peek(4), row::peek(1)), (None, Some(1)));
    let result = thread::spawn(move || poll(&mut work)).join().unwrap();
    assert_eq!(result, Poll::Ready(Ok("done")));
    assert_eq!((row::peek(1), around::peek(1), row::peek(5)), (None, None, None));
}

#[test]
fn an_async_transaction_that_fails_or_is_dropped_drops_its_invalidations() {
    let time = isolate();
    ROW.store(1, SeqCst);
    around(1);
    let mut dropped = Box::pin(defer_invalidations_async(async {
        row::invalidate(1);
        larder::invalidate_all().await.unwrap();
        Pause(true).await;
        Ok::<_, ()>(())
    }));
    assert!(poll(&mut dropped).is_pending());
    drop(dropped);
    time.hit(|| around(1));

    let failed = pollster::block_on(defer_invalidations_async(async {
        row::invalidate(1);
        Err::<(), _>(())
    }));
    assert!(failed.is_err());
    time.hit(|| around(1));

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        pollster::block_on(defer_invalidations_async(async {
            row::invalidate(1);
            assert!(ROW.load(SeqCst) > 1, "the work's own panic");
            Ok::<_, ()>(())
        }))
    }));
    assert!(panicked.is_err());
    time.hit(|| around(1));
    row::invalidate(1);
    assert_eq!(row::peek(1), None, "and the next invalidation does not wait for anything");

    // an async one inside a sync one
    around(1);
    let failed = defer_invalidations(|| {
        pollster::block_on(defer_invalidations_async(async { Ok::<_, ()>(row::invalidate(1)) })).unwrap();
        Err::<(), _>(())
    });
    assert!(failed.is_err());
    time.hit(|| around(1));
}

#[test]
fn an_error_of_an_invalidation_is_known_at_once() {
    let _time = isolate();
    defer_invalidations(|| {
        assert!(blocking::invalidate_tag("").is_err());
        Ok::<_, ()>(())
    })
    .unwrap();
}

#[test]
fn other_threads_are_not_in_the_transaction() {
    let _time = isolate();
    ROW.store(1, SeqCst);
    around(1);
    let failed = defer_invalidations(|| {
        thread::scope(|scope| scope.spawn(|| row::invalidate(1)).join().unwrap());
        assert_eq!(around::peek(1), None);
        Err::<(), _>(())
    });
    assert!(failed.is_err());
    assert_eq!(around::peek(1), None);
}
