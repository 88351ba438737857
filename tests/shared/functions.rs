//! Functions with values in the store of their cache, the same in each process of a test: their names are pinned, since a name says where it stands.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Condvar, LazyLock, Mutex};

use larder::cached;

/// What the functions read, by id.
pub(crate) static TRUTH: LazyLock<Mutex<HashMap<u32, u32>>> = LazyLock::new(Mutex::default);

/// How often one of them ran.
pub(crate) static RUNS: AtomicU32 = AtomicU32::new(0);

/// From now on the functions read this.
pub(crate) fn tell(id: u32, truth: u32) {
    TRUTH.lock().unwrap().insert(id, truth);
}

/// What this gives, and how often one of the functions ran meanwhile.
pub(crate) fn runs<T>(work: impl FnOnce() -> T) -> (T, u32) {
    let before = RUNS.load(SeqCst);
    let value = work();
    (value, RUNS.load(SeqCst) - before)
}

/// Holds up the next function that has read the truth.
pub(crate) static GATE: Gate = Gate { state: Mutex::new((false, false)), changed: Condvar::new() };

pub(crate) struct Gate {
    /// Whether it is closed, and whether somebody stands before it.
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Gate {
    pub(crate) fn close(&self) {
        *self.state.lock().unwrap() = (true, false);
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().0 = false;
        self.changed.notify_all();
    }

    /// Waits until somebody stands before it.
    pub(crate) fn await_arrival(&self) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |state| !state.1).unwrap());
    }

    /// Holds up the first who comes while it is closed.
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        if state.0 && !state.1 {
            state.1 = true;
            self.changed.notify_all();
            drop(self.changed.wait_while(state, |state| state.0).unwrap());
        }
    }
}

fn read(id: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst);
    let truth = TRUTH.lock().unwrap().get(&id).copied().unwrap_or_default();
    larder::add_tag(format!("dynamic:{id}"));
    GATE.pass();
    truth
}

#[cached(name = "plain", ttl = 60, store = shared, user = id, tags = ["static:{id}"])]
pub(crate) fn plain(id: u32) -> u32 {
    read(id)
}

#[cached(name = "plain_async", ttl = 60, store = shared, user = id, tags = ["static:{id}"])]
pub(crate) async fn plain_async(id: u32) -> u32 {
    read(id)
}

#[cached(name = "around", ttl = 60, store = shared)]
pub(crate) fn around(id: u32) -> u32 {
    plain(id)
}

#[cached(name = "around_async", ttl = 60, store = shared)]
pub(crate) async fn around_async(id: u32) -> u32 {
    plain_async(id).await
}

#[cached(name = "near", ttl = 60, store = shared, l1 = 30, user = id, tags = ["static:{id}"])]
pub(crate) fn near(id: u32) -> u32 {
    read(id)
}

#[cached(name = "around_near", ttl = 60, store = shared, l1 = 30)]
pub(crate) fn around_near(id: u32) -> u32 {
    near(id)
}

#[cached(name = "locked", ttl = 60, store = shared, lock = 30, user = id, tags = ["static:{id}"])]
pub(crate) fn locked(id: u32) -> u32 {
    read(id)
}

/// A way to call one of them, and the one at its bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    PlainAsync,
    Around,
    AroundAsync,
    Near,
    AroundNear,
    Locked,
}

pub(crate) const SHAPES: [Shape; 7] = [
    Shape::Plain,
    Shape::PlainAsync,
    Shape::Around,
    Shape::AroundAsync,
    Shape::Near,
    Shape::AroundNear,
    Shape::Locked,
];

/// What is invalidated: of the function at the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Key,
    StaticTag,
    DynamicTag,
    User,
    Function,
    Everything,
}

pub(crate) const TARGETS: [Target; 6] =
    [Target::Key, Target::StaticTag, Target::DynamicTag, Target::User, Target::Function, Target::Everything];

impl Shape {
    pub(crate) fn call(self, id: u32) -> u32 {
        match self {
            Self::Plain => plain(id),
            Self::PlainAsync => pollster::block_on(plain_async(id)),
            Self::Around => around(id),
            Self::AroundAsync => pollster::block_on(around_async(id)),
            Self::Near => near(id),
            Self::AroundNear => around_near(id),
            Self::Locked => locked(id),
        }
    }

    pub(crate) fn refresh(self, id: u32) -> u32 {
        match self {
            Self::Plain => plain::refresh(id),
            Self::PlainAsync => pollster::block_on(plain_async::refresh(id)),
            Self::Around => around::refresh(id),
            Self::AroundAsync => pollster::block_on(around_async::refresh(id)),
            Self::Near => near::refresh(id),
            Self::AroundNear => around_near::refresh(id),
            Self::Locked => locked::refresh(id),
        }
    }

    /// What is stored, if the store says.
    pub(crate) fn peek(self, id: u32) -> Option<u32> {
        let peeked = match self {
            Self::Plain => plain::peek(id),
            Self::PlainAsync => pollster::block_on(plain_async::peek(id)),
            Self::Around => around::peek(id),
            Self::AroundAsync => pollster::block_on(around_async::peek(id)),
            Self::Near => near::peek(id),
            Self::AroundNear => around_near::peek(id),
            Self::Locked => locked::peek(id),
        };
        peeked.ok().flatten()
    }

    /// Whether other processes' invalidations take as long as a message.
    pub(crate) fn has_memory(self) -> bool {
        matches!(self, Self::Near | Self::AroundNear)
    }

    pub(crate) fn invalidate(self, target: Target, id: u32) -> Result<(), larder::Error> {
        let is_async = matches!(self, Self::PlainAsync | Self::AroundAsync);
        match target {
            Target::Key => match self {
                Self::Plain | Self::Around => plain::invalidate(id).map(drop),
                Self::PlainAsync | Self::AroundAsync => {
                    pollster::block_on(plain_async::invalidate(id)).map(drop)
                }
                Self::Near | Self::AroundNear => near::invalidate(id).map(drop),
                Self::Locked => locked::invalidate(id).map(drop),
            },
            Target::Function => match self {
                Self::Plain | Self::Around => plain::clear(),
                Self::PlainAsync | Self::AroundAsync => pollster::block_on(plain_async::clear()),
                Self::Near | Self::AroundNear => near::clear(),
                Self::Locked => locked::clear(),
            },
            Target::StaticTag if is_async => {
                pollster::block_on(larder::invalidate_tag(format!("static:{id}")))
            }
            Target::StaticTag => larder::blocking::invalidate_tag(format!("static:{id}")),
            Target::DynamicTag => larder::blocking::invalidate_tag(format!("dynamic:{id}")),
            Target::User if is_async => pollster::block_on(larder::invalidate_user(id)),
            Target::User => larder::blocking::invalidate_user(id),
            Target::Everything => larder::blocking::invalidate_all(),
        }
    }
}
