//! What a shutdown waits for, and what it does not.

use std::pin::pin;

use super::*;
use crate::park;

fn block_on<F: Future>(future: F) -> F::Output {
    park::block_on(pin!(future))
}

/// Both ways to shut down.
const WAYS: [fn(&'static Executor, Duration) -> Shutdown; 2] = [
    |executor, deadline| {
        executor.close();
        executor.wait(deadline)
    },
    |executor, deadline| block_on(executor.shutdown(deadline)),
];

#[test]
fn where_nothing_runs_it_returns_at_once() {
    for shut_down in WAYS {
        assert_eq!(shut_down(executor(LIMITS), LONG), Shutdown { finished: true, abandoned: 0 });
    }
}

#[test]
fn what_runs_is_waited_for_and_what_waits_is_dropped() {
    for shut_down in WAYS {
        let executor = executor(Limits { threads: 1, ..LIMITS });
        let (gate, pass) = Gate::new();
        let drops = Drops::default();
        executor.spawn(sync(pass));
        gate.entered();
        for _ in 0..3 {
            let guard = drops.guard();
            executor.spawn(sync(move || drop(guard)));
        }
        let shutdown = thread::spawn(move || shut_down(executor, Duration::MAX));
        eventually("what waited is dropped", || drops.count() == 3);
        assert!(!executor.spawn(sync(|| {})), "nothing is taken any more");
        assert!(!shutdown.is_finished(), "one still runs");
        gate.open();
        eventually("it returns", || shutdown.is_finished());
        assert_eq!(shutdown.join().unwrap(), Shutdown { finished: true, abandoned: 0 });
        assert_eq!(
            executor.background(),
            Background { queued: 0, running: 0, done: 1, panicked: 0, dropped: 4 }
        );
        eventually("its thread leaves", || lock(&executor.queue).threads() == 0);
    }
}

/// Also while larder's clock stands still.
#[test]
fn the_deadline_is_in_real_time_and_a_second_call_does_not_wait() {
    let _stopped = crate::testing::isolate();
    for shut_down in WAYS {
        let executor = executor(LIMITS);
        let (gate, pass) = Gate::new();
        executor.spawn(sync(pass));
        gate.entered();
        let given_up = Shutdown { finished: false, abandoned: 1 };
        assert_eq!(shut_down(executor, Duration::from_millis(20)), given_up);
        // These would not return, since nobody opens the gate.
        assert_eq!(shut_down(executor, Duration::MAX), given_up);
        assert_eq!(WAYS[0](executor, Duration::MAX), given_up);
        gate.open();
        executor.settles();
        assert_eq!(shut_down(executor, LONG), Shutdown { finished: true, abandoned: 0 });
    }
}

#[test]
fn calls_at_the_same_time_all_wait() {
    let executor = executor(LIMITS);
    let (gate, pass) = Gate::new();
    executor.spawn(sync(pass));
    gate.entered();
    let calls = WAYS.map(|shut_down| thread::spawn(move || shut_down(executor, Duration::MAX)));
    eventually("it is closed", || !lock(&executor.queue).is_open());
    gate.open();
    for call in calls {
        eventually("it returns", || call.is_finished());
        assert!(call.join().unwrap().finished);
    }
}

#[test]
fn a_forgotten_shutdown_hurts_nobody() {
    let executor = executor(LIMITS);
    let (gate, pass) = Gate::new();
    executor.spawn(sync(pass));
    gate.entered();
    let mut shutdown = Box::pin(executor.shutdown(LONG));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(shutdown.as_mut().poll(&mut context).is_pending());
    drop(shutdown);
    gate.open();
    executor.settles();
    assert!(WAYS[0](executor, LONG).finished);
}

#[test]
fn it_takes_work_again_when_reopened() {
    let executor = executor(LIMITS);
    for shut_down in WAYS {
        assert!(executor.spawn(sync(|| {})));
        executor.settles();
        assert!(shut_down(executor, LONG).finished);
        assert!(!executor.spawn(sync(|| {})));
        executor.reopen();
        assert_eq!(
            executor.background(),
            Background { queued: 0, running: 0, done: 0, panicked: 0, dropped: 0 }
        );
    }
}
