//! What the documentation promises of one key, told without any of the runtime's notions: one entry, a clock, and what is known of the key.

use std::ops::Add;
use std::time::Duration;

use super::functions::{Answer, BRIEF, Failure, LASTING, Mode, Source, by_truth};

/// The clock moves by ticks of six seconds. What the user's options say is a number of ticks; lifetimes have three seconds more and windows one, so that nothing
/// ends at a tick, and what ends has left the memory at the next.
pub(super) const TICK: Duration = Duration::from_secs(6);

/// So many ticks, and so many seconds.
pub(super) const fn ticks(ticks: u64, seconds: u64) -> Duration {
    Duration::from_secs(ticks * TICK.as_secs() + seconds)
}

/// The options of a function, as its attribute says them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) ttl: Duration,
    /// `ttl_with = by_truth` instead.
    pub(super) by_value: bool,
    pub(super) idle: Option<Duration>,
    pub(super) keeps_none: bool,
    pub(super) none_ttl: Option<Duration>,
    pub(super) keeps_errors: bool,
    pub(super) err_ttl: Option<Duration>,
    pub(super) while_revalidate: Duration,
    pub(super) if_error: Duration,
    pub(super) retry_after: Duration,
    pub(super) refresh: Option<Duration>,
    pub(super) refresh_idle: Duration,
}

impl Rules {
    pub(super) const NONE: Self = Self {
        ttl: Duration::MAX,
        by_value: false,
        idle: None,
        keeps_none: true,
        none_ttl: None,
        keeps_errors: false,
        err_ttl: None,
        while_revalidate: Duration::ZERO,
        if_error: Duration::ZERO,
        retry_after: Duration::from_secs(1),
        refresh: None,
        refresh_idle: Duration::MAX,
    };

    /// How long an answer is fresh; `None` if it is not kept.
    fn lifetime(&self, answer: &Answer, mode: Mode) -> Option<Duration> {
        let own = match answer {
            Ok(None) if !self.keeps_none => return None,
            Ok(None) => self.none_ttl,
            Err(Failure::Kept(_)) if self.keeps_errors => self.err_ttl,
            Err(_) => return None,
            Ok(Some(_)) => None,
        };
        match mode {
            Mode::Unkept | Mode::Lifeless => None,
            Mode::Brief => Some(BRIEF),
            Mode::Lasting => Some(LASTING),
            _ => Some(own.unwrap_or_else(|| if self.by_value { by_truth(answer) } else { self.ttl })),
        }
    }

    /// Whether an answer is a failure, which a stale value may stand in for.
    fn is_failure(&self, answer: &Answer) -> bool {
        match answer {
            Ok(_) => false,
            Err(Failure::Down) => true,
            Err(Failure::Kept(_)) => !self.keeps_errors,
        }
    }

    /// The pause after so many failures in a row, in the background.
    fn back_off(&self, failures: u32) -> Duration {
        let doubled = self.retry_after * 2_u32.pow((failures - 1).min(5));
        self.refresh.map_or(doubled, |interval| doubled.min(interval))
    }
}

/// What one call asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asks {
    pub(super) skip_read: bool,
    pub(super) skip_write: bool,
    pub(super) no_wait: bool,
    pub(super) max_stale: Option<Duration>,
}

/// Where a value came from, and how old it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Hit(Duration),
    Stale(Duration),
    Miss,
}

/// What a call gets; `None`: a panic.
pub(super) type Got = Option<(Answer, From)>;

/// What there is to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) hits: u64,
    pub(super) stale: u64,
    pub(super) misses: u64,
    pub(super) loads: u64,
    pub(super) refreshes: u64,
    pub(super) load_errors: u64,
    pub(super) panics: u64,
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            hits: self.hits + other.hits,
            stale: self.stale + other.stale,
            misses: self.misses + other.misses,
            loads: self.loads + other.loads,
            refreshes: self.refreshes + other.refreshes,
            load_errors: self.load_errors + other.load_errors,
            panics: self.panics + other.panics,
        }
    }
}

/// A stored answer, and what is known of its key as long as it stays.
#[derive(Clone, Copy, Debug)]
struct Entry {
    answer: Answer,
    made: Duration,
    fresh_until: Duration,
    /// How long after that it is kept.
    grace: Duration,
    read: Duration,
    /// When it was expired first, by its tag and together with all others.
    expired_by_tag: Option<Duration>,
    expired_with_all: Option<Duration>,
    is_invalidated: bool,
    key: Key,
}

