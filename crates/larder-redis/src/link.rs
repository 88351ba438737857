//! The link to one server: what is asked of it ends within a deadline, and when it is gone it is not asked.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use larder_core::store_bytes::link::{
    Backoff, Breaker, Deadline, Probe, Severity, Ticket, probe_until_closed,
};
use redis::{Cmd, Value};

use crate::{
    address::Address,
    command::{Request, is_out_of_service},
    connection::{Connection, server_error},
    error::{Failure, NO_ANSWER},
    pool::{self, Pool},
    shared::{Asked, Recipe, Shared},
    tls::Tls,
};

/// What a user may set.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) deadline: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) pool_size: usize,
    pub(crate) tls: Tls,
}

/// One server.
#[derive(Debug)]
pub(crate) struct Link {
    address: Arc<Address>,
    settings: Settings,
    breaker: Breaker,
    pool: Pool,
    shared: Shared,
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
pub(crate) struct Sent<'a> {
    place: pool::Place<'a>,
    ticket: Ticket,
    is_reused: bool,
    had_time: bool,
}

impl Link {
    pub(crate) fn new(address: Address, settings: Settings) -> Self {
        Self {
            address: Arc::new(address),
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

    #[cfg(feature = "cluster")]
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    pub(crate) fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// What went wrong last, however long ago.
    pub(crate) fn last_trouble(&self) -> Option<Arc<str>> {
        self.lock().last.clone()
    }

    /// Asks on the calling thread.
    pub(crate) fn call(
        self: &Arc<Self>,
        request: &Request,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        let sent = self.send(request, deadline)?;
        self.receive(sent, request, deadline)
    }

    /// The first half of a call: what follows may be done while the server works.
    pub(crate) fn send(self: &Arc<Self>, request: &Request, deadline: Deadline) -> Result<Sent<'_>, Failure> {
        let ticket = self.admit()?;
        let place = self.pool.take(deadline)?;
        let had_time = self.leaves_time(deadline);
        self.counted(ticket, had_time, self.try_send(place, request, ticket, deadline))
    }

    /// The second half of a call.
    pub(crate) fn receive(
        self: &Arc<Self>,
        mut sent: Sent<'_>,
        request: &Request,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        let (ticket, had_time) = (sent.ticket, sent.had_time);
        let mut result = sent.replies(request, deadline);
        // the server may have closed a connection that was idle: what can be asked twice is, on a new one
        if sent.is_reused && request.is_repeatable && result.as_ref().is_err_and(Failure::is_dropped) {
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
        mut place: pool::Place<'a>,
        request: &Request,
        ticket: Ticket,
        deadline: Deadline,
    ) -> Result<Sent<'a>, Failure> {
        let had_time = self.leaves_time(deadline);
        let is_reused = place.connection().is_some();
        let first = match place.connection() {
            Some(connection) => connection.send(request, deadline),
            None => place.occupy(self.connect(deadline)?).send(request, deadline),
        };
        match first {
            Err(failure) if failure.is_dropped() && is_reused && request.is_repeatable => {
                place.vacate();
                self.pool.clear();
                place.occupy(self.connect(deadline)?).send(request, deadline)?;
                Ok(Sent { place, ticket, is_reused: false, had_time })
            }
            first => first.map(|()| Sent { place, ticket, is_reused, had_time }),
        }
    }

    fn connect(&self, deadline: Deadline) -> Result<Connection, Failure> {
        self.may_connect()?;
        let deadline = deadline.at_most(self.settings.connect_timeout);
        let made = Connection::open(&self.address, &self.settings.tls, self.settings.deadline, deadline);
        self.connected(made.as_ref().err());
        made
    }

    /// Asks without blocking the task. Outside a tokio runtime it panics.
    pub(crate) async fn call_async(
        self: &Arc<Self>,
        request: &Request,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        self.ask_async(Asked::Commands(request), deadline).await
    }

    /// The reply to an `MGET`, which goes together with others' where there are many. Outside a tokio runtime it panics.
    pub(crate) async fn read_async(
        self: &Arc<Self>,
        command: Cmd,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        self.ask_async(Asked::Read(&command), deadline).await
    }

    async fn ask_async(
        self: &Arc<Self>,
        request: Asked<'_>,
        deadline: Deadline,
    ) -> Result<Vec<Value>, Failure> {
        let ticket = self.admit()?;
        let Some(left) = deadline.remaining() else {
            return Err(Failure::crowded(NO_ANSWER));
        };
        let (mut used, had_time) = (None, self.leaves_time(deadline));
        // tokio counts in milliseconds, and rounds up
        let left = left.saturating_sub(Duration::from_millis(2).min(left / 32));
        let result = match tokio::time::timeout(left, self.try_async(request, &mut used)).await {
            Ok(result) => result,
            Err(_) => Err(Failure::timed_out(NO_ANSWER)),
        };
        if let (Some(live), Err(_)) = (&used, &result) {
            self.shared.forget(live);
        }
        self.judged(ticket, had_time, result)
    }

    async fn try_async(
        self: &Arc<Self>,
        request: Asked<'_>,
        used: &mut Option<crate::shared::Live>,
    ) -> Result<Vec<Value>, Failure> {
        let mut live = used.insert(self.live().await?);
        // a server may have closed a connection that was idle: what cannot be asked twice has to look first
        if live.is_reused && !request.is_repeatable() && live.is_stale() {
            self.shared.forget(live);
            live = used.insert(self.live().await?);
        }
        let result = live.exchange(request).await;
        if !(live.is_reused && request.is_repeatable() && result.as_ref().is_err_and(Failure::is_dropped)) {
            return result;
        }
        self.shared.forget(live);
        used.insert(self.live().await?).exchange(request).await
    }

    async fn live(self: &Arc<Self>) -> Result<crate::shared::Live, Failure> {
        let recipe = Recipe {
            address: Arc::clone(&self.address),
            deadline: self.settings.deadline,
            tls: self.settings.tls.clone(),
            within: self.settings.connect_timeout,
        };
        let link = Arc::downgrade(self);
        let connected = move |outcome: &Result<_, Failure>| {
            if let Some(link) = link.upgrade() {
                link.connected(outcome.as_ref().err());
            }
        };
        self.shared.get(&recipe, || self.may_connect(), connected).await
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
        result: Result<Vec<Value>, Failure>,
    ) -> Result<Vec<Value>, Failure> {
        let unwell =
            result.as_ref().ok().and_then(|replies| replies.iter().find(|reply| is_out_of_service(reply)));
        match unwell.and_then(server_error) {
            Some(error) => self.note(ticket, Severity::Quick, error.into()),
            None if result.is_ok() => self.breaker.succeeded(ticket),
            None => return self.counted(ticket, had_time, result),
        }
        result
    }

    /// Whether a server that is well would answer in what is left. One that was given less, since the caller had waited for a connection or had been sent elsewhere before,
    /// is not to be judged by its silence.
    fn leaves_time(&self, deadline: Deadline) -> bool {
        deadline.remaining().is_some_and(|left| left >= self.settings.deadline / 2)
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

impl Sent<'_> {
    fn replies(&mut self, request: &Request, deadline: Deadline) -> Result<Vec<Value>, Failure> {
        match self.place.connection() {
            Some(connection) => connection.receive(request.replies(), deadline),
            None => Err(Failure::dropped("the connection is gone")),
        }
    }
}

impl Probe for Link {
    fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    fn probe(&self) -> bool {
        let settings = &self.settings;
        let connecting = Deadline::after(settings.connect_timeout);
        let asked = Connection::open(&self.address, &settings.tls, settings.deadline, connecting).and_then(
            |mut made| {
                made.ping(Deadline::after(settings.deadline))?;
                Ok(made)
            },
        );
        self.connected(asked.as_ref().err());
        asked.map(|connection| self.pool.add(connection)).is_ok()
    }
}

/// As many failures that cost nothing, one after the other, open the breaker.
const QUICK_FAILURES: u32 = 5;

const FIRST_BACKOFF: Duration = Duration::from_millis(50);
const LONGEST_BACKOFF: Duration = Duration::from_secs(5);
