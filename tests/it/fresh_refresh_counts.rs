//! How often the background runs a function, second by second of simulated hours: as often as the options say, and never more.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use larder::testing::{Isolated, isolate};
use larder::{FunctionStats, cached};
use pollster::block_on;

use crate::support::{Gate, Says, Source, eventually, millis, seconds};

/// The time since a test began, in milliseconds.
static NOW: AtomicU64 = AtomicU64::new(0);
/// When the function ran.
static RUNS: Mutex<Vec<u64>> = Mutex::new(Vec::new());
static SOURCE: Source = Source::new();
static SLOW: Source = Source::new();

fn run() -> Result<u32, String> {
    RUNS.lock().unwrap().push(NOW.load(SeqCst));
    SOURCE.ask()
}

fn begin() -> Isolated {
    let time = isolate();
    NOW.store(0, SeqCst);
    RUNS.lock().unwrap().clear();
    SOURCE.reset();
    time
}

fn pass(time: &Isolated, by: Duration) {
    NOW.fetch_add(by.as_millis() as u64, SeqCst);
    time.advance(by);
    time.settle();
}

/// When the function ran, in milliseconds.
fn runs() -> Vec<u64> {
    RUNS.lock().unwrap().clone()
}

/// The times between its runs, in seconds.
fn gaps() -> Vec<u64> {
    runs().windows(2).map(|pair| (pair[1] - pair[0]) / 1000).collect()
}

#[cached(ttl = 0.2, stale_while_revalidate = 3)]
fn short(id: u32) -> Result<u32, String> {
    let _ = id;
    run()
}

#[cached(ttl = 0.2, stale_while_revalidate = 3)]
async fn short_later(id: u32) -> Result<u32, String> {
    let _ = id;
    run()
}

/// A value is refreshed by the first read after its 200 ms, and each refresh is the beginning of the next 200 ms: at 200, 400 .. 2800 ms. A refresh that is held to be
/// under way until the window is over would give 2.
#[test]
fn a_lifetime_of_200_ms_read_every_10_ms_is_refreshed_14_times_in_3_s() {
    for (read, stats) in [
        ((|| short(1)) as fn() -> _, short::stats as fn() -> FunctionStats),
        (|| block_on(short_later(1)), short_later::stats),
    ] {
        let time = begin();
        for _ in 0..300 {
            assert_eq!(read(), Ok(1));
            time.settle();
            pass(&time, millis(10));
        }
        let expected: Vec<u64> = (0..15).map(|run| run * 200).collect();
        assert_eq!(runs(), expected, "the load, and 14 refreshes");
        assert_eq!((stats().refreshes, stats().stale, stats().misses), (14, 14, 1));
    }
}

/// The same with a function that takes 50 ms: 12 refreshes, at 200, 450 .. 2950 ms, and everybody is served at once meanwhile.
#[test]
fn while_a_refresh_is_under_way_no_other_one_begins() {
    let time = begin();
    assert_eq!(short(2), Ok(1));
    let mut gate = SOURCE.hold();
    for _ in 0..300 {
        let now = NOW.load(SeqCst);
        if gate.has_arrived() && now >= runs()[runs().len() - 1] + 50 {
            gate.open();
            time.settle();
            gate = SOURCE.hold();
        }
        if short::lookup(2).is_stale() {
            gate.await_arrival();
        }
        NOW.store(now + 10, SeqCst);
        time.advance(millis(10));
    }
    gate.open();
    time.settle();
    let expected: Vec<u64> = [0].into_iter().chain((0..12).map(|run| 200 + run * 250)).collect();
    assert_eq!(runs(), expected);
    assert_eq!((short::stats().misses, short::stats().stale), (1, 12 * 5));
}

#[cached(refresh = "5m", retry_after = 2)]
fn feed(id: u32) -> Result<u32, String> {
    let _ = id;
    run()
}

#[cached(refresh = "5m", refresh_idle = "1h", jitter = 0.5, retry_after = 20)]
async fn spread(id: u32) -> Result<u32, String> {
    let _ = id;
    run()
}

/// Intervals are shortened by up to a tenth, or by what `jitter` says, and never longer.
#[test]
fn a_key_in_use_is_refreshed_at_its_interval() {
    let mut spreads = Vec::new();
    for (read, shortest) in [((|| feed(1)) as fn() -> _, 270), (|| block_on(spread(1)), 150)] {
        let time = begin();
        for second in 0..8 * 3600 {
            if second % 60 == 0 {
                assert_eq!(read(), Ok(1));
            }
            pass(&time, seconds(1));
        }
        let gaps = gaps();
        assert!(gaps.iter().all(|gap| (shortest..=300).contains(gap)), "{gaps:?}");
        let (least, most) = (8 * 3600 / 300 - 1, 8 * 3600 / shortest as usize);
        assert!((least..=most).contains(&gaps.len()), "{} refreshes", gaps.len());
        spreads.push(gaps.iter().max().unwrap() - gaps.iter().min().unwrap());
        assert_eq!(feed::stats().misses + spread::stats().misses, 1, "nobody waited but for the first load");
    }
    assert!(spreads[0] > 10 && spreads[1] > 75, "the intervals differ by up to {spreads:?} s");
}