#[derive(Clone, Copy, Debug)]
struct Key {
    /// Whether it is refreshed at its interval.
    is_in_use: bool,
    used: Duration,
    failures: u32,
    /// After a failure: no run before this.
    rests_until: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Fresh,
    /// For so long.
    Stale(Duration),
    Gone,
}

/// The life of one key.
#[derive(Clone, Debug)]
pub(super) struct Model {
    rules: Rules,
    now: Duration,
    pub(super) source: Source,
    pub(super) counts: Counts,
    entry: Option<Entry>,
}

impl Model {
    pub(super) fn new(rules: Rules) -> Self {
        Self { rules, now: Duration::ZERO, source: Source::NEW, counts: Counts::default(), entry: None }
    }

    pub(super) fn call(&mut self, asks: Asks) -> Got {
        let standing = self.standing();
        let served = match standing {
            _ if asks.skip_read => None,
            Standing::Fresh => Some(From::Hit as fn(Duration) -> From),
            Standing::Stale(since) if since < self.window(asks) => Some(From::Stale as _),
            Standing::Stale(_) | Standing::Gone => None,
        };
        match served {
            Some(from) => Some(self.serve(standing, from)),
            None => self.load(standing, asks),
        }
    }

    /// A call is served what is stored.
    fn serve(&mut self, standing: Standing, from: fn(Duration) -> From) -> (Answer, From) {
        self.counts.hits += 1;
        self.counts.stale += u64::from(standing != Standing::Fresh);
        self.note_read();
        let entry = self.entry.expect("something is served");
        let found = (entry.answer, from(self.now - entry.made));
        let is_rested = self.now >= entry.key.rests_until;
        if standing != Standing::Fresh && !self.rules.while_revalidate.is_zero() && is_rested {
            self.run_in_background();
        }
        self.refresh_if_due();
        found
    }

    /// A call runs the function.
    fn load(&mut self, standing: Standing, asks: Asks) -> Got {
        self.counts.misses += 1;
        let answer = self.run();
        if answer.is_some_and(|answer| !self.rules.is_failure(&answer)) {
            let answer = answer?;
            if !asks.skip_write {
                self.keep(answer);
                self.note_read();
            }
            return Some((answer, From::Miss));
        }
        self.note_failed_call();
        let window = asks.max_stale.map_or(self.rules.if_error, |most| most.min(self.rules.if_error));
        match (standing, self.entry) {
            (Standing::Stale(since), Some(entry)) if since < window => {
                self.counts.stale += 1;
                self.note_read();
                self.refresh_if_due();
                Some((entry.answer, From::Stale(self.now - entry.made)))
            }
            _ => answer.map(|answer| (answer, From::Miss)),
        }
    }

    /// `f::refresh`; `None`: a panic.
    pub(super) fn refresh(&mut self) -> Option<Answer> {
        self.counts.misses += 1;
        let answer = self.run();
        match answer {
            Some(answer) if !self.rules.is_failure(&answer) => self.keep(answer),
            _ => self.note_failed_call(),
        }
        answer
    }

    pub(super) fn peek(&self) -> Option<Answer> {
        self.entry.filter(|_| self.standing() == Standing::Fresh).map(|entry| entry.answer)
    }

    pub(super) fn insert(&mut self, answer: Answer) {
        self.store(answer, Mode::Value);
    }

    /// The value of the key, or of all of them, is removed; says whether it was there.
    pub(super) fn remove(&mut self) -> bool {
        self.entry.take().is_some()
    }

    /// It is invalidated by something that reaches many: it leaves when the time is convenient.
    pub(super) fn invalidate(&mut self) {
        self.entry.iter_mut().for_each(|entry| entry.is_invalidated = true);
    }

    pub(super) fn expire_by_tag(&mut self) {
        self.entry.iter_mut().for_each(|entry| _ = entry.expired_by_tag.get_or_insert(self.now));
    }

    pub(super) fn expire_with_all(&mut self) {
        self.entry.iter_mut().for_each(|entry| _ = entry.expired_with_all.get_or_insert(self.now));
    }

