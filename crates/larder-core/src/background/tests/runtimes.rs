//! Jobs on tokio, and runtimes that end.

use std::{future::pending, task::Poll};

use tokio::runtime::{Builder, Handle, Runtime};

use super::*;

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).thread_name("of-tokio").enable_time().build().unwrap()
}

/// Both kinds of runtime.
const KINDS: [fn() -> Runtime; 2] = [current_thread, multi_thread];

/// Waits on a runtime, which runs its tasks meanwhile.
fn settles(runtime: &Runtime, executor: &'static Executor) -> Background {
    runtime.block_on(until("nothing waits or runs", || lock(&executor.queue).is_idle()));
    executor.background()
}

/// As `eventually`, with the runtime's tasks running meanwhile.
async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < LONG, "{what}: not for a minute");
        tokio::task::yield_now().await;
    }
}

#[test]
fn async_jobs_run_on_the_current_runtime_then_on_the_last_known() {
    let executor = executor(LIMITS);
    let (says, heard) = mpsc::channel();
    let spawn = || {
        let says = says.clone();
        assert!(executor.spawn(asynchronous(async move {
            // Panics outside of tokio's context.
            tokio::time::sleep(Duration::from_micros(1)).await;
            says.send(Handle::current().id()).unwrap();
        })));
        heard.recv_timeout(LONG).unwrap()
    };
    let (first, second) = (multi_thread(), multi_thread());
    assert!(executor.known.wants_one());
    assert_eq!(first.block_on(async { spawn() }), first.handle().id());
    assert!(!executor.known.wants_one());
    assert_eq!(spawn(), first.handle().id(), "outside, the last known");
    assert_eq!(second.block_on(async { spawn() }), second.handle().id());
    assert_eq!(spawn(), second.handle().id());
    first.block_on(async { drop(executor.known.current_or_newest()) });
    assert_eq!(spawn(), first.handle().id(), "adopted");
    assert_eq!(executor.settles().done, 5);
}

#[test]
fn panics_on_tokio_are_counted_and_free_their_slots() {
    for kind in KINDS {
        let (executor, runtime) = (executor(Limits { queued: 100, ..LIMITS }), kind());
        let _inside = runtime.enter();
        for _ in 0..20 {
            assert!(executor.spawn(asynchronous(async { panic!("in a task") })));
            assert!(executor.spawn(asynchronous(async {})));
        }
        let background = Background { queued: 0, running: 0, done: 20, panicked: 20, dropped: 0 };
        assert_eq!(settles(&runtime, executor), background);
    }
}

#[test]
fn so_many_tasks_at_a_time_in_the_order_they_came() {
    for kind in KINDS {
        let (executor, runtime) = (executor(Limits { tasks: 3, queued: 4, ..LIMITS }), kind());
        let _inside = runtime.enter();
        let (open, is_open) = tokio_gate();
        let (says, heard) = mpsc::channel();
        let accepted = (0..10).filter(|number| {
            let (number, says, is_open) = (*number, says.clone(), is_open.clone());
            executor.spawn(asynchronous(async move {
                says.send(number).unwrap();
                is_open.wait().await;
            }))
        });
        assert_eq!(accepted.collect::<Vec<_>>(), (0..7).collect::<Vec<_>>());
        let background = Background { queued: 4, running: 3, done: 0, panicked: 0, dropped: 3 };
        assert_eq!(executor.background(), background);
        // tokio keeps no order between what comes from outside and what its own tasks hand over.
        let mut order = Vec::new();
        runtime.block_on(until("three have begun", || {
            order.extend(heard.try_iter());
            order.len() == 3
        }));
        open();
        assert_eq!(settles(&runtime, executor).done, 7);
        order.extend(heard.try_iter());
        if runtime.metrics().num_workers() == 1 {
            assert_eq!(order, (0..7).collect::<Vec<_>>());
        } else {
            assert_eq!(order.len(), 7);
        }
    }
}

