//! A lock that this process holds: extended while the function runs, and released whatever becomes of the run.
//!
//! The lease is a third over when it is extended, by a job in the background: the token is read, and if it is still there, put once more. Between the two somebody else could only have
//! taken the lock if it was evicted or the lease had ended, and a holder goes by its own clock: once its lease may be over, it does not extend it any more. A release removes the lock
//! if it has this token, and wakes who waits: those of this process always, other processes if one of them has left word.

use std::{
    sync::{Arc as StdArc, Weak},
    time::Duration,
};

use super::{Locking, Space};
use crate::{
    background::{self, Job},
    clock::{self, NEVER, Nanos},
    maintenance::{self, Tended},
    reader,
    site::Site,
    stats::Count,
    store::bytes::{Answer, Answers, Operation, StoreError},
    sync::plain::{AtomicBool, AtomicU64, Ordering},
};

/// The right to run a function for one key. Dropping it releases the lock, in the background.
#[derive(Debug)]
pub(crate) struct Held {
    lease: StdArc<Lease>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Held,
    /// Removed, and somebody is to be told.
    Released,
    /// Nothing is left to do.
    Over,
}

#[derive(Debug)]
struct Lease {
    site: &'static Site,
    space: &'static Space,
    name: String,
    wish: String,
    token: String,
    length: Nanos,
    /// Until when nobody else can have it, by this process's clock.
    until: AtomicU64,
    /// Whether it is being released.
    is_over: AtomicBool,
    this: Weak<Self>,
}

impl Held {
    /// Of an attempt that succeeded. Where that is not sure, it is only released.
    pub(super) fn new(locking: &Locking, is_sure: bool) -> Self {
        let Locking { site, space, name, wish, token, lease: length, .. } = locking;
        let sent = locking.sent.unwrap_or_default();
        let until = AtomicU64::new(sent.saturating_add(*length));
        let lease = StdArc::new_cyclic(|this| Lease {
            site,
            space,
            name: name.clone(),
            wish: wish.clone(),
            token: token.clone(),
            length: *length,
            until,
            is_over: AtomicBool::new(false),
            this: this.clone(),
        });
        if is_sure {
            lease.extend_later(sent);
        }
        Self { lease, stage: Stage::Held }
    }

    /// What releases it, to be sent behind what was written.
    pub(crate) fn release(&self) -> [Operation; 2] {
        self.lease.release()
    }

    /// Takes the answers to a batch that ended with that.
    pub(crate) fn released(&mut self, answers: &Answers) {
        if let Ok(answers) = answers {
            self.stage = if self.lease.released(answers) { Stage::Released } else { Stage::Over };
        }
    }

    /// Tells those who wait that it was released. Blocks while it does.
    pub(crate) fn tell(mut self) {
        if self.stage == Stage::Released {
            self.lease.count(self.lease.tell());
            self.stage = Stage::Over;
        }
    }

    /// The same without blocking the task.
    pub(crate) async fn tell_async(mut self) {
        if self.stage == Stage::Released {
            let told = self.lease.space.store.notify_async(self.lease.name.as_bytes()).await;
            self.lease.count(told);
            self.stage = Stage::Over;
        }
    }

    /// Releases it, and tells those who wait. Blocks while it does.
    pub(crate) fn give_back(mut self) {
        let answers = self.lease.space.run(&self.release());
        self.released(&answers);
        self.lease.count(answers);
        self.tell();
    }

    /// The same without blocking the task.
    pub(crate) async fn give_back_async(mut self) {
        let batch = self.release();
        let answers = self.lease.space.run_async(&batch).await;
        self.released(&answers);
        self.lease.count(answers);
        self.tell_async().await;
    }
}

impl Drop for Held {
    /// The function has failed, its future was dropped, or the store did not answer.
    fn drop(&mut self) {
        if self.stage == Stage::Over {
            return;
        }
        self.lease.is_over.store(true, Ordering::SeqCst);
        let (lease, stage) = (self.lease.clone(), self.stage);
        background::spawn(Job::Sync(Box::new(move || match stage {
            Stage::Held => lease.end(),
            Stage::Released | Stage::Over => lease.count(lease.tell()),
        })));
    }
}

impl Lease {
    fn release(&self) -> [Operation; 2] {
        // Before it is sent: an extension that comes behind the release sees it, and takes itself back.
        self.is_over.store(true, Ordering::SeqCst);
        let value = self.token.clone().into_bytes();
        // In this order: whoever leaves word and then finds the lock taken is seen.
        [Operation::RemoveIf { key: self.name.clone(), value }, Operation::Remove { key: self.wish.clone() }]
    }

    /// Wakes those who wait in this process; says whether somebody waits elsewhere.
    fn released(&self, answers: &[Answer]) -> bool {
        self.space.mirror.bells.ring(&self.name);
        answers.last() == Some(&Answer::Done(true))
    }

    /// Releases it, and tells those who wait.
    fn end(&self) {
        let answers = self.space.run(&self.release());
        let is_wished = answers.as_ref().map_or(true, |answers| self.released(answers));
        self.count(answers);
        if is_wished {
            self.count(self.tell());
        }
    }

    fn tell(&self) -> Result<(), StoreError> {
        self.space.store.notify(self.name.as_bytes())
    }

    fn count<T>(&self, result: Result<T, StoreError>) {
        if result.is_err() {
            self.site.counters.count(Count::StoreError, reader::current());
        }
    }

    fn extend_later(&self, last: Nanos) {
        maintenance::tend_at(last.saturating_add(self.length / 3), self.this.clone());
    }

    /// Whether it is certainly still this process's.
    fn is_certain(&self, now: Nanos) -> bool {
        now < self.until.load(Ordering::Relaxed) && !self.is_over.load(Ordering::SeqCst)
    }

    /// Has it live on.
    fn extend(&self) {
        if !self.is_certain(clock::now()) {
            return;
        }
        let extended = self.space.run(&[Operation::Get { key: self.name.clone() }]).and_then(|answers| {
            let token = answers.into_iter().next();
            if token != Some(Answer::Value(Some(self.token.clone().into_bytes()))) {
                return Ok(false);
            }
            let now = clock::now();
            if !self.is_certain(now) {
                return Ok(false);
            }
            let (key, value) = (self.name.clone(), self.token.clone().into_bytes());
            self.space.run(&[Operation::Put { key, value, ttl: Duration::from_nanos(self.length) }])?;
            self.until.store(now.saturating_add(self.length), Ordering::Relaxed);
            Ok(true)
        });
        match extended {
            Ok(false) => {}
            // Released meanwhile, and maybe put again by this: also after an error.
            _ if self.is_over.load(Ordering::SeqCst) => self.end(),
            // After an error it is tried again for as long as it may still be this process's.
            _ => self.extend_later(clock::now()),
        }
        self.count(extended);
    }
}

/// The maintenance only says that it is time: asking a store takes too long for it.
impl Tended for Lease {
    fn tend(&self, _now: Nanos) -> Nanos {
        let this = self.this.clone();
        background::spawn(Job::Sync(Box::new(move || {
            if let Some(lease) = this.upgrade() {
                lease.extend();
            }
        })));
        NEVER
    }
}
