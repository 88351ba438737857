//! Calls, and what is checked about each.

use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crate::functions::{ASYNC_SHAPES, SYNC_SHAPES, Shape, Value, ledger};
use crate::ledger::{Floor, KEYS, Micros, now};
use crate::random::Random;
use crate::worker::{Break, State, heard_since, violated};

/// Calls functions on this thread until it is over.
pub(crate) fn call(state: &State, mut random: Random) {
    while !state.is_over.load(Relaxed) {
        let (shape, id) = (random.pick(&SYNC_SHAPES), draw(&mut random));
        let call = Call::begin(state, shape, id);
        let value = shape.call(id);
        call.end(state, &value);
        if state.breaks == Break::Leak && random.below(20) == 0 {
            std::mem::forget(std::fs::File::open("/dev/null"));
        }
        thread::park_timeout(pause(&mut random));
    }
}

/// The same as a task.
pub(crate) async fn call_async(state: &State, mut random: Random) {
    while !state.is_over.load(Relaxed) {
        let (shape, id) = (random.pick(&ASYNC_SHAPES), draw(&mut random));
        let call = Call::begin(state, shape, id);
        let value = shape.call_async(id).await;
        call.end(state, &value);
        tokio::time::sleep(pause(&mut random)).await;
    }
}

fn draw(random: &mut Random) -> u32 {
    // some keys are asked for more often than others
    let below = 1 + random.below(u64::from(KEYS));
    u32::try_from(random.below(below)).expect("there are few")
}

fn pause(random: &mut Random) -> Duration {
    Duration::from_micros(random.below(6_000))
}

/// A call under way.
struct Call {
    shape: Shape,
    id: u32,
    /// What this process has invalidated before the call began.
    own: u64,
    start: Micros,
    /// When the first of the calls began that this one may have joined.
    earliest: Micros,
    clock: Instant,
}

impl Call {
    fn begin(state: &State, shape: Shape, id: u32) -> Self {
        let own = state.own_floor(shape.bottom(), id).load(SeqCst);
        let mut running = state.running(shape.bottom(), id).lock().unwrap_or_else(PoisonError::into_inner);
        let start = now();
        let earliest = running.iter().copied().min().unwrap_or(start).min(start);
        running.push(start);
        Self { shape, id, own, start, earliest, clock: Instant::now() }
    }

    fn end(self, state: &State, value: &Value) {
        let took = self.clock.elapsed();
        {
            let lock = state.running(self.shape.bottom(), self.id).lock();
            let mut running = lock.unwrap_or_else(PoisonError::into_inner);
            let at = running.iter().position(|start| *start == self.start).expect("it was put in");
            running.swap_remove(at);
        }
        state.calls.fetch_add(1, Relaxed);
        state.slowest.fetch_max(micros(took), Relaxed);
        if let Some(what) = self.wrong(state, value, took) {
            violated(&format!("{what}\n{}", self.history(value, took)));
        }
    }

    /// What is wrong with this answer.
    fn wrong(&self, state: &State, value: &Value, took: Duration) -> Option<String> {
        let (id, version, _) = value;
        if *id != self.id {
            return Some(format!("the value of {id} for {}", self.id));
        }
        if *version > ledger().truth(self.id) {
            return Some(format!("version {version}, which there never was"));
        }
        let most = limit(self.shape);
        if took > most {
            return Some(format!("a call took {took:?}, and may take {most:?}"));
        }
        if *version < self.own {
            return Some(format!("version {version} after this process had invalidated it for {}", self.own));
        }
        let bottom = self.shape.bottom() as u32;
        let floors = ledger().floors(bottom, self.id);
        let Some(memory) = self.shape.memory() else {
            let floor = floor(&floors, 0, self.earliest);
            return (*version < floor)
                .then(|| format!("version {version} after {floor} was asked for, without memory"));
        };
        self.lagged(&floors, *version, 0, &state.worst_lag);
        let floor_by_time = floor(&floors, 0, self.earliest.saturating_sub(micros(memory + RUN)));
        if *version < floor_by_time {
            return Some(format!(
                "version {version} after {floor_by_time} was asked for, and memory's time was over"
            ));
        }
        // While messages arrive, memory follows them.
        let calm_since = calm_since()?;
        self.lagged(&floors, *version, calm_since, &state.worst_calm_lag);
        let floor_by_word = floor(&floors, calm_since, self.earliest.saturating_sub(micros(WORD)));
        (*version < floor_by_word)
            .then(|| format!("version {version} after {floor_by_word} was asked for, and messages arrive"))
    }

    /// By how much the answer was late, at worst.
    fn lagged(&self, floors: &[Floor], version: u64, from: Micros, worst: &AtomicU64) {
        let newer = floors.iter().filter(|floor| floor.version > version && floor.since >= from);
        if let Some(first) = newer.map(|floor| floor.since).min() {
            worst.fetch_max(self.start.saturating_sub(first), Relaxed);
        }
    }

    fn history(&self, value: &Value, took: Duration) -> String {
        let mut text = format!(
            "{:?} of {} gave version {}; truth {}; began at {}, the first it may have joined at {}; took {took:?}; {:?}; heard since {}\n",
            self.shape,
            self.id,
            value.1,
            ledger().truth(self.id),
            self.start,
            self.earliest,
            ledger().weather(),
            heard_since(),
        );
        let mut floors = ledger().floors(self.shape.bottom() as u32, self.id);
        floors.sort_by_key(|floor| floor.since);
        for floor in floors.iter().rev().take(20) {
            let ago = i128::from(self.start) - i128::from(floor.since);
            text.push_str(&format!(
                "  not below {} since {} ({ago} us before the call)\n",
                floor.version, floor.since
            ));
        }
        text
    }
}

/// The highest of the floors that were set in this time.
fn floor(floors: &[Floor], from: Micros, until: Micros) -> u64 {
    let within = floors.iter().filter(|floor| floor.since >= from && floor.since <= until);
    within.map(|floor| floor.version).max().unwrap_or(0)
}

/// Since when messages arrive in this process, if they do: there is no fault, and it has heard of none for as long as a connection needs that swallows everything.
fn calm_since() -> Option<Micros> {
    let quiet_since = ledger().weather().quiet_since.checked_add(micros(CALM))?;
    let heard_since = heard_since();
    (heard_since != Micros::MAX).then(|| quiet_since.max(heard_since))
}

/// How long a call may take: the deadline of the store for each of its round trips, for its own computation and for one that it waited for.
fn limit(shape: Shape) -> Duration {
    RUN * shape.depth() * 2
}

pub(crate) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).expect("it is short")
}

/// How long one function may take with its store: read, read dependencies, make the sequence, make records, look for new records, write, of 250 ms each; and what a busy machine takes.
pub(crate) const RUN: Duration = Duration::from_millis(6 * 250 + 1_500);

/// How long the word of another process takes at most while messages arrive: next to nothing on a machine that has nothing else to do.
const WORD: Duration = Duration::from_millis(1_500);

/// A process that has lost the connection on which it hears others finds out after a second of silence and a deadline.
const CALM: Duration = Duration::from_secs(2);
