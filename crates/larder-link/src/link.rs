//! The link to one server: what is asked of it ends within a deadline, and when it is gone it is not asked.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{
    failure::{Failure, NO_ANSWER},
    pool::{self, Pool},
    progress::Progress,
    protocol::{Connection, Protocol},
    shared::{Live, Recipe, Shared},
};
use larder_core::store_bytes::link::{
    Backoff, Breaker, Deadline, Probe, Severity, Ticket, probe_until_closed,
};

/// What a user may set of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the stores of this workspace make it, and nobody else")]
pub struct Settings {
    /// How long operations may take.
    pub deadline: Duration,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How many connections there are for threads at most.
    pub pool_size: usize,
}

/// One server.
#[derive(Debug)]
pub struct Link<P: Protocol> {
    protocol: Arc<P>,
    settings: Settings,
    breaker: Breaker,
    pool: Pool<P::Connection>,
    shared: Shared<P>,
    trouble: Mutex<Trouble>,
}

/// What went wrong last, and when connecting may be tried again.
#[derive(Debug)]
struct Trouble {
    last: Option<Arc<str>>,
    backoff: Backoff,
    not_before: Option<Deadline>,
}

/// A request that is on its way: sent on a pooled connection, not answered yet.
#[derive(Debug)]
pub struct Sent<'a, C> {
    place: pool::Place<'a, C>,
    ticket: Ticket,
    is_reused: bool,
    had_time: bool,
}

impl<P: Protocol> Link<P> {
    /// A link to a server. Nothing is connected before it is first used.
    #[must_use]
    pub fn new(protocol: P, settings: Settings) -> Self {
        Self {
            protocol: Arc::new(protocol),
            breaker: Breaker::new(QUICK_FAILURES),
            pool: Pool::new(settings.pool_size),
            shared: Shared::new(),
            trouble: Mutex::new(Trouble {
                last: None,
                backoff: Backoff::new(FIRST_BACKOFF, LONGEST_BACKOFF),
                not_before: None,
            }),
            settings,
        }
    }

    /// How the server is spoken to.
    #[must_use]
    pub fn protocol(&self) -> &P {
        &self.protocol
    }

    /// Whether the server is asked.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// What went wrong last, however long ago.
    #[must_use]
    pub fn last_trouble(&self) -> Option<Arc<str>> {
        self.lock().last.clone()
    }

    /// Asks on the calling thread.
    ///
    /// # Errors
    ///
    /// When there is no answer in time, or the server is known to be gone.
    pub fn call(self: &Arc<Self>, request: &P::Request, deadline: Deadline) -> Result<P::Replies, Failure> {
        let sent = self.send(request, deadline)?;
        self.receive(sent, request, deadline)
    }

