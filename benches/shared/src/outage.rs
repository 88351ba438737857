//! A server that does not answer any more: frozen under steady calls, and killed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use larder::cached;

use crate::{
    Failure,
    later::runtime,
    server::Server,
    table::{Reach, Row},
    turns::median,
};

#[cached(ttl = "10m", store = redis)]
fn price(id: u64) -> u64 {
    id * 10
}

#[cached(ttl = "10m", store = redis)]
async fn price_later(id: u64) -> u64 {
    id * 10
}

/// When a call began, and how long it took.
type Call = (Instant, Duration);

/// Calls all the time, with a millisecond between two, until told to end.
fn load(is_on: &AtomicBool, call: impl Fn() -> u64) -> Vec<Call> {
    let mut calls = Vec::new();
    while is_on.load(Relaxed) {
        let began = Instant::now();
        assert_eq!(call(), 30, "whatever happens, the value is right");
        calls.push((began, began.elapsed()));
        thread::sleep(Duration::from_millis(1));
    }
    calls
}

async fn load_later(is_on: &AtomicBool) -> Vec<Call> {
    let mut calls = Vec::new();
    while is_on.load(Relaxed) {
        let began = Instant::now();
        assert_eq!(price_later(3).await, 30, "whatever happens, the value is right");
        calls.push((began, began.elapsed()));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    calls
}

/// Stopped for two seconds while threads and tasks call.
pub(crate) fn frozen(server: &mut Server) -> Result<Vec<Row>, Failure> {
    let runtime = runtime();
    let is_on = Arc::new(AtomicBool::new(true));
    let on_tasks = Arc::clone(&is_on);
    let tasks = runtime.spawn(async move { load_later(&on_tasks).await });
    let on_threads = Arc::clone(&is_on);
    let threads = thread::spawn(move || load(&on_threads, || price(3)));
    thread::sleep(Duration::from_millis(500));
    let frozen = Instant::now();
    server.signal("STOP")?;
    thread::sleep(Duration::from_secs(2));
    let thawed = Instant::now();
    server.signal("CONT")?;
    let hits = [|| price::stats().hits, || price_later::stats().hits];
    let before = hits.map(|hits| hits());
    let recovered = hits.map(|_| Duration::ZERO);
    let recovered = eventually(recovered, |at| hits[at]() > before[at], thawed);
    is_on.store(false, Relaxed);
    let calls = [threads.join().map_err(|_| "a call panicked")?, runtime.block_on(tasks)?];
    let mut rows = Vec::new();
    for ((half, calls), recovered) in ["sync", "async"].into_iter().zip(calls).zip(recovered) {
        // the one that was under way when the server was stopped is among them
        let during = calls.iter().filter(|(began, took)| *began + *took >= frozen && *began < thawed);
        let mut times: Vec<f64> = during.map(|(_, took)| took.as_secs_f64() * 1e3).collect();
        let first = times.iter().position(|took| *took > 50.0).unwrap_or(0);
        let usual = median(
            calls.iter().filter(|(began, _)| *began < frozen).map(|(_, took)| took.as_secs_f64() * 1e3),
        );
        let late = times.remove(first) - usual;
        let mut rest = times.split_off(first);
        rest.sort_by(f64::total_cmp);
        let above = rest.iter().filter(|took| **took > 1.0).count();
        let last = rest.last().copied().unwrap_or_default();
        rows.push(Row::new(
            format!("frozen, first call, {half}"),
            Reach::AtMost(250.0, "ms"),
            late,
            format!(
                "later than usual; {} calls while it was frozen for 2 s, all of them right",
                rest.len() + 1
            ),
        ));
        rows.push(Row::new(
            format!("frozen, next calls, 99 %, {half}"),
            Reach::AtMost(1.0, "ms"),
            rest.get(rest.len() * 99 / 100).copied().unwrap_or(f64::NAN),
            format!("{above} of {} above 1 ms, the slowest {last:.2} ms", rest.len()),
        ));
        rows.push(Row::new(
            format!("frozen, hits again, {half}"),
            Reach::AtMost(2.0, "s"),
            recovered.as_secs_f64(),
            "after SIGCONT",
        ));
    }
    Ok(rows)
}

/// When each of these came about.
fn eventually(mut since: [Duration; 2], holds: impl Fn(usize) -> bool, began: Instant) -> [Duration; 2] {
    while began.elapsed() < Duration::from_secs(10) && since.contains(&Duration::ZERO) {
        for (at, since) in since.iter_mut().enumerate() {
            if since.is_zero() && holds(at) {
                *since = began.elapsed();
            }
        }
        thread::sleep(Duration::from_micros(200));
    }
    since.map(|since| if since.is_zero() { Duration::MAX } else { since })
}

/// Killed: the functions run, and that costs next to nothing.
pub(crate) fn killed(server: &mut Server) -> Result<Vec<Row>, Failure> {
    const CALLS: u64 = 10_000;
    let runtime = runtime();
    let mut rows = Vec::new();
    for half in ["sync", "async"] {
        let _ = (price(1), runtime.block_on(price_later(1)));
        server.kill()?;
        let began = Instant::now();
        let right = if half == "sync" {
            (0..CALLS).filter(|id| price(*id) == id * 10).count()
        } else {
            let task = runtime.spawn(async {
                let mut right = 0;
                for id in 0..CALLS {
                    right += usize::from(price_later(id).await == id * 10);
                }
                right
            });
            runtime.block_on(task)?
        };
        let took = began.elapsed();
        server.restart()?;
        let restarted = Instant::now();
        let is_well = || {
            let _ = (price(1), runtime.block_on(price_later(1)));
            price::lookup(1).is_hit() && runtime.block_on(price_later::lookup(1)).is_hit()
        };
        while !is_well() && restarted.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(2));
        }
        rows.push(Row::new(
            format!("killed, 10,000 calls, {half}"),
            Reach::AtMost(1.0, "s"),
            took.as_secs_f64(),
            format!("{right} of {CALLS} right; hits again {:.0?} after it was started", restarted.elapsed()),
        ));
    }
    Ok(rows)
}
