//! Taking the lock of an entry, so that of all processes one runs the function: which operations to send, what the answers mean, and what to wait for. Who sends and who
//! waits is the caller's business.
//!
//! The lock is a key of its own with a random token, put if it is absent, in front of one more read of the entry: so whoever has it has seen everything that the holder before had
//! written. Who does not get it leaves word that somebody waits, and is woken by the release. Where nothing can be heard, it looks again after pauses that grow. All of this is for
//! efficiency: nothing is wrong when two processes have the lock, or none.

use std::{
    hash::{BuildHasher, RandomState},
    pin::pin,
    time::Duration,
};

use super::{Held, Space};
use crate::{
    bells::Hung,
    clock::{self, Nanos},
    fresh::Patience,
    park,
    site::Site,
    store::bytes::{Answer, Operation},
    sync::plain::{AtomicU64, OnceLock, Ordering},
};

/// A lock on its way to this call.
#[derive(Debug)]
pub(crate) struct Locking {
    pub(super) site: &'static Site,
    pub(super) space: &'static Space,
    /// The key of the lock.
    pub(super) name: String,
    /// The key that says that somebody waits for it.
    pub(super) wish: String,
    pub(super) token: String,
    /// How long it is waited for at most.
    most: Nanos,
    pub(super) lease: Nanos,
    /// When the last attempt was made, if any.
    pub(super) sent: Option<Nanos>,
    /// Whether its answers have not come yet.
    is_open: bool,
    /// From the first time that somebody else has it.
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    until: Nanos,
    bell: Hung<'static>,
    /// The next pause, where nothing can be heard.
    pause: Nanos,
}

/// What came of an attempt.
#[derive(Debug)]
pub(crate) enum Grant {
    /// It is this call's, or may be: the store did not say.
    Held(Held),
    /// It is somebody else's: ask again when it is released, or then.
    Wait(Nanos),
    /// It is somebody else's, and is not waited for, or not any more.
    Taken,
}

impl Locking {
    /// For the lock of this name, which is waited for at most so long.
    pub(crate) fn new(
        site: &'static Site,
        space: &'static Space,
        (name, wish): (String, String),
        most: Nanos,
    ) -> Self {
        let lease = most.clamp(SHORTEST, LONGEST);
        Self {
            site,
            space,
            name,
            wish,
            token: token(),
            most,
            lease,
            sent: None,
            is_open: false,
            waiting: None,
        }
    }

    /// What to do before the entry is read once more.
    pub(crate) fn attempt(&mut self) -> Vec<Operation> {
        self.sent = Some(clock::now());
        self.is_open = true;
        let ttl = Duration::from_nanos(self.lease);
        let take =
            Operation::PutIfAbsent { key: self.name.clone(), value: self.token.clone().into_bytes(), ttl };
        if self.waiting.is_none() {
            return vec![take];
        }
        // First of all: a holder that releases after the attempt sees it. It outlives every pause.
        let wish = Operation::Put { key: self.wish.clone(), value: b"1".into(), ttl: ttl.saturating_mul(2) };
        vec![wish, take, Operation::Remaining { key: self.name.clone() }]
    }

    /// Whether the last batch asked for it.
    pub(crate) fn was_asked_for(&self) -> bool {
        self.sent.is_some()
    }

    /// What the answers to that mean; there are none if the batch failed.
    pub(crate) fn heard(&mut self, answers: Option<Vec<Answer>>, may_wait: bool) -> Grant {
        self.is_open = false;
        let answers = answers.unwrap_or_default();
        let own = usize::from(self.waiting.is_some());
        match answers.get(own) {
            Some(Answer::Done(true)) => Grant::Held(Held::new(self, true)),
            Some(Answer::Done(false)) if may_wait => self.wait_for(answers.get(own + 1)),
            Some(Answer::Done(false)) => Grant::Taken,
            // It may have been taken; a store that fails is not waited for.
            _ => Grant::Held(Held::new(self, false)),
        }
    }

    /// Waits until the lock is released, or until then.
    pub(crate) async fn wait(&self, until: Nanos) {
        if let Some(waiting) = &self.waiting {
            Patience::until(until).wait(pin!(waiting.bell.rung())).await;
        }
    }

    /// The same, blocking this thread.
    pub(crate) fn wait_here(&self, until: Nanos) {
        park::block_on(pin!(self.wait(until)));
    }

    fn wait_for(&mut self, remaining: Option<&Answer>) -> Grant {
        let now = clock::now();
        let Some(waiting) = &mut self.waiting else {
            let can_hear = self.space.listen();
            let bell = self.space.mirror.bells.hang(&self.name);
            let until = now.saturating_add(self.most);
            self.waiting = Some(Waiting { until, bell, pause: FIRST_PAUSE });
            // The holder has not known that somebody waits, and may have released it meanwhile.
            return Grant::Wait(if can_hear { now } else { until.min(now.saturating_add(FIRST_PAUSE)) });
        };
        if now >= waiting.until {
            return Grant::Taken;
        }
        let pause = if self.space.hears() {
            WATCHFUL
        } else {
            let longer = waiting.pause.saturating_mul(2).min(LONGEST_PAUSE);
            std::mem::replace(&mut waiting.pause, longer)
        };
        // A lease that ends was its holder's end.
        let left = match remaining {
            Some(Answer::Remaining(Some(left))) => clock::nanos(*left).max(LEAST),
            _ => pause,
        };
        Grant::Wait(waiting.until.min(now.saturating_add(pause.min(left))))
    }
}

impl Drop for Locking {
    /// A call that is dropped before the answers come may have got the lock.
    fn drop(&mut self) {
        if self.is_open {
            drop(Held::new(self, false));
        }
    }
}

/// A text that no other attempt has, in whatever process.
fn token() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // The standard library's seeds are the system's random numbers. A process that was forked has the same ones.
    static SEED: OnceLock<u64> = OnceLock::new();
    let seed = SEED.get_or_init(|| RandomState::new().hash_one(clock::real()));
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{seed:016x}.{:x}.{count:x}", std::process::id())
}

/// A lease is as long as its function's calls wait at most, but at least 1 s, which every store is exact to, ...
const SHORTEST: Nanos = 1_000_000_000;

/// ... and at most 10 s: a holder extends it as long as it lives, and one that is gone costs no more.
const LONGEST: Nanos = 10_000_000_000;

/// Where releases are told, it is looked again after 1 s: one may have been lost, or have come before the wish.
const WATCHFUL: Nanos = 1_000_000_000;

/// Where they are not, after 10 ms, and then after twice as long each time, ...
const FIRST_PAUSE: Nanos = 10_000_000;

/// ... up to 500 ms.
const LONGEST_PAUSE: Nanos = 500_000_000;

/// A lease that seems to be over is looked at again after 1 ms.
const LEAST: Nanos = 1_000_000;