#[test]
fn a_runtime_that_ends_drops_its_jobs_and_is_forgotten() {
    for kind in KINDS {
        let (executor, runtime) = (executor(LIMITS), kind());
        let drops = Drops::default();
        let started = Drops::default();
        runtime.block_on(async {
            for _ in 0..2 {
                let (guard, start) = (drops.guard(), started.clone());
                executor.spawn(asynchronous(async move {
                    drop(start.guard());
                    let _guard = guard;
                    pending::<()>().await;
                }));
            }
            until("both have begun", || started.count() == 2).await;
        });
        assert_eq!((drops.count(), executor.background().running), (0, 2));
        drop(runtime);
        assert_eq!(drops.count(), 2);
        assert_eq!(
            executor.background(),
            Background { queued: 0, running: 0, done: 0, panicked: 0, dropped: 2 }
        );
        assert!(executor.known.wants_one());
        let (says, heard) = mpsc::channel();
        assert!(executor.spawn(asynchronous(async move { says.send(here()).unwrap() })));
        assert_eq!(heard.recv_timeout(LONG).unwrap(), "larder-background");
        assert_eq!(executor.settles().done, 1);
    }
}

/// Nothing of ours ran on the runtime when it ended, so nothing told us.
#[test]
fn a_runtime_that_ended_unseen_costs_one_job() {
    for kind in KINDS {
        let (executor, runtime) = (executor(LIMITS), kind());
        runtime.block_on(async { drop(executor.known.current_or_newest()) });
        drop(runtime);
        let drops = Drops::default();
        let spawn = || {
            let guard = drops.guard();
            executor.spawn(asynchronous(async move { drop(guard) }))
        };
        assert!(!executor.known.wants_one());
        assert!(!spawn());
        assert_eq!((drops.count(), executor.background().dropped), (1, 1));
        assert!(executor.known.wants_one());
        assert!((0..3).all(|_| spawn()));
        assert_eq!(executor.settles().done, 3);
    }
}

/// Once 10,000 jobs waited for a runtime that ended; handing on the slot by recursion would overflow the stack.
#[test]
fn jobs_that_wait_for_a_runtime_that_ends_run_elsewhere() {
    for kind in KINDS {
        let (executor, runtime) = (executor(Limits { queued: 10_000, ..LIMITS }), kind());
        let inside = runtime.enter();
        let drops = Drops::default();
        assert!((0..2).all(|_| executor.spawn(asynchronous(pending()))));
        for _ in 0..10_000 {
            let guard = drops.guard();
            assert!(executor.spawn(asynchronous(async move { drop(guard) })));
        }
        assert_eq!(executor.background().queued, 10_000);
        drop(inside);
        drop(runtime);
        let background = executor.settles();
        assert_eq!((background.done, background.dropped, drops.count()), (10_000, 2, 10_000));
    }
}

#[test]
fn jobs_of_a_runtime_that_ended_go_to_the_newest() {
    let (executor, first, second) = (executor(LIMITS), current_thread(), multi_thread());
    let inside = first.enter();
    let (says, heard) = mpsc::channel();
    assert!((0..2).all(|_| executor.spawn(asynchronous(pending()))));
    assert!(executor.spawn(asynchronous(async move { says.send(Handle::current().id()).unwrap() })));
    drop(inside);
    second.block_on(async { drop(executor.known.current_or_newest()) });
    drop(first);
    assert_eq!(heard.recv_timeout(LONG).unwrap(), second.handle().id());
    assert!(!executor.known.wants_one());
}