    /// The first half of a call: what follows may be done while the server works.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn send(
        self: &Arc<Self>,
        request: &P::Request,
        deadline: Deadline,
    ) -> Result<Sent<'_, P::Connection>, Failure> {
        let ticket = self.admit()?;
        let place = self.pool.take(deadline)?;
        let had_time = self.leaves_time(deadline);
        self.counted(ticket, had_time, self.try_send(place, request, ticket, deadline))
    }

    /// The second half of a call. An answer that has come is taken also when the deadline is over, since another server may have been waited for until then.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn receive(
        self: &Arc<Self>,
        mut sent: Sent<'_, P::Connection>,
        request: &P::Request,
        deadline: Deadline,
    ) -> Result<P::Replies, Failure> {
        // silence is held against a server only where it was waited for
        let (ticket, had_time) = (sent.ticket, sent.had_time && self.leaves_time(deadline));
        let mut result = sent.replies(request, deadline);
        // the server may have closed a connection that was idle: what can be asked twice is, on a new one
        if sent.is_reused && P::is_repeatable(request) && result.as_ref().is_err_and(Failure::is_dropped) {
            self.pool.clear();
            result = self
                .connect(deadline)
                .and_then(|connection| sent.place.occupy(connection).exchange(request, deadline));
        }
        if result.is_ok() {
            sent.place.give_back();
        }
        self.judged(ticket, had_time, result)
    }

    fn try_send<'a>(
        &'a self,
        mut place: pool::Place<'a, P::Connection>,
        request: &P::Request,
        ticket: Ticket,
        deadline: Deadline,
    ) -> Result<Sent<'a, P::Connection>, Failure> {
        let had_time = self.leaves_time(deadline);
        let is_reused = place.connection().is_some();
        let first = match place.connection() {
            Some(connection) => connection.send(request, deadline),
            None => place.occupy(self.connect(deadline)?).send(request, deadline),
        };
        match first {
            Err(failure) if failure.is_dropped() && is_reused && P::is_repeatable(request) => {
                place.vacate();
                self.pool.clear();
                place.occupy(self.connect(deadline)?).send(request, deadline)?;
                Ok(Sent { place, ticket, is_reused: false, had_time })
            }
            first => first.map(|()| Sent { place, ticket, is_reused, had_time }),
        }
    }

    fn connect(&self, deadline: Deadline) -> Result<P::Connection, Failure> {
        self.may_connect()?;
        let deadline = deadline.at_most(self.settings.connect_timeout);
        let made = self.protocol.open(self.settings.deadline, deadline);
        self.connected(made.as_ref().err());
        made
    }

    /// Asks without blocking the task.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn call_async(
        self: &Arc<Self>,
        request: &P::Request,
        deadline: Deadline,
    ) -> Result<P::Replies, Failure> {
        let ticket = self.admit()?;
        let Some(left) = deadline.remaining() else {
            return Err(Failure::crowded(NO_ANSWER));
        };
        let (mut used, had_time) = (None, left >= self.enough());
        let progress = Progress::new(deadline, self.enough());
        // tokio counts in milliseconds, and rounds up
        let left = left.saturating_sub(Duration::from_millis(2).min(left / 32));
        let result = match tokio::time::timeout(left, self.try_async(request, &progress, &mut used)).await {
            Ok(result) => result,
            Err(_) if progress.was_sent() || used.as_ref().is_some_and(|live| self.is_stuck(live)) => {
                Err(Failure::timed_out(NO_ANSWER))
            }
            Err(_) => Err(Failure::crowded(NO_ANSWER)),
        };
        // a failure that says nothing of the server says nothing of the connection
        if let (Some(live), Err(failure)) = (&used, &result)
            && failure.severity().is_some()
        {
            self.shared.forget(live);
        }
        self.judged(ticket, had_time, result)
    }

    async fn try_async(
        self: &Arc<Self>,
        request: &P::Request,
        progress: &Progress,
        used: &mut Option<Live<P::Shared>>,
    ) -> Result<P::Replies, Failure> {
        let mut live = used.insert(self.live().await?);
        // a server may have closed a connection that was idle: what cannot be asked twice has to look first
        if live.is_reused && !P::is_repeatable(request) && live.is_stale(P::is_quiet(live.handle())) {
            self.shared.forget(live);
            live = used.insert(self.live().await?);
        }
        let result = P::exchange(live.handle(), request, progress).await;
        let is_again = |failure: &Failure| {
            failure.is_unsent() || (failure.is_dropped() && live.is_reused && P::is_repeatable(request))
        };
        if !result.as_ref().is_err_and(is_again) {
            return result;
        }
        progress.is_sent();
        self.shared.forget(live);
        P::exchange(used.insert(self.live().await?).handle(), request, progress).await
    }

    /// Whether what waits to be sent waits for the server.
    fn is_stuck(&self, live: &Live<P::Shared>) -> bool {
        P::is_stuck(live.handle(), self.enough())
    }

    async fn live(self: &Arc<Self>) -> Result<Live<P::Shared>, Failure> {
        let recipe = Recipe { protocol: Arc::clone(&self.protocol), within: self.settings.connect_timeout };
        let link = Arc::downgrade(self);
        let connected = move |outcome: &Result<_, Failure>| {
            if let Some(link) = link.upgrade() {
                link.connected(outcome.as_ref().err());
            }
        };
        self.shared.get(recipe, || self.may_connect(), connected).await
    }

    fn admit(&self) -> Result<Ticket, Failure> {
        self.breaker.admit().ok_or_else(|| match self.last_trouble() {
            Some(last) => Failure::not_asked(format_args!("not asked until it is back; last: {last}")),
            None => Failure::not_asked("not asked until it is back"),
        })
    }

    /// Counts an outcome whose replies may say that the server cannot serve.
    fn judged(
        self: &Arc<Self>,
        ticket: Ticket,
        had_time: bool,
        result: Result<P::Replies, Failure>,
    ) -> Result<P::Replies, Failure> {
        match result.as_ref().ok().and_then(P::trouble) {
            Some(error) => self.note(ticket, Severity::Quick, error.into()),
            None if result.is_ok() => self.breaker.succeeded(ticket),
            None => return self.counted(ticket, had_time, result),
        }
        result
    }

    /// Whether a server that is well would answer in what is left. One that was given less, since the caller had waited for a connection or had been sent elsewhere before,
    /// is not to be judged by its silence.
    fn leaves_time(&self, deadline: Deadline) -> bool {
        deadline.remaining().is_some_and(|left| left >= self.enough())
    }

    /// How long a server that is well takes at most.
    fn enough(&self) -> Duration {
        self.settings.deadline / 2
    }

    /// Counts a failure.
    fn counted<T>(
        self: &Arc<Self>,
        ticket: Ticket,
        had_time: bool,
        result: Result<T, Failure>,
    ) -> Result<T, Failure> {
        if let Err(failure) = &result
            && (had_time || !failure.is_timed_out())
            && let Some(severity) = failure.severity()
        {
            self.note(ticket, severity, Arc::clone(failure.text()));
        }
        result
    }

    fn note(self: &Arc<Self>, ticket: Ticket, severity: Severity, text: Arc<str>) {
        self.lock().last = Some(text);
        if self.breaker.failed(ticket, severity) {
            // whatever waits there goes to a server that does not answer
            self.pool.clear();
            self.shared.clear();
            probe_until_closed(self);
        }
    }

    /// Whether enough time has passed since connecting failed.
    fn may_connect(&self) -> Result<(), Failure> {
        let trouble = self.lock();
        match trouble.not_before {
            Some(moment) if !moment.is_over() => {
                let last = trouble.last.as_deref().unwrap_or("connecting failed");
                Err(Failure::not_asked(format_args!("connecting is tried again in a moment; last: {last}")))
            }
            _ => Ok(()),
        }
    }

    /// Notes what an attempt to connect came to.
    fn connected(&self, failure: Option<&Failure>) {
        let mut trouble = self.lock();
        match failure {
            None => {
                trouble.backoff.succeeded();
                trouble.not_before = None;
            }
            Some(failure) => {
                trouble.last = Some(Arc::clone(failure.text()));
                let wait = trouble.backoff.failed();
                trouble.not_before = Some(Deadline::after(wait));
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Trouble> {
        // nothing under this lock can leave it half done
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Connection> Sent<'_, C> {
    fn replies(&mut self, request: &C::Request, deadline: Deadline) -> Result<C::Replies, Failure> {
        match self.place.connection() {
            Some(connection) => {
                let is_late = deadline.remaining().is_none_or(|left| left < TIME_TO_READ);
                let until =
                    if is_late && connection.is_stale() { Deadline::after(TIME_TO_READ) } else { deadline };
                connection.receive(request, until)
            }
            None => Err(Failure::dropped("the connection is gone")),
        }
    }
}

impl<P: Protocol> Probe for Link<P> {
    fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    fn probe(&self) -> bool {
        let settings = &self.settings;
        let connecting = Deadline::after(settings.connect_timeout);
        let asked = self.protocol.open(settings.deadline, connecting).and_then(|mut made| {
            P::ping(&mut made, Deadline::after(settings.deadline))?;
            Ok(made)
        });
        self.connected(asked.as_ref().err());
        asked.map(|connection| self.pool.add(connection)).is_ok()
    }
}

/// As many failures that cost nothing, one after the other, open the breaker.
const QUICK_FAILURES: u32 = 5;

/// How long taking what has come already may take.
const TIME_TO_READ: Duration = Duration::from_millis(2);

const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);
