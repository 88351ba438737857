use std::sync::{
    Barrier,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use super::*;

#[test]
fn work_is_done_on_another_thread() {
    let workers = Arc::new(Workers::default());
    let there = workers.hand_over(|| thread::current().id());
    assert_ne!(pollster::block_on(there), Some(thread::current().id()));
    workers.close();
}

#[test]
fn work_goes_on_side_by_side_and_waits_beyond_that() {
    let workers = Arc::new(Workers::default());
    let together = Arc::new(Barrier::new(MOST_THREADS));
    let (most, now) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let outcomes: Vec<_> = (0..5 * MOST_THREADS)
        .map(|number| {
            let (together, most, now) = (together.clone(), most.clone(), now.clone());
            workers.hand_over(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                together.wait();
                now.fetch_sub(1, Ordering::SeqCst);
                number
            })
        })
        .collect();
    let numbers: Vec<_> = outcomes.into_iter().map(pollster::block_on).collect();
    assert_eq!(numbers, (0..5 * MOST_THREADS).map(Some).collect::<Vec<_>>());
    assert_eq!(most.load(Ordering::SeqCst), MOST_THREADS);
    workers.close();
}

#[test]
fn whoever_waits_for_work_that_panics_is_told() {
    let workers = Arc::new(Workers::default());
    assert_eq!(pollster::block_on(workers.hand_over(|| -> u8 { panic!("as the test wants") })), None);
    assert_eq!(pollster::block_on(workers.hand_over(|| 7)), Some(7), "and the next one is served");
    workers.close();
}

#[test]
fn work_that_nobody_waits_for_is_done() {
    let workers = Arc::new(Workers::default());
    let (tell, told) = mpsc::channel();
    drop(workers.hand_over(move || tell.send(7)));
    assert_eq!(told.recv_timeout(Duration::from_secs(30)), Ok(7));
    workers.close();
}

#[test]
fn what_was_handed_over_is_done_before_the_threads_end() {
    let workers = Arc::new(Workers::default());
    let (tell, told) = mpsc::channel();
    for number in 0..100 {
        let tell = tell.clone();
        drop(workers.hand_over(move || tell.send(number)));
    }
    workers.close();
    drop(tell);
    let mut numbers: Vec<i32> = told.iter().collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    // the last message is sent before its thread is counted out
    let ended = (0..10_000).any(|_| {
        thread::sleep(Duration::from_millis(1));
        lock(&workers.state).threads == 0
    });
    assert!(ended, "{workers:?}");
}