/// A destructor that hands its work over again while the runtime ends: it must not be given to that runtime for ever.
#[test]
fn what_destructors_hand_over_while_a_runtime_ends_runs_elsewhere() {
    struct Again(&'static Executor, Sender<String>);
    impl Drop for Again {
        fn drop(&mut self) {
            let says = self.1.clone();
            self.0.spawn(asynchronous(async move { says.send(here()).unwrap() }));
        }
    }
    for kind in KINDS {
        let (executor, runtime) = (executor(LIMITS), kind());
        let (says, heard) = mpsc::channel();
        let again = Again(executor, says);
        runtime.block_on(async {
            executor.spawn(asynchronous(async move {
                let _again = again;
                pending::<()>().await;
            }));
        });
        drop(runtime);
        assert_eq!(heard.recv_timeout(LONG).unwrap(), "larder-background");
    }
}

#[test]
fn sync_jobs_find_the_runtime_and_do_not_hold_up_its_end() {
    for kind in KINDS {
        let (executor, runtime) = (executor(LIMITS), kind());
        let id = runtime.handle().id();
        let (gate, pass) = Gate::new();
        let (says, heard) = mpsc::channel();
        runtime.block_on(async {
            executor.spawn(sync(move || {
                says.send(Handle::current().id()).unwrap();
                pass();
            }));
        });
        assert_eq!(heard.recv_timeout(LONG).unwrap(), id);
        assert_eq!(gate.entered(), "larder-background");
        drop(runtime); // would wait for what runs on the runtime's blocking pool
        assert_eq!(executor.background().running, 1);
        gate.open();
        assert_eq!(executor.settles().done, 1);
    }
}

/// Leaving the runtime's context panics then, since contexts are left in the order of a stack.
#[test]
fn a_job_that_leaves_a_context_behind_ends_no_thread() {
    let (executor, runtime) = (executor(Limits { threads: 1, ..LIMITS }), multi_thread());
    let _inside = runtime.enter();
    let handle = runtime.handle().clone();
    executor.spawn(sync(move || std::mem::forget(Box::leak(Box::new(handle)).enter())));
    executor.settles();
    executor.spawn(sync(|| {}));
    let background = executor.settles();
    assert_eq!((background.running, background.done + background.panicked), (0, 2));
}

#[test]
fn a_shutdown_on_a_runtime_waits_for_its_tasks() {
    for kind in KINDS {
        let (executor, runtime) = (executor(LIMITS), kind());
        let shutdown = runtime.block_on(async {
            for _ in 0..3 {
                executor.spawn(asynchronous(tokio::time::sleep(Duration::from_millis(5))));
            }
            tokio::time::timeout(LONG, executor.shutdown(Duration::MAX)).await.expect("it returns")
        });
        assert_eq!(shutdown, Shutdown { finished: true, abandoned: 0 });
        assert_eq!(
            executor.background(),
            Background { queued: 0, running: 0, done: 2, panicked: 0, dropped: 1 }
        );
    }
}

#[test]
fn a_shutdown_on_a_runtime_gives_up_at_its_deadline() {
    for kind in KINDS {
        let (executor, runtime) = (executor(LIMITS), kind());
        let shutdown = runtime.block_on(async {
            executor.spawn(asynchronous(pending()));
            executor.shutdown(Duration::from_millis(20)).await
        });
        assert_eq!(shutdown, Shutdown { finished: false, abandoned: 1 });
    }
}

/// Jobs are handed over from many threads while runtimes come and go; every job ends in one way, and no slot is lost.
#[test]
fn every_job_is_accounted_for_while_runtimes_end() {
    let executor = executor(Limits { tasks: 4, threads: 2, queued: 64, idle: Duration::from_millis(1) });
    let drops = Drops::default();
    const JOBS: usize = 3000;
    thread::scope(|scope| {
        let spawners: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..JOBS {
                        let guard = drops.guard();
                        executor.spawn(asynchronous(async move {
                            let _guard = guard;
                            let mut polls = 0;
                            std::future::poll_fn(|context| {
                                polls += 1;
                                context.waker().wake_by_ref();
                                if polls < 3 { Poll::Pending } else { Poll::Ready(()) }
                            })
                            .await;
                        }));
                    }
                })
            })
            .collect();
        while !spawners.iter().all(|spawner| spawner.is_finished()) {
            let runtime = multi_thread();
            runtime.block_on(async {
                drop(executor.known.current_or_newest());
                tokio::task::yield_now().await;
            });
            drop(runtime);
        }
    });
    let background = executor.settles();
    assert_eq!(background.done + background.dropped, 2 * JOBS as u64);
    assert_eq!(drops.count(), 2 * JOBS);
}

/// Opens once, for all who wait: a function that opens, and what to wait on.
fn tokio_gate() -> (impl FnOnce(), TokioGate) {
    let gate = TokioGate::default();
    let opens = gate.clone();
    let open = move || {
        opens.0.0.store(1, Ordering::SeqCst);
    };
    (open, gate)
}

#[derive(Clone, Default)]
struct TokioGate(Drops);

impl TokioGate {
    async fn wait(&self) {
        while self.0.count() == 0 {
            tokio::task::yield_now().await;
        }
    }
}
