//! Where refreshes run, and what becomes of them when that place goes: no key stays stale for ever.

use std::sync::Mutex;

use larder::testing::isolate;
use larder::{Source as From, background, blocking, cached};
use pollster::block_on;
use tokio::runtime::{Builder, Handle, Id, Runtime};

use crate::support::{Call, Says, Source, eventually, millis, seconds};

static SOURCE: Source = Source::new();
/// The runtime and the thread of the last run.
static PLACE: Mutex<(Option<Id>, Option<String>)> = Mutex::new((None, None));

async fn ask() -> u32 {
    note_place();
    SOURCE.ask_async().await.unwrap()
}

fn note_place() {
    let runtime = Handle::try_current().ok().map(|runtime| runtime.id());
    *PLACE.lock().unwrap() = (runtime, std::thread::current().name().map(str::to_owned));
}

#[cached(ttl = 10, stale_while_revalidate = 1000)]
async fn revalidated(id: u32) -> u32 {
    let _ = id;
    ask().await
}

#[cached(ttl = 1000, refresh = 10)]
async fn refreshed(id: u32) -> u32 {
    let _ = id;
    ask().await
}

/// It cannot run but on a runtime.
#[cached(ttl = 1000, refresh = 10)]
async fn needs_runtime(id: u32) -> u32 {
    let _ = id;
    tokio::time::sleep(millis(1)).await;
    ask().await
}

#[cached(ttl = 10, stale_while_revalidate = 1000, refresh = 9)]
fn plain(id: u32) -> u32 {
    let _ = id;
    note_place();
    SOURCE.ask().unwrap()
}

#[cached(ttl = 10, stale_if_error = 1000, soft_timeout = 1)]
async fn patient(id: u32) -> u32 {
    let _ = id;
    ask().await
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap()
}

/// With the value 1 to be read, and 2 after that.
fn begin() -> larder::testing::Isolated {
    let time = isolate();
    SOURCE.reset();
    time
}

fn place() -> (Option<Id>, Option<String>) {
    PLACE.lock().unwrap().clone()
}

#[test]
fn a_runtime_that_ends_in_the_middle_of_a_refresh_leaves_no_key_stale_for_ever() {
    for has_another in [false, true] {
        let time = begin();
        let (first, second) = (runtime(), runtime());
        assert_eq!(first.block_on(revalidated(1)), 1);
        time.advance(seconds(11));
        SOURCE.say(Says::Value(2));
        let gate = SOURCE.hold();
        assert!(first.block_on(revalidated::lookup(1)).is_stale());
        gate.await_arrival();
        drop(first);
        eventually("the run is lost", || background().dropped == 1);
        let call = || {
            if has_another {
                second.block_on(revalidated::lookup(1))
            } else {
                block_on(revalidated::lookup(1))
            }
        };
        assert!(call().is_stale());
        time.settle();
        assert_eq!(SOURCE.asked(), 2, "the pause after a failure, of 1 s");
        time.advance(seconds(1));
        assert!(call().is_stale());
        time.settle();
        assert_eq!((revalidated::peek(1), SOURCE.asked()), (Some(2), 3));
        assert_eq!(place().0, has_another.then(|| second.handle().id()));
        assert_eq!(revalidated::stats().loads_lost, 1);
    }
}

#[test]
fn nor_one_that_is_refreshed_at_an_interval() {
    let time = begin();
    let first = runtime();
    assert_eq!(first.block_on(refreshed(1)), 1);
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    time.advance(seconds(10));
    gate.await_arrival();
    assert_eq!(place().0, Some(first.handle().id()), "where the key was loaded");
    drop(first);
    eventually("the run is lost", || background().dropped == 1);
    time.advance(seconds(1));
    time.settle();
    assert_eq!((refreshed::peek(1), SOURCE.asked()), (Some(2), 3), "after the pause, on a thread");
    assert_eq!(place(), (None, Some("larder-background".into())));
    let second = runtime();
    assert_eq!(second.block_on(refreshed(1)), 2);
    SOURCE.say(Says::Value(3));
    time.advance(seconds(10));
    time.settle();
    assert_eq!(
        (refreshed::peek(1), place().0),
        (Some(3), Some(second.handle().id())),
        "where it was read last"
    );
}

/// A run that its caller has left goes with its runtime; who waits for it elsewhere takes over.
#[test]
fn nor_one_whose_late_run_was_lost() {
    let time = begin();
    let (first, second) = (runtime(), runtime());
    assert_eq!(first.block_on(patient(1)), 1);
    time.advance(seconds(11));
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    let mut call = Call::of(patient::lookup(1));
    {
        let _inside = first.enter();
        assert!(call.poll().is_pending());
        time.advance(seconds(1));
        assert!(call.poll().is_ready());
    }
    let mut waiting = Call::of(patient::lookup(1));
    let _inside = second.enter();
    assert!(waiting.poll().is_pending());
    drop(first);
    eventually("the waiter is told", || waiting.is_woken());
    match waiting.poll() {
        std::task::Poll::Ready(found) => assert_eq!((found.value, found.source), (2, From::Miss)),
        std::task::Poll::Pending => panic!("it waits for a run that was lost"),
    }
    assert_eq!((gate.arrived(), SOURCE.asked()), (1, 3));
}

