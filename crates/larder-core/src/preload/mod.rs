//! Loading the cache before it is asked: what `preload` providers of the program name, by bounded workers.
//!
//! The way of a run: `registry` finds the functions, [`run`] hands their [`source`]s to workers, a source asks its [`provider`] and makes ordinary calls of what that
//! gives, and [`report`] says what came of it.

mod around;
mod provider;
mod report;
mod run;
mod source;
mod stop;
mod text;

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

pub use self::{
    provider::{
        Bare, CallProbe, Called, CalledForOne, CalledForOneLater, Feed, How, InFuture, InResult, Item,
        Iterated, IteratorFeed, LaterOne, LaterOneProbe, Provided, ProviderProbe, StreamFeed, Streamed,
        Tried, UncallableProbe, WithoutParameters,
    },
    report::{FunctionReport, PreloadEnd, PreloadReport, Progress},
    source::{Call, Loaded, Pull, Source, source, source_async},
    stop::Driver,
    text::{
        DebugErrorProbe, DebugFailureProbe, ErrorProbe, FailureProbe, NoFailureProbe, SilentErrorProbe,
        SilentFailureProbe,
    },
};
use self::{
    report::is_end_of,
    run::{OnProgress, Run},
};
use crate::{error::Error, registry, site::Site, switch};

/// Loads what every provider of the program (`#[cached(preload = ..)]`) names, also those of functions that nobody called yet.
///
/// Nothing happens before it is awaited or [`run`](Preload::run). Each item is an ordinary call: where a valid value is stored already it is served (and counted as a hit), otherwise
/// the function runs, joined by whoever calls it meanwhile, and its value is stored within the function's bounds, unless an invalidation overtook it. An item that fails does not
/// stop the others. While caching is switched off, no provider is asked.
///
/// Cost: up to [`concurrency`](Preload::concurrency) threads for the time of the run, and one small allocation for each item beside the call itself.
pub fn preload_all() -> Preload {
    Preload::of(providing().collect())
}

/// As [`preload_all`], for some functions: by their name in the statistics, or by the end of it after a `::`, which may mean several.
///
/// # Errors
///
/// When one of the names is that of no function with a provider; the message lists those that there are.
pub fn preload_only(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Preload, Error> {
    let all: Vec<&'static Site> = providing().collect();
    let mut wanted = vec![false; all.len()];
    for name in names {
        let name = name.as_ref();
        let is_exact = all.iter().any(|site| site.name() == name);
        let mut is_known = false;
        for (site, wanted) in all.iter().zip(&mut wanted) {
            let is_meant = if is_exact { site.name() == name } else { is_end_of(name, site.name()) };
            *wanted |= is_meant;
            is_known |= is_meant;
        }
        if !is_known {
            return Err(Error::no_provider(name, all.iter().map(|site| site.name()).collect()));
        }
    }
    let wanted = all.into_iter().zip(wanted).filter(|(_, wanted)| *wanted);
    Ok(Preload::of(wanted.map(|(site, _)| site).collect()))
}

/// The functions with a provider, by name.
fn providing() -> impl Iterator<Item = &'static Site> {
    registry::sites().into_iter().filter(|site| site.preload.is_some())
}

/// The same without an async runtime: the calling thread sleeps until all is loaded.
pub mod blocking {
    use super::{Error, PreloadReport};

    /// As [`preload_all`](crate::preload_all), at once.
    pub fn preload_all() -> PreloadReport {
        super::preload_all().run()
    }

    /// As [`preload_only`](crate::preload_only), at once.
    ///
    /// # Errors
    ///
    /// When one of the names is that of no function with a provider; then nothing was loaded.
    pub fn preload_only(names: impl IntoIterator<Item = impl AsRef<str>>) -> Result<PreloadReport, Error> {
        Ok(super::preload_only(names)?.run())
    }
}

/// A preload to be configured, and then awaited or [`run`](Self::run).
#[must_use = "nothing is loaded before it is awaited or `run`"]
pub struct Preload {
    sites: Vec<&'static Site>,
    concurrency: usize,
    timeout: Option<Duration>,
    on_progress: Option<OnProgress>,
}

impl Preload {
    fn of(sites: Vec<&'static Site>) -> Self {
        Self { sites, concurrency: 8, timeout: None, on_progress: None }
    }

    /// Ends the run after this long, in real time (none): the report says what was done until then.
    ///
    /// Async functions and streams that still run are dropped then. A thread inside of a sync function cannot be stopped: it is left to itself, stores its value, and takes nothing more.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How many items are computed at the same time, of all functions together (8); at least one.
    pub fn concurrency(mut self, concurrency: usize) -> Self {
        self.concurrency = concurrency.max(1);
        self
    }

    /// Who is told after each item, on the thread that computed it and outside of every lock; a panic in it goes no further. Calls may overlap, and one that tells
    /// of more may come before one that tells of less.
    pub fn on_progress(mut self, on_progress: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Box::new(on_progress));
        self
    }

    /// Loads, and blocks the calling thread until that is done.
    ///
    /// In a task of an async runtime, await it instead: an async function may need the very thread that is blocked.
    pub fn run(self) -> PreloadReport {
        match self.start() {
            Ok(run) => {
                run.wait();
                run.end()
            }
            Err(report) => report,
        }
    }

    /// Starts the workers, unless there is nothing to be done.
    fn start(self) -> Result<Arc<Run>, PreloadReport> {
        if !switch::is_enabled() {
            let functions = self.sites.iter().map(|site| FunctionReport::disabled(site.name())).collect();
            return Err(PreloadReport { functions, elapsed: Duration::ZERO });
        }
        Ok(Run::start(&self.sites, self.concurrency, self.timeout, self.on_progress))
    }
}

impl IntoFuture for Preload {
    type Output = PreloadReport;
    type IntoFuture = PreloadFuture;

    fn into_future(self) -> PreloadFuture {
        PreloadFuture { stage: Stage::New(self) }
    }
}

impl fmt::Debug for Preload {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.sites.iter().map(|site| site.name()).collect();
        out.debug_struct("Preload")
            .field("functions", &names)
            .field("concurrency", &self.concurrency)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// A [`Preload`] that is awaited. When it is dropped, the run takes no more items, as after its timeout.
#[must_use = "nothing is loaded before it is awaited"]
pub struct PreloadFuture {
    stage: Stage,
}

enum Stage {
    New(Preload),
    Running(Arc<Run>),
    Over,
}

impl Future for PreloadFuture {
    type Output = PreloadReport;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<PreloadReport> {
        let run = match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::New(preload) => match preload.start() {
                Ok(run) => {
                    run.watch();
                    run
                }
                Err(report) => return Poll::Ready(report),
            },
            Stage::Running(run) => run,
            Stage::Over => panic!("a preload was awaited again after its end"),
        };
        if run.poll(context).is_ready() {
            return Poll::Ready(run.end());
        }
        self.stage = Stage::Running(run);
        Poll::Pending
    }
}

impl Drop for PreloadFuture {
    fn drop(&mut self) {
        if let Stage::Running(run) = &self.stage {
            run.end();
        }
    }
}

impl fmt::Debug for PreloadFuture {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PreloadFuture").finish_non_exhaustive()
    }
}