#[test]
fn refreshing_stops_after_the_last_read_and_begins_again_with_the_next() {
    let time = begin();
    for second in 0..3 * 3600 {
        if second <= 600 {
            assert_eq!(feed(2), Ok(1));
        }
        pass(&time, seconds(1));
    }
    // Ten intervals after the last read, which is noted to a 64th of that.
    let stopped = *runs().last().unwrap() / 1000;
    assert!((600 + 3000 - 47 - 300..600 + 3000).contains(&stopped), "the last run was after {stopped} s");
    let before = runs().len();
    SOURCE.say(Says::Value(2));
    let now = NOW.load(SeqCst) / 1000;
    assert_eq!(feed(2), Ok(1), "a hit, of what is there");
    pass(&time, seconds(1));
    assert_eq!((runs().len(), feed::peek(2)), (before + 1, Some(Ok(2))), "the interval was over long ago");
    for _ in 0..3 * 3600 {
        pass(&time, seconds(1));
    }
    let again: Vec<u64> = runs()[before..].iter().map(|run| run / 1000 - now).collect();
    // Every 270 to 300 s until 3000 s after that read.
    assert!((10..=12).contains(&again.len()) && again.iter().all(|run| *run < 3000), "{again:?}");
}

#[test]
fn a_failing_refresh_backs_off_and_keeps_the_value() {
    for (read, retry_after) in [((|| feed(3)) as fn() -> _, 2), (|| block_on(spread(3)), 20)] {
        for says in [Says::Down, Says::Panic] {
            let time = begin();
            assert_eq!(read(), Ok(1));
            SOURCE.say(says);
            for second in 0..1500 {
                pass(&time, seconds(1));
                if second % 60 == 0 {
                    assert_eq!(read(), Ok(1), "after {second} s");
                }
            }
            // Twice as long each time, up to 32 times, and no longer than the interval.
            let pauses = (0..).map(|doubled| (retry_after << doubled.min(5)).min(300_u64));
            let after_the_first: Vec<u64> = gaps().into_iter().skip(1).collect();
            let expected: Vec<u64> = pauses.take(after_the_first.len()).collect();
            assert_eq!(after_the_first, expected);
            assert!(after_the_first.len() >= 6);

            SOURCE.say(Says::Value(2));
            let failed = runs().len();
            for _ in 0..600 {
                pass(&time, seconds(1));
            }
            assert_eq!(read(), Ok(2));
            let regular: Vec<u64> = gaps().into_iter().skip(failed).collect();
            assert!(!regular.is_empty(), "it is refreshed again");
            assert!(regular.iter().all(|gap| (150..=300).contains(gap)), "at its interval: {regular:?}");
        }
    }
}

#[cached(refresh = "5m")]
fn slow(id: u32) -> Result<u32, String> {
    let _ = id;
    SLOW.ask()
}

/// A run that takes three intervals: the next one begins an interval after its end, and no other one meanwhile; other keys are refreshed as always.
#[test]
fn a_refresh_longer_than_its_interval_neither_piles_up_nor_starves_others() {
    let time = begin();
    SLOW.reset();
    assert_eq!((slow(1), feed(4)), (Ok(1), Ok(1)));
    // A second passes, and what falls due runs, but for one that is held up.
    let pass = |held: &Gate| {
        NOW.fetch_add(1000, SeqCst);
        time.advance(seconds(1));
        assert_eq!((slow(1), feed(4)), (Ok(1), Ok(1)));
        eventually("only what is held up runs", || {
            let now = larder::background();
            (now.queued, now.running) == (0, held.arrived())
        });
    };
    for round in 1..=4 {
        let gate = SLOW.hold();
        let waited = (1..).find(|_| {
            pass(&gate);
            gate.has_arrived()
        });
        assert!(
            (270..=300).contains(&waited.unwrap()),
            "an interval after the end of the last one: {waited:?} s"
        );
        let before = runs().len();
        (0..900).for_each(|_| pass(&gate));
        let others = runs().len() - before;
        assert!((3..=4).contains(&others), "the other key was refreshed {others} times in 15 min");
        assert_eq!(SLOW.asked(), 1 + round);
        gate.open();
        time.settle();
    }
    assert_eq!((slow::stats().refreshes, slow::stats().misses), (4, 1));
}
