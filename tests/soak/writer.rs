//! Changes of the truth, and the invalidations that tell of them. Each key has one writer, in one process.

use std::collections::HashMap;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use larder::Error;
use tokio::runtime::Handle;

use crate::caller::{RUN, micros};
use crate::functions::{ALL_BOTTOMS, Bottom, ledger, near, near_async, plain, plain_async};
use crate::ledger::{BOTTOMS, Floor, KEYS, Micros, now};
use crate::random::Random;
use crate::worker::{Break, State, violated};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Key,
    StaticTag,
    DynamicTag,
    User,
    Function,
    Everything,
}

/// How often each is drawn.
const TARGETS: [Target; 20] = [
    Target::Key,
    Target::Key,
    Target::Key,
    Target::Key,
    Target::Key,
    Target::Key,
    Target::Key,
    Target::Key,
    Target::StaticTag,
    Target::StaticTag,
    Target::StaticTag,
    Target::DynamicTag,
    Target::DynamicTag,
    Target::DynamicTag,
    Target::User,
    Target::User,
    Target::User,
    Target::Function,
    Target::Function,
    Target::Everything,
];

pub(crate) struct Writer<'a> {
    state: &'a State,
    runtime: Handle,
    random: Random,
    /// The keys that this process writes.
    owned: Vec<u32>,
    /// How many floors there were, by function and key.
    floors: HashMap<(Bottom, u32), u64>,
    /// What could not be sent, and when.
    unsent: HashMap<(Bottom, u32), (u64, Micros)>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(state: &'a State, runtime: Handle, random: Random) -> Self {
        let owned = (0..KEYS).filter(|id| id % state.processes == state.process).collect();
        Self { state, runtime, random, owned, floors: HashMap::new(), unsent: HashMap::new() }
    }

    /// Changes and invalidates until it is over.
    pub(crate) fn write(mut self) {
        while !self.state.is_over.load(Relaxed) {
            let (id, target) = (self.random.pick(&self.owned), self.random.pick(&TARGETS));
            self.change(id, target);
            self.make_up();
            thread::park_timeout(self.random.millis(20, 100));
        }
    }

    fn change(&mut self, id: u32, target: Target) {
        ledger().set_truth(id, ledger().truth(id) + 1);
        let ids = match target {
            Target::Function | Target::Everything => self.owned.clone(),
            _ => vec![id],
        };
        // Whatever is true now: what an earlier one of these had to tell is told, too.
        let versions: Vec<(u32, u64)> = ids.into_iter().map(|id| (id, ledger().truth(id))).collect();
        if matches!(target, Target::Key | Target::Function) {
            for bottom in ALL_BOTTOMS {
                let result = self.timed(|writer| writer.invalidate_of(bottom, target, id));
                self.settle(&[bottom], &versions, &result);
            }
        } else {
            let result = self.timed(|writer| writer.invalidate(target, id));
            self.settle(&ALL_BOTTOMS, &versions, &result);
        }
    }

    fn timed(&mut self, invalidate: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.state.breaks == Break::Invalidations {
            return Ok(());
        }
        let began = Instant::now();
        let result = invalidate(self);
        let took = began.elapsed();
        self.state.slowest_invalidation.fetch_max(micros(took), Relaxed);
        if took > RUN {
            violated(&format!("an invalidation took {took:?}, and may take {RUN:?}"));
        }
        result
    }

    fn invalidate_of(&self, bottom: Bottom, target: Target, id: u32) -> Result<(), Error> {
        match (target, bottom) {
            (Target::Key, Bottom::Plain) => plain::invalidate(id).map(drop),
            (Target::Key, Bottom::PlainAsync) => self.runtime.block_on(plain_async::invalidate(id)).map(drop),
            (Target::Key, Bottom::Near) => near::invalidate(id).map(drop),
            (Target::Key, Bottom::NearAsync) => self.runtime.block_on(near_async::invalidate(id)).map(drop),
            (_, Bottom::Plain) => plain::clear(),
            (_, Bottom::PlainAsync) => self.runtime.block_on(plain_async::clear()),
            (_, Bottom::Near) => near::clear(),
            (_, Bottom::NearAsync) => self.runtime.block_on(near_async::clear()),
        }
    }

    fn invalidate(&mut self, target: Target, id: u32) -> Result<(), Error> {
        let is_async = self.random.below(2) == 0;
        match target {
            Target::StaticTag if is_async => {
                self.runtime.block_on(larder::invalidate_tag(format!("static:{id}")))
            }
            Target::StaticTag => larder::blocking::invalidate_tag(format!("static:{id}")),
            Target::DynamicTag if is_async => {
                self.runtime.block_on(larder::invalidate_tag(format!("dynamic:{id}")))
            }
            Target::DynamicTag => larder::blocking::invalidate_tag(format!("dynamic:{id}")),
            Target::User if is_async => self.runtime.block_on(larder::invalidate_user(id)),
            Target::User => larder::blocking::invalidate_user(id),
            _ if is_async => self.runtime.block_on(larder::invalidate_all()),
            _ => larder::blocking::invalidate_all(),
        }
    }

    /// An invalidation has returned: this process keeps to it in either case, the others if it was sent.
    fn settle(&mut self, bottoms: &[Bottom], versions: &[(u32, u64)], result: &Result<(), Error>) {
        self.state.invalidations.fetch_add(1, Relaxed);
        self.state.unsent.fetch_add(u64::from(result.is_err()), Relaxed);
        let at = now();
        for bottom in bottoms {
            for (id, version) in versions {
                self.state.own_floor(*bottom, *id).fetch_max(*version, SeqCst);
                if result.is_ok() {
                    self.add_floor(*bottom, *id, *version, at);
                } else {
                    self.unsent.insert((*bottom, *id), (*version, at));
                }
            }
        }
    }

    /// What could not be sent has been sent by now, if there has been no fault for long enough.
    fn make_up(&mut self) {
        let (weather, at) = (ledger().weather(), now());
        let is_sent = |since: Micros| {
            weather.quiet_since.max(since).checked_add(micros(SENT)).is_some_and(|sent| sent <= at)
        };
        let sent: Vec<_> = self.unsent.extract_if(|_, (_, since)| is_sent(*since)).collect();
        for ((bottom, id), (version, _)) in sent {
            self.add_floor(bottom, id, version, at);
        }
    }

    fn add_floor(&mut self, bottom: Bottom, id: u32, version: u64, since: Micros) {
        debug_assert!((bottom as u32) < BOTTOMS, "each has its place");
        let number = self.floors.entry((bottom, id)).or_default();
        ledger().add_floor(bottom as u32, id, *number, Floor { version, since });
        *number += 1;
    }
}

/// What could not be sent is tried again every 100 ms; a server that was gone is asked again after at most a second.
const SENT: Duration = Duration::from_secs(3);
