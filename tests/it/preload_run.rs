//! A run of `preload_all`: its workers, its report and its progress.
#![allow(dead_code, reason = "some functions are preloaded and never called")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use larder::testing::isolate;
use larder::{PreloadEnd, Progress, blocking, cached, preload_all, preload_only, set_enabled};

use crate::support::{Door, eventually};

fn numbers(most: u32) -> impl Iterator<Item = (u32,)> {
    (0..most).map(|number| (number,))
}

#[test]
fn every_provider_of_the_program_is_found() {
    #[cached(preload = || numbers(3), name = "found by preload_all")]
    fn found(number: u32) -> u32 {
        number
    }
    let time = isolate();
    let report = pollster::block_on(preload_all());
    let names: Vec<_> = report.functions.iter().map(|function| function.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for name in ["found by preload_all", "settings", "a_stream::double"] {
        assert!(report.get(name).is_some(), "{name} is not among {names:?}");
    }
    assert_eq!(report.get("found by preload_all").unwrap().loaded, 3);
    time.hit(|| found(2));
    let again = blocking::preload_all();
    assert_eq!(again.functions.len(), names.len());
    assert_eq!(again.get("found by preload_all").unwrap().skipped, 3);
    let text = again.to_string();
    assert!(text.contains("found by preload_all") && text.contains("preloaded in"), "{text}");
}

#[test]
fn nothing_happens_before_it_is_run() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn ask() -> Vec<(u32,)> {
        ASKED.fetch_add(1, SeqCst);
        vec![(1,)]
    }
    #[cached(preload = ask, name = "asked")]
    fn asked(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    ASKED.store(0, SeqCst);
    let preload = preload_only(["asked"]).unwrap();
    drop(std::future::IntoFuture::into_future(preload_only(["asked"]).unwrap()));
    assert_eq!((ASKED.load(SeqCst), asked::peek(1)), (0, None));
    assert_eq!(preload.run().get("asked").unwrap().loaded, 1);
    assert_eq!((ASKED.load(SeqCst), asked::peek(1)), (1, Some(1)));
}

#[test]
fn a_provider_that_panics_stops_nobody_else() {
    fn at_once() -> Vec<(u32,)> {
        panic!("no data base")
    }
    fn on_the_way() -> impl Iterator<Item = (u32,)> {
        numbers(9).inspect(|(number,)| assert_ne!(*number, 2, "the third is broken"))
    }
    #[cached(preload = at_once, name = "panics at once")]
    fn first(number: u32) -> u32 {
        number
    }
    #[cached(preload = on_the_way, name = "panics on the way")]
    fn second(number: u32) -> u32 {
        number
    }
    #[cached(preload = { let text = String::from("while it is made"); assert_eq!(text, ""); || numbers(1) }, name = "panics when made")]
    fn third(number: u32) -> u32 {
        number
    }
    #[cached(preload = || numbers(50), name = "does not panic")]
    fn fourth(number: u32) -> u32 {
        number
    }
    let time = isolate();
    let names = ["panics at once", "panics on the way", "panics when made", "does not panic"];
    let report = blocking::preload_only(names).unwrap();
    let of = |name| report.get(name).unwrap();
    assert_eq!(of(names[0]).end, PreloadEnd::ProviderPanicked("no data base".into()));
    assert_eq!(of(names[0]).loaded, 0);
    let PreloadEnd::ProviderPanicked(message) = &of(names[1]).end else { panic!("{report}") };
    assert!(message.contains("the third is broken"), "{message}");
    assert_eq!((of(names[1]).loaded, of(names[1]).failed_total), (2, 0));
    let PreloadEnd::ProviderPanicked(message) = &of(names[2]).end else { panic!("{report}") };
    assert!(message.contains("while it is made"), "{message}");
    assert_eq!((of(names[3]).loaded, of(names[3]).is_complete()), (50, true));
    assert!(!report.is_complete());
    time.hit(|| fourth(49) + second(1));
    time.miss(|| first(1) + second(2) + third(0));
}

#[test]
fn so_many_run_at_the_same_time_and_no_more() {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    static MEETING: Mutex<Option<Arc<Barrier>>> = Mutex::new(None);
    fn meet() -> u32 {
        let running = RUNNING.fetch_add(1, SeqCst) + 1;
        MOST.fetch_max(running, SeqCst);
        // Nobody goes on before all are here.
        let meeting = MEETING.lock().unwrap().clone();
        meeting.iter().for_each(|meeting| _ = meeting.wait());
        RUNNING.fetch_sub(1, SeqCst);
        1
    }
    #[cached(preload = || numbers(24), name = "meets")]
    fn meets(number: u32) -> u32 {
        meet() + number
    }
    #[cached(preload = || numbers(24), name = "meets later")]
    async fn later(number: u32) -> u32 {
        meet() + number
    }
    let _time = isolate();
    for (concurrency, workers) in [(Some(3), 3), (Some(1), 1), (Some(0), 1), (Some(12), 12), (None, 8)] {
        meets::clear();
        later::clear();
        *MEETING.lock().unwrap() = Some(Arc::new(Barrier::new(workers)));
        MOST.store(0, SeqCst);
        let mut preload = preload_only(["meets", "meets later"]).unwrap();
        if let Some(concurrency) = concurrency {
            preload = preload.concurrency(concurrency);
        }
        let report = preload.run();
        assert!(report.is_complete(), "{report}");
        assert_eq!(report.functions.iter().map(|function| function.loaded).sum::<usize>(), 48);
        assert_eq!(MOST.load(SeqCst), workers);
    }
    *MEETING.lock().unwrap() = None;
}

#[test]
fn a_provider_that_is_stuck_holds_one_worker_up() {
    static GATE: Door = Door::new();
    static DONE: AtomicUsize = AtomicUsize::new(0);
    fn stuck() -> impl Iterator<Item = (u32,)> {
        numbers(3).inspect(|_| GATE.pass())
    }
    #[cached(preload = stuck, name = "stuck")]
    fn slow(number: u32) -> u32 {
        number
    }
    #[cached(preload = || numbers(200), name = "not stuck")]
    fn quick(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    DONE.store(0, SeqCst);
    let gate = GATE.close();
    let run = thread::spawn(|| {
        let count = |progress: &Progress| {
            DONE.fetch_add(usize::from(progress.function == "not stuck"), SeqCst);
        };
        preload_only(["stuck", "not stuck"]).unwrap().concurrency(2).on_progress(count).run()
    });
    eventually("the other function is loaded", || DONE.load(SeqCst) == 200);
    assert_eq!(GATE.arrived(), 1);
    assert!(!run.is_finished());
    drop(gate);
    let report = run.join().unwrap();
    assert!(report.is_complete());
    assert_eq!((report.get("stuck").unwrap().loaded, report.get("not stuck").unwrap().loaded), (3, 200));
    assert_eq!((slow::peek(2), quick::peek(199)), (Some(2), Some(199)));
}

#[test]
fn progress_is_told_after_each_item() {
    #[cached(preload = || numbers(6), name = "with a total")]
    fn counted(number: u32) -> Result<u32, u32> {
        if number == 4 { Err(number) } else { Ok(number) }
    }
    #[cached(preload = || numbers(12).filter(|(number,)| number % 2 == 0), name = "without a total")]
    fn uncounted(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    counted(2).unwrap();
    let seen: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let told = seen.clone();
    let report = preload_only(["with a total", "without a total"])
        .unwrap()
        .concurrency(1)
        .on_progress(move |progress| {
            // Outside every lock: all of larder can be used here.
            assert!(larder::stats().get(progress.function).is_some());
            told.lock().unwrap().push(progress.clone());
            panic!("a panic of the callback is nobody's business");
        })
        .run();
    assert_eq!(report.get("with a total").unwrap().loaded, 4);
    assert_eq!(report.get("without a total").unwrap().loaded, 6);
    let seen = seen.lock().unwrap();
    let of = |name: &str| seen.iter().filter(|progress| progress.function == name).collect::<Vec<_>>();
    let (counted, uncounted) = (of("with a total"), of("without a total"));
    assert_eq!(counted.iter().map(|progress| progress.done()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert!(counted.iter().all(|progress| progress.total == Some(6)), "{counted:?}");
    let last = counted.last().unwrap();
    assert_eq!((last.loaded, last.failed, last.skipped), (4, 1, 1));
    assert_eq!(uncounted.len(), 6);
    assert!(uncounted.iter().all(|progress| progress.total.is_none()), "{uncounted:?}");
}

#[test]
fn a_run_ends_after_the_last_word_of_its_progress() {
    static GATE: Door = Door::new();
    #[cached(preload = || numbers(1), name = "told last")]
    fn told(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    let gate = GATE.close();
    let run = thread::spawn(|| preload_only(["told last"]).unwrap().on_progress(|_| GATE.pass()).run());
    eventually("the callback runs", || GATE.arrived() == 1);
    assert_eq!(told::peek(0), Some(0));
    assert!(!run.is_finished());
    drop(gate);
    assert!(run.join().unwrap().is_complete());
}

#[test]
fn a_hundred_failures_are_kept_and_all_are_counted() {
    #[cached(preload = || numbers(150), name = "fails")]
    fn fails(number: u32) -> Result<u32, u32> {
        Err(number)
    }
    let _time = isolate();
    let report = blocking::preload_only(["fails"]).unwrap();
    let row = report.get("fails").unwrap();
    assert_eq!((row.failed.len(), row.failed_total, row.loaded), (100, 150, 0));
    assert_eq!(row.failed.iter().collect::<HashSet<_>>().len(), 100);
    assert!(report.to_string().contains("and 140 more"), "{report}");
    fails(1).unwrap_err();
}

#[test]
fn while_caching_is_off_no_provider_is_asked() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    fn ask() -> Vec<(u32,)> {
        ASKED.fetch_add(1, SeqCst);
        vec![(1,)]
    }
    #[cached(preload = ask, name = "off")]
    fn off(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    ASKED.store(0, SeqCst);
    set_enabled(false);
    for report in [blocking::preload_all(), pollster::block_on(preload_only(["off"]).unwrap())] {
        let row = report.get("off").unwrap();
        assert_eq!((row.loaded, row.skipped, row.failed_total), (0, 0, 0));
        assert_eq!(row.end, PreloadEnd::Disabled);
        assert!(report.is_complete());
        assert!(report.to_string().contains("caching is switched off"), "{report}");
    }
    assert_eq!(ASKED.load(SeqCst), 0);
    set_enabled(true);
    assert_eq!(off::peek(1), None);
}
