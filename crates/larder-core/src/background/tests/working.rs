//! What the threads do.

use super::*;

#[test]
fn both_kinds_run_on_threads_of_ours_where_there_is_no_runtime() {
    let executor = executor(LIMITS);
    let (says, heard) = mpsc::channel();
    let also_says = says.clone();
    assert!(executor.spawn(sync(move || says.send(here()).unwrap())));
    assert!(executor.spawn(asynchronous(async move {
        // Wakes itself once: the thread sleeps and polls again.
        let mut is_first = true;
        std::future::poll_fn(|context| {
            context.waker().wake_by_ref();
            if std::mem::take(&mut is_first) { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
        })
        .await;
        also_says.send(here()).unwrap();
    })));
    for _ in 0..2 {
        assert_eq!(heard.recv_timeout(LONG).unwrap(), "larder-background");
    }
    assert_eq!(executor.settles().done, 2);
}

#[test]
fn jobs_run_in_the_order_they_came() {
    let executor = executor(Limits { threads: 1, queued: 1000, ..LIMITS });
    let (gate, pass) = Gate::new();
    let (says, heard) = mpsc::channel();
    executor.spawn(sync(pass));
    for number in 0..100 {
        let says = says.clone();
        executor.spawn(sync(move || says.send(number).unwrap()));
    }
    gate.open();
    drop(says);
    assert_eq!(heard.iter().collect::<Vec<_>>(), (0..100).collect::<Vec<_>>());
}

#[test]
fn a_full_queue_drops_and_counts() {
    let executor = executor(LIMITS);
    let drops = Drops::default();
    let gates: Vec<_> = (0..2)
        .map(|_| {
            let (gate, pass) = Gate::new();
            assert!(executor.spawn(sync(pass)));
            gate.entered();
            gate
        })
        .collect();
    let spawn = || {
        let guard = drops.guard();
        executor.spawn(sync(move || drop(guard)))
    };
    assert!((0..4).all(|_| spawn()));
    assert_eq!(drops.count(), 0);
    assert!(!spawn());
    assert_eq!(drops.count(), 1, "its destructor has run when `spawn` returns");
    let background = Background { queued: 4, running: 2, done: 0, panicked: 0, dropped: 1 };
    assert_eq!(executor.background(), background);
    gates.iter().for_each(Gate::open);
    let background = Background { queued: 0, running: 0, done: 6, panicked: 0, dropped: 1 };
    assert_eq!(executor.settles(), background);
    assert_eq!(drops.count(), 5);
}

/// Hands over another job when it is dropped, and asks for the state: both would hang under a lock of ours.
struct ComesBack(&'static Executor);

impl Drop for ComesBack {
    fn drop(&mut self) {
        self.0.background();
        self.0.spawn(sync(|| {}));
    }
}

#[test]
fn destructors_may_come_back() {
    let executor = executor(Limits { threads: 1, queued: 1, ..LIMITS });
    let (gate, pass) = Gate::new();
    executor.spawn(sync(pass));
    gate.entered();
    let spawn = |one: ComesBack| executor.spawn(sync(move || drop(one)));
    assert!(spawn(ComesBack(executor)));
    assert!(!spawn(ComesBack(executor)), "refused");
    assert_eq!(executor.background().dropped, 2, "with what its destructor handed over");
    gate.open();
    assert_eq!(executor.settles().done, 3);
    let (gate, pass) = Gate::new();
    executor.spawn(sync(pass));
    gate.entered();
    spawn(ComesBack(executor));
    executor.close();
    assert_eq!(executor.background().dropped, 4, "what waited, and what its destructor handed over");
    gate.open();
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}

#[test]
fn panics_are_counted_and_end_nothing() {
    let executor = executor(Limits { threads: 1, queued: 100, ..LIMITS });
    executor.spawn(sync(|| panic!("in a job")));
    executor.spawn(sync(|| std::panic::panic_any(PanicsWhenDropped)));
    executor.spawn(asynchronous(async { panic!("in a future") }));
    let late = PanicsWhenDropped;
    executor.spawn(sync(move || drop(late)));
    let late = PanicsWhenDropped;
    executor.spawn(asynchronous(std::future::poll_fn(move |_| {
        let _ = &late;
        std::task::Poll::Ready(())
    })));
    assert_eq!(executor.settles(), Background { queued: 0, running: 0, done: 0, panicked: 5, dropped: 0 });
    executor.spawn(sync(|| {}));
    assert_eq!(executor.settles().done, 1);
}

#[test]
fn at_most_so_many_threads_run_and_idle_ones_are_used_again() {
    let executor = executor(Limits { threads: 3, queued: 100, ..LIMITS });
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let ids = Arc::new(std::sync::Mutex::new(std::collections::HashSet::new()));
    for _ in 0..100 {
        let (now, most, ids) = (now.clone(), most.clone(), ids.clone());
        executor.spawn(sync(move || {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            ids.lock().unwrap().insert(thread::current().id());
            thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
        }));
    }
    assert_eq!(executor.settles().done, 100);
    assert!((1..=3).contains(&most.load(Ordering::SeqCst)));
    assert!((1..=3).contains(&ids.lock().unwrap().len()));
}

#[test]
fn idle_threads_leave_and_new_ones_come() {
    let executor = executor(Limits { idle: Duration::from_millis(1), ..LIMITS });
    for _ in 0..3 {
        assert!(executor.spawn(sync(|| {})));
        executor.settles();
        eventually("the threads leave", || lock(&executor.queue).threads() == 0);
    }
    assert_eq!(executor.background().done, 3);
}

#[test]
fn without_a_thread_a_job_is_dropped() {
    let fails =
        Executor { start_thread: |_| false, ..Executor::new(LIMITS, Box::leak(Box::new(Known::none()))) };
    let executor: &'static Executor = Box::leak(Box::new(fails));
    let drops = Drops::default();
    for _ in 0..3 {
        let guard = drops.guard();
        assert!(!executor.spawn(sync(move || drop(guard))));
    }
    assert_eq!(drops.count(), 3);
    assert_eq!(executor.background(), Background { queued: 0, running: 0, done: 0, panicked: 0, dropped: 3 });
}

/// Jobs come from many threads while others end and threads leave; every job ends in one way.
#[test]
fn every_job_is_accounted_for() {
    let executor = executor(Limits { threads: 4, queued: 8, idle: Duration::from_micros(50), ..LIMITS });
    let (drops, runs) = (Drops::default(), Drops::default());
    let accepted: usize = thread::scope(|scope| {
        let many: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let spawn = |number: u32| {
                        let (guard, run) = (drops.guard(), runs.clone());
                        let work = move || {
                            drop(run.guard());
                            drop(guard);
                        };
                        executor.spawn(if number.is_multiple_of(2) {
                            sync(work)
                        } else {
                            asynchronous(async { work() })
                        })
                    };
                    (0..2000).filter(|number| spawn(*number)).count()
                })
            })
            .collect();
        many.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let background = executor.settles();
    assert_eq!(background.done as usize, accepted);
    assert_eq!(background.done + background.dropped, 8000);
    assert_eq!((drops.count(), runs.count()), (8000, accepted));
}

/// The one executor of the program, as the rest of larder calls it.
#[test]
fn the_program_has_one() {
    let _alone = crate::testing::isolate();
    let (gate, pass) = Gate::new();
    assert!(spawn(sync(pass)));
    gate.entered();
    assert!(!is_idle() && background().running == 1);
    gate.open();
    eventually("it is done", is_idle);
    assert_eq!((background().done, background().running), (1, 0));
    adopt();
    assert_eq!(wants_runtime(), cfg!(feature = "tokio"), "there is none on this thread");
    reopen();
    assert_eq!(background().done, 0);
}
