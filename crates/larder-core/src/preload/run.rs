//! One run: workers that take the next item of whichever function has one, and what came of it.
//!
//! A source is taken out of the state while its provider is asked, so that a provider that is stuck holds one worker up and no more. Nothing of the user's runs under the lock:
//! not providers, not calls, not the callback, not the `Drop` of any of these.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use super::{
    around::Around,
    report::{FunctionReport, PreloadEnd, PreloadReport, Progress},
    source::{Lazy, Loaded, Pull, Source},
    stop::Stop,
};
use crate::{
    background::Runtime,
    clock::{self, Nanos},
    site::Site,
    sync::plain::{Condvar, Mutex, lock},
};

/// Who is told after each item.
pub(super) type OnProgress = Box<dyn Fn(&Progress) + Send + Sync>;

/// A run that goes on.
pub(super) struct Run {
    state: Mutex<State>,
    /// Told when there may be something to take.
    free: Condvar,
    /// Told when the run is over.
    over: Condvar,
    stop: Stop,
    around: Around,
    /// That of the caller, which workers run inside of: timers and sockets of async functions belong to it.
    runtime: Option<Runtime>,
    on_progress: Option<OnProgress>,
    began: Nanos,
    deadline: Option<Nanos>,
}

struct State {
    functions: Vec<Loading>,
    /// The functions that are not at their end.
    left: usize,
    /// Whose turn it is.
    next: usize,
    /// Nothing is taken, and nothing counts, any more.
    is_over: bool,
    /// Who awaits the end.
    waiter: Option<Waker>,
}

/// A function that is being preloaded.
struct Loading {
    site: &'static Site,
    /// Not there while its provider is asked, and at its end.
    source: Option<Lazy>,
    /// How the provider ended.
    end: Option<PreloadEnd>,
    taken: usize,
    running: usize,
    total: Option<usize>,
    loaded: usize,
    skipped: usize,
    failed: Vec<String>,
    failed_total: usize,
    began: Option<Nanos>,
    ended: Option<Nanos>,
}