    /// One tick: what is over leaves, and what is due at the next tick is done.
    pub(super) fn tick(&mut self) {
        self.now += TICK - Duration::from_secs(1);
        if self.standing() == Standing::Gone {
            self.entry = None;
        }
        self.now += Duration::from_secs(1);
        self.refresh_if_due();
    }

    fn standing(&self) -> Standing {
        let Some(entry) = self.entry else { return Standing::Gone };
        let is_idle = self.rules.idle.is_some_and(|idle| self.now >= entry.read + idle);
        if entry.is_invalidated || is_idle {
            return Standing::Gone;
        }
        let ends = [Some(entry.fresh_until), entry.expired_by_tag, entry.expired_with_all];
        let since = ends.into_iter().flatten().min().expect("its lifetime ends");
        match self.now.checked_sub(since) {
            None => Standing::Fresh,
            Some(stale) if stale < entry.grace => Standing::Stale(stale),
            Some(_) => Standing::Gone,
        }
    }

    /// How long a value is served after its lifetime without a run.
    fn window(&self, asks: Asks) -> Duration {
        let both = self.rules.while_revalidate.max(self.rules.if_error);
        let rests =
            self.entry.is_some_and(|entry| entry.key.failures > 0 && self.now < entry.key.rests_until);
        match asks.max_stale {
            Some(most) => most,
            None if asks.no_wait || rests => both,
            None => self.rules.while_revalidate,
        }
    }

    /// A key that is read is in use from then on.
    fn note_read(&mut self) {
        let (now, refreshes) = (self.now, self.rules.refresh.is_some());
        if let Some(entry) = &mut self.entry {
            entry.read = now;
            entry.key.used = now;
            entry.key.is_in_use |= refreshes;
        }
    }

    /// The function is not tried again for a while, and no sooner than it was not to be anyway.
    fn note_failed_call(&mut self) {
        if let Some(entry) = &mut self.entry {
            entry.key.failures += 1;
            entry.key.rests_until = entry.key.rests_until.max(self.now + self.rules.retry_after);
        }
    }

    /// Refreshes a key in use whose interval is over, unless it rests after a failure; one that was not read for too long is not in use any more.
    fn refresh_if_due(&mut self) {
        let (Some(interval), Some(entry)) = (self.rules.refresh, &mut self.entry) else { return };
        if !entry.key.is_in_use || self.now < entry.made + interval || self.now < entry.key.rests_until {
            return;
        }
        if self.now - entry.key.used >= self.rules.refresh_idle {
            entry.key.is_in_use = false;
        } else {
            self.run_in_background();
        }
    }

    fn run_in_background(&mut self) {
        let answer = self.run();
        self.counts.refreshes += u64::from(answer.is_some());
        match answer {
            Some(answer) if !self.rules.is_failure(&answer) => self.keep(answer),
            _ => {
                if let Some(entry) = &mut self.entry {
                    entry.key.failures += 1;
                    entry.key.rests_until = self.now + self.rules.back_off(entry.key.failures);
                }
            }
        }
    }

    /// The function runs; `None`: it panics.
    fn run(&mut self) -> Option<Answer> {
        self.source.asked += 1;
        let answer = self.source.answer();
        match answer {
            None => self.counts.panics += 1,
            Some(answer) => {
                self.counts.loads += 1;
                self.counts.load_errors += u64::from(answer.is_err());
            }
        }
        answer
    }

    /// What the function said is kept, or is at least the end of what was kept before.
    fn keep(&mut self, answer: Answer) {
        self.store(answer, self.source.mode);
    }

    fn store(&mut self, answer: Answer, mode: Mode) {
        let key = self.entry.map_or(
            Key { is_in_use: false, used: self.now, failures: 0, rests_until: Duration::ZERO },
            |old| old.key,
        );
        let grace = if answer.is_err() {
            Duration::ZERO
        } else {
            self.rules.while_revalidate.max(self.rules.if_error)
        };
        self.entry = self.rules.lifetime(&answer, mode).map(|lifetime| Entry {
            answer,
            made: self.now,
            fresh_until: self.now + lifetime,
            grace,
            read: self.now,
            expired_by_tag: None,
            expired_with_all: None,
            is_invalidated: false,
            key: Key { failures: 0, rests_until: Duration::ZERO, ..key },
        });
    }
}
