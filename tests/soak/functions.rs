//! The cached functions of a soak, the same in each process. Each counts its calls and its runs itself.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use larder::cached;

use crate::ledger::Ledger;

/// The id, its version, and something that makes the value longer.
pub(crate) type Value = (u32, u64, String);

/// How long memory may serve a value without asking.
pub(crate) const L1: Duration = Duration::from_secs(3);

/// What one function did, by its own account.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    calls: AtomicU64,
    runs: AtomicU64,
}

impl Account {
    const fn of(name: &'static str) -> Self {
        Self { name, calls: AtomicU64::new(0), runs: AtomicU64::new(0) }
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Relaxed)
    }

    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Relaxed)
    }

    fn called(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    fn ran(&self) {
        self.runs.fetch_add(1, Relaxed);
    }
}

pub(crate) static ACCOUNTS: [Account; 9] = [
    Account::of("plain"),
    Account::of("plain_async"),
    Account::of("near"),
    Account::of("near_async"),
    Account::of("around"),
    Account::of("around_async"),
    Account::of("around_near"),
    Account::of("probe"),
    Account::of("probe_async"),
];

const AROUND: usize = 4;
const PROBES: usize = 7;

static LEDGER: OnceLock<Ledger> = OnceLock::new();

pub(crate) fn ledger() -> &'static Ledger {
    LEDGER.get().expect("it was opened when the process began")
}

pub(crate) fn open_ledger(path: &Path) {
    LEDGER.set(Ledger::open(path).expect("whoever started this process has made it")).expect("once");
}

/// A function that reads the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bottom {
    Plain,
    PlainAsync,
    Near,
    NearAsync,
}

pub(crate) const ALL_BOTTOMS: [Bottom; 4] =
    [Bottom::Plain, Bottom::PlainAsync, Bottom::Near, Bottom::NearAsync];

/// A way to call one of them, directly or from another cached function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Direct(Bottom),
    Around,
    AroundAsync,
    AroundNear,
}

pub(crate) const SYNC_SHAPES: [Shape; 4] =
    [Shape::Direct(Bottom::Plain), Shape::Direct(Bottom::Near), Shape::Around, Shape::AroundNear];

pub(crate) const ASYNC_SHAPES: [Shape; 3] =
    [Shape::Direct(Bottom::PlainAsync), Shape::Direct(Bottom::NearAsync), Shape::AroundAsync];

impl Shape {
    pub(crate) fn bottom(self) -> Bottom {
        match self {
            Self::Direct(bottom) => bottom,
            Self::Around => Bottom::Plain,
            Self::AroundAsync => Bottom::PlainAsync,
            Self::AroundNear => Bottom::Near,
        }
    }

    /// How long memory may go without asking.
    pub(crate) fn memory(self) -> Option<Duration> {
        match self {
            Self::Direct(Bottom::Near | Bottom::NearAsync) | Self::AroundNear => Some(L1),
            _ => None,
        }
    }

    /// How many functions ask the store one inside of the other.
    pub(crate) fn depth(self) -> u32 {
        if matches!(self, Self::Direct(_)) { 1 } else { 2 }
    }

    pub(crate) fn call(self, id: u32) -> Value {
        match self {
            Self::Direct(Bottom::Plain) => counted(Bottom::Plain as usize, || plain(id)),
            Self::Direct(Bottom::Near) => counted(Bottom::Near as usize, || near(id)),
            Self::Around => counted(AROUND, || around(id)),
            Self::AroundNear => counted(AROUND + 2, || around_near(id)),
            _ => unreachable!("it is async"),
        }
    }

    pub(crate) async fn call_async(self, id: u32) -> Value {
        match self {
            Self::Direct(Bottom::PlainAsync) => {
                ACCOUNTS[Bottom::PlainAsync as usize].called();
                plain_async(id).await
            }
            Self::Direct(Bottom::NearAsync) => {
                ACCOUNTS[Bottom::NearAsync as usize].called();
                near_async(id).await
            }
            Self::AroundAsync => {
                ACCOUNTS[AROUND + 1].called();
                around_async(id).await
            }
            _ => unreachable!("it is not async"),
        }
    }
}

fn counted(account: usize, call: impl FnOnce() -> Value) -> Value {
    ACCOUNTS[account].called();
    call()
}

fn read(bottom: Bottom, id: u32) -> Value {
    let run = ACCOUNTS[bottom as usize].runs.fetch_add(1, Relaxed);
    larder::add_tag(format!("dynamic:{id}"));
    (id, ledger().truth(id), "x".repeat(usize::try_from(run % 200).expect("it is small")))
}

/// After the truth was read, so that it can change meanwhile.
fn work() -> Duration {
    Duration::from_micros(ledger().truth(0) * 7_919 % 1_500)
}

#[cached(name = "plain", ttl = 20, store = shared, user = id, tags = ["static:{id}"])]
pub(crate) fn plain(id: u32) -> Value {
    let value = read(Bottom::Plain, id);
    thread::park_timeout(work());
    value
}

#[cached(name = "plain_async", ttl = 20, store = shared, user = id, tags = ["static:{id}"])]
pub(crate) async fn plain_async(id: u32) -> Value {
    let value = read(Bottom::PlainAsync, id);
    tokio::time::sleep(work()).await;
    value
}

#[cached(name = "near", ttl = 20, store = shared, l1 = 3, user = id, tags = ["static:{id}"])]
pub(crate) fn near(id: u32) -> Value {
    let value = read(Bottom::Near, id);
    thread::park_timeout(work());
    value
}

#[cached(name = "near_async", ttl = 20, store = shared, l1 = 3, user = id, tags = ["static:{id}"])]
pub(crate) async fn near_async(id: u32) -> Value {
    let value = read(Bottom::NearAsync, id);
    tokio::time::sleep(work()).await;
    value
}

#[cached(name = "around", ttl = 20, store = shared)]
fn around(id: u32) -> Value {
    ACCOUNTS[AROUND].ran();
    counted(Bottom::Plain as usize, || plain(id))
}

#[cached(name = "around_async", ttl = 20, store = shared)]
async fn around_async(id: u32) -> Value {
    ACCOUNTS[AROUND + 1].ran();
    ACCOUNTS[Bottom::PlainAsync as usize].called();
    plain_async(id).await
}

#[cached(name = "around_near", ttl = 20, store = shared, l1 = 3)]
fn around_near(id: u32) -> Value {
    ACCOUNTS[AROUND + 2].ran();
    counted(Bottom::Near as usize, || near(id))
}

/// Only everything is ever invalidated of these two: whether they run says whether the store works.
#[cached(name = "probe", ttl = 60, store = shared)]
fn probe(process: u32) -> u32 {
    ACCOUNTS[PROBES].ran();
    process
}

#[cached(name = "probe_async", ttl = 60, store = shared)]
async fn probe_async(process: u32) -> u32 {
    ACCOUNTS[PROBES + 1].ran();
    process
}

/// Whether the store had the value.
pub(crate) fn probe_hits(process: u32) -> bool {
    let before = ACCOUNTS[PROBES].runs();
    ACCOUNTS[PROBES].called();
    assert_eq!(probe(process), process);
    ACCOUNTS[PROBES].runs() == before
}

/// Whether the store had the value, asked by a task.
pub(crate) async fn probe_hits_async(process: u32) -> bool {
    let before = ACCOUNTS[PROBES + 1].runs();
    ACCOUNTS[PROBES + 1].called();
    assert_eq!(probe_async(process).await, process);
    ACCOUNTS[PROBES + 1].runs() == before
}