#[test]
fn a_current_thread_runtime_frees_its_keys_when_it_goes() {
    let time = begin();
    let first = Builder::new_current_thread().build().unwrap();
    assert_eq!(first.block_on(revalidated(2)), 1);
    time.advance(seconds(11));
    SOURCE.say(Says::Value(2));
    // The refresh is handed to a runtime that nobody drives any more.
    assert!(first.block_on(revalidated::lookup(2)).is_stale());
    assert!(block_on(revalidated::lookup(2)).is_stale());
    drop(first);
    time.settle();
    time.advance(seconds(1));
    assert!(block_on(revalidated::lookup(2)).is_stale());
    time.settle();
    assert_eq!(revalidated::peek(2), Some(2));
}

#[test]
fn a_refresh_runs_on_the_runtime_of_the_caller_who_saw_that_it_was_due() {
    let time = begin();
    let runtimes = [runtime(), runtime()];
    for round in 0..4 {
        let runtime = &runtimes[round % 2];
        runtime.block_on(revalidated(3));
        time.advance(seconds(11));
        assert!(runtime.block_on(revalidated::lookup(3)).is_stale());
        time.settle();
        assert_eq!(place().0, Some(runtime.handle().id()));
    }
    assert_eq!(background().dropped, 0);
}

#[test]
fn a_function_that_needs_its_runtime_is_refreshed_there() {
    let time = begin();
    let runtime = runtime();
    assert_eq!(runtime.block_on(needs_runtime(1)), 1);
    SOURCE.say(Says::Value(2));
    time.advance(seconds(10));
    time.settle();
    assert_eq!(needs_runtime::peek(1), Some(2), "although it was read only once");
    assert_eq!((needs_runtime::stats().loads_lost, background().panicked), (0, 0));
}

#[test]
fn a_program_without_a_runtime_is_refreshed_on_threads() {
    let time = begin();
    assert_eq!((plain(1), block_on(revalidated(4)), block_on(refreshed(4))), (1, 1, 1));
    SOURCE.say(Says::Value(2));
    time.advance(seconds(10));
    time.settle();
    assert_eq!((plain::peek(1), refreshed::peek(4)), (Some(2), Some(2)));
    assert_eq!(place(), (None, Some("larder-background".into())));
    assert_eq!(block_on(revalidated(4)), 1);
    time.settle();
    assert_eq!(revalidated::peek(4), Some(2));
}

#[test]
fn a_sync_function_is_refreshed_on_a_thread_that_knows_the_runtime() {
    let time = begin();
    let runtime = runtime();
    let call = || {
        let _inside = runtime.enter();
        plain(2)
    };
    assert_eq!(call(), 1);
    SOURCE.say(Says::Value(2));
    time.advance(seconds(9));
    time.settle();
    assert_eq!(plain::peek(2), Some(2));
    assert_eq!(place(), (Some(runtime.handle().id()), Some("larder-background".into())));
    let gate = SOURCE.hold();
    time.advance(seconds(9));
    gate.await_arrival();
    drop(runtime);
    gate.open();
    time.settle();
    assert_eq!(plain::stats().refreshes, 2, "it goes on without the runtime");
}

/// After a shutdown nothing is refreshed, and callers do themselves what the background did.
#[test]
fn after_a_shutdown_callers_get_right_values_in_their_own_time() {
    let time = begin();
    assert_eq!((plain(3), block_on(revalidated(5))), (1, 1));
    let gate = SOURCE.hold();
    time.advance(seconds(10));
    gate.await_arrival();
    SOURCE.say(Says::Value(2));
    let ended = blocking::shutdown(seconds(0));
    assert_eq!((ended.finished, ended.abandoned), (false, 1));
    gate.open();
    eventually("what ran has ended", || background().running == 0);
    assert_eq!(plain::peek(3), Some(1), "and was stored");

    time.advance(seconds(11));
    let asked = SOURCE.asked();
    for _ in 0..3 {
        assert_eq!(
            (plain::lookup(3).source, block_on(revalidated::lookup(5)).source),
            (From::Stale, From::Stale)
        );
        time.advance(seconds(60));
    }
    assert_eq!(SOURCE.asked(), asked, "nothing is refreshed");
    assert!(background().dropped > 0);
    time.advance(seconds(1000));
    for call in [|| plain::lookup(3), || block_on(revalidated::lookup(5))] {
        let found = call();
        assert_eq!((found.value, found.source), (2, From::Miss), "past the window the caller runs it");
        assert!(call().is_hit());
    }
    plain::invalidate(3);
    SOURCE.say(Says::Value(3));
    assert_eq!((plain(3), plain::refresh(3)), (3, 3));
}

#[test]
fn a_shutdown_waits_for_a_refresh_that_runs() {
    let time = begin();
    let runtime = runtime();
    assert_eq!(runtime.block_on(revalidated(6)), 1);
    time.advance(seconds(11));
    SOURCE.say(Says::Value(2));
    let gate = SOURCE.hold();
    assert!(runtime.block_on(revalidated::lookup(6)).is_stale());
    gate.await_arrival();
    std::thread::scope(|scope| {
        let shutdown = scope.spawn(|| blocking::shutdown(seconds(60)));
        // A key in use falls due again and again, until the background refuses it.
        eventually("nothing is taken any more", || {
            plain(4);
            time.advance(seconds(9));
            background().dropped > 0
        });
        gate.open();
        let ended = shutdown.join().unwrap();
        assert_eq!((ended.finished, ended.abandoned), (true, 0));
    });
    assert_eq!(revalidated::peek(6), Some(2));
}