impl Run {
    /// Starts the workers; without a thread to be had, all is done before this returns.
    pub(super) fn start(
        sites: &[&'static Site],
        concurrency: usize,
        timeout: Option<Duration>,
        on_progress: Option<OnProgress>,
    ) -> Arc<Self> {
        let began = clock::real();
        let around = Around::current();
        let functions: Vec<_> = sites
            .iter()
            .filter(|site| !around.is_loading(site))
            .filter_map(|site| Some(Loading::new(site, site.preload?)))
            .collect();
        let left = functions.len();
        let run = Arc::new(Self {
            state: Mutex::new(State { functions, left, next: 0, is_over: left == 0, waiter: None }),
            free: Condvar::new(),
            over: Condvar::new(),
            stop: Stop::new(concurrency),
            around,
            runtime: Runtime::current(),
            on_progress,
            began,
            deadline: timeout.map(|timeout| began.saturating_add(clock::nanos(timeout))),
        });
        let workers = if left == 0 { 0 } else { concurrency };
        let started = (0..workers).filter(|worker| run.start_worker(*worker)).count();
        if workers > 0 && started == 0 {
            run.work(0);
        }
        run
    }

    fn start_worker(self: &Arc<Self>, worker: usize) -> bool {
        let run = self.clone();
        spawn(move || run.work(worker))
    }

    /// Sleeps until the run is over or its time is.
    pub(super) fn wait(&self) {
        let mut state = lock(&self.state);
        while !state.is_over {
            let Some(deadline) = self.deadline else {
                state = self.over.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_sub(clock::real());
            if left == 0 {
                return;
            }
            let waited = self.over.wait_timeout(state, Duration::from_nanos(left));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether the run is over; otherwise the task is woken when it is.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        // Wakers are somebody else's code: cloned before the lock, dropped after it.
        let waker = context.waker().clone();
        let old = {
            let mut state = lock(&self.state);
            if state.is_over {
                return Poll::Ready(());
            }
            state.waiter.replace(waker)
        };
        drop(old);
        Poll::Pending
    }

    /// Ends the run when its time is over, for somebody who awaits it. Without a thread to be had, only the end of the items does.
    pub(super) fn watch(self: &Arc<Self>) {
        if self.deadline.is_none() {
            return;
        }
        let run = self.clone();
        spawn(move || {
            run.wait();
            let waiter = {
                let mut state = lock(&run.state);
                state.is_over = true;
                state.waiter.take()
            };
            wake(waiter);
        });
    }

    /// Ends the run, and says what it did.
    pub(super) fn end(&self) -> PreloadReport {
        let mut unused = Vec::new();
        let functions = {
            let mut state = lock(&self.state);
            state.is_over = true;
            let now = clock::real();
            unused.extend(state.functions.iter_mut().filter_map(|function| function.source.take()));
            state.functions.iter_mut().map(|function| function.report(now)).collect()
        };
        self.stop.stop();
        self.free.notify_all();
        self.over.notify_all();
        unused.into_iter().for_each(discard);
        PreloadReport { functions, elapsed: since(self.began, clock::real()) }
    }

    /// What one worker does.
    fn work(&self, worker: usize) {
        let _inside = self.runtime.as_ref().map(Runtime::enter);
        let driver = self.stop.driver(worker);
        while let Some((at, site, mut source)) = self.take() {
            let pulled = self.around.enter(site, || {
                caught(|| {
                    let pull = source.pull(&driver);
                    (pull, source.left())
                })
            });
            match pulled {
                Ok((Pull::Call(call), left)) => {
                    if !self.put_back(at, source, left) {
                        _ = caught(|| drop(call));
                        return;
                    }
                    match self.around.enter(site, || caught(|| call(&driver))) {
                        Ok(Some(loaded)) => self.record(at, loaded),
                        Ok(None) => return,
                        Err(message) => self.record(at, Loaded::Failed(message)),
                    }
                }
                Ok((Pull::Failed(message), left)) => {
                    if !self.put_back(at, source, left) {
                        return;
                    }
                    self.record(at, Loaded::Failed(message));
                }
                Ok((Pull::End, _)) => self.exhausted(at, source, PreloadEnd::Finished),
                Ok((Pull::Refused(message), _)) => {
                    self.exhausted(at, source, PreloadEnd::ProviderFailed(message));
                }
                Err(message) => self.exhausted(at, source, PreloadEnd::ProviderPanicked(message)),
                Ok((Pull::Stopped, _)) => return discard(source),
            }
        }
    }

    /// The next source that has something; waits while others are asking theirs. Nothing at the end.
    fn take(&self) -> Option<(usize, &'static Site, Lazy)> {
        let mut state = lock(&self.state);
        loop {
            if state.is_over {
                return None;
            }
            let count = state.functions.len();
            let mut turns = (state.next..state.next + count).map(|turn| turn % count);
            if let Some(at) = turns.find(|at| state.functions[*at].source.is_some()) {
                state.next = (at + 1) % count;
                let function = &mut state.functions[at];
                function.began.get_or_insert_with(clock::real);
                return Some((at, function.site, function.source.take()?));
            }
            if state.functions.iter().all(|function| function.end.is_some()) {
                return None;
            }
            state = self.free.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A source has given an item, and may be asked for the next one. Says whether the item is to be done: not when the run is over meanwhile.
    fn put_back(&self, at: usize, source: Lazy, left: Option<usize>) -> bool {
        let late = {
            let mut state = lock(&self.state);
            if state.is_over {
                Some(source)
            } else {
                let function = &mut state.functions[at];
                function.taken += 1;
                function.running += 1;
                function.total = left.map(|left| function.taken.saturating_add(left));
                function.source = Some(source);
                None
            }
        };
        let goes_on = late.is_none();
        late.into_iter().for_each(discard);
        self.free.notify_one();
        goes_on
    }

    /// A source has no more.
    fn exhausted(&self, at: usize, source: Lazy, end: PreloadEnd) {
        discard(source);
        let waiter = {
            let mut state = lock(&self.state);
            let function = &mut state.functions[at];
            function.end = Some(end);
            function.total = Some(function.taken);
            self.settle(&mut state, at)
        };
        self.free.notify_all();
        wake(waiter);
    }

    /// Notes what came of an item, and tells of it before the item counts as done.
    fn record(&self, at: usize, loaded: Loaded) {
        let progress = {
            let mut state = lock(&self.state);
            if state.is_over {
                return;
            }
            let function = &mut state.functions[at];
            function.note(loaded);
            function.progress()
        };
        if let Some(on_progress) = &self.on_progress {
            // The panic hook has reported it.
            let _ = caught(|| on_progress(&progress));
        }
        let waiter = {
            let mut state = lock(&self.state);
            state.functions[at].running -= 1;
            self.settle(&mut state, at)
        };
        wake(waiter);
    }

    /// Whether a function is at its end now, and with it the run: then gives who awaits it.
    fn settle(&self, state: &mut State, at: usize) -> Option<Waker> {
        let function = &mut state.functions[at];
        if function.end.is_none() || function.running > 0 || function.ended.is_some() {
            return None;
        }
        function.ended = Some(clock::real());
        state.left -= 1;
        if state.left > 0 {
            return None;
        }
        state.is_over = true;
        self.over.notify_all();
        state.waiter.take()
    }
}

impl Loading {
    fn new(site: &'static Site, make: fn() -> Box<dyn Source>) -> Self {
        Self {
            site,
            source: Some(Lazy::New(make)),
            end: None,
            taken: 0,
            running: 0,
            total: None,
            loaded: 0,
            skipped: 0,
            failed: Vec::new(),
            failed_total: 0,
            began: None,
            ended: None,
        }
    }

    fn note(&mut self, loaded: Loaded) {
        match loaded {
            Loaded::Loaded => self.loaded += 1,
            Loaded::Skipped => self.skipped += 1,
            Loaded::Failed(message) => {
                self.failed_total += 1;
                if self.failed.len() < KEPT {
                    self.failed.push(message);
                }
            }
        }
    }

    fn progress(&self) -> Progress {
        Progress {
            function: self.site.name(),
            loaded: self.loaded,
            failed: self.failed_total,
            skipped: self.skipped,
            total: self.total,
        }
    }

    fn report(&mut self, now: Nanos) -> FunctionReport {
        let end = match self.end.take() {
            Some(PreloadEnd::Finished) if self.ended.is_none() => PreloadEnd::TimedOut,
            Some(end) => end,
            None => PreloadEnd::TimedOut,
        };
        FunctionReport {
            name: self.site.name(),
            loaded: self.loaded,
            skipped: self.skipped,
            failed: std::mem::take(&mut self.failed),
            failed_total: self.failed_total,
            elapsed: self.began.map_or(Duration::ZERO, |began| since(began, self.ended.unwrap_or(now))),
            end,
        }
    }
}

fn since(began: Nanos, now: Nanos) -> Duration {
    Duration::from_nanos(now.saturating_sub(began))
}

fn spawn(work: impl FnOnce() + Send + 'static) -> bool {
    std::thread::Builder::new().name("larder-preload".into()).spawn(work).is_ok()
}

/// Somebody else's code: its panic is not to end a worker.
fn wake(waiter: Option<Waker>) {
    let _ = caught(|| waiter.into_iter().for_each(Waker::wake));
}

/// Drops what is the user's.
fn discard(source: Lazy) {
    let _ = caught(|| drop(source));
}

/// What `work` gives, or the message of its panic.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(message)
}

fn message(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => match panic.downcast::<&'static str>() {
            Ok(text) => (*text).to_owned(),
            Err(other) => {
                // Dropping it may panic once more.
                std::mem::forget(other);
                "a panic without a message".to_owned()
            }
        },
    }
}

/// How many failures of a function are kept.
const KEPT: usize = 100;
