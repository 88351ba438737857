//! The connections of tasks: one for each runtime, which all its tasks share.
//!
//! What reads and writes a shared connection is a task itself, and stops with the runtime that it was spawned on. So a connection belongs to a runtime, and a call uses
//! the one of the runtime it runs on.

use std::{
    fmt,
    io::ErrorKind,
    net::Shutdown,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    failure::Failure,
    protocol::{Made, Protocol},
};

/// The shared connections to one server.
pub(crate) struct Shared<P: Protocol> {
    slots: Mutex<Vec<Slot<P::Shared>>>,
    numbers: AtomicU64,
}

/// One runtime's.
struct Slot<S> {
    runtime: runtime::Id,
    state: State<S>,
}

enum State<S> {
    /// Being made, or made a moment ago, by a task that says here what came of it.
    Connecting(watch::Receiver<Option<Outcome<S>>>),
    Connected(Live<S>),
}

/// What a call finds.
enum Look<S> {
    Connected(Live<S>),
    Connecting(watch::Receiver<Option<Outcome<S>>>),
    Ended,
}

type Outcome<S> = Result<Live<S>, Failure>;

/// A connection that works, or did a moment ago.
pub(crate) struct Live<S> {
    made: Arc<Connected<S>>,
    /// Whether it was there before the call that uses it.
    pub(crate) is_reused: bool,
}

struct Connected<S> {
    handle: S,
    number: u64,
    end: Arc<End>,
    _driver: Driver,
}

/// What a connection is made with.
#[derive(Debug)]
pub(crate) struct Recipe<P> {
    pub(crate) protocol: Arc<P>,
    pub(crate) within: Duration,
}

impl<P: Protocol> Shared<P> {
    pub(crate) fn new() -> Self {
        Self { slots: Mutex::default(), numbers: AtomicU64::new(0) }
    }

    /// The connection of the runtime this runs on. If there is none, one task makes it and everybody waits for that, so that callers who are cancelled or not polled any
    /// more hold nobody up. `may_connect` is asked before.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub(crate) async fn get(
        &self,
        recipe: Recipe<P>,
        may_connect: impl FnOnce() -> Result<(), Failure>,
        connected: impl FnOnce(&Outcome<P::Shared>) + Send + 'static,
    ) -> Outcome<P::Shared> {
        let handle = Handle::current();
        let mut outcome = {
            let mut slots = self.lock();
            let mine = slots.iter_mut().find(|slot| slot.runtime == handle.id());
            match mine.map(Slot::look) {
                Some(Look::Connected(live)) => return Ok(live),
                Some(Look::Connecting(outcome)) => outcome,
                Some(Look::Ended) | None => {
                    may_connect()?;
                    // runtimes that are gone leave here too
                    slots.retain(|slot| slot.runtime != handle.id() && !slot.has_ended());
                    let number = self.numbers.fetch_add(1, Ordering::Relaxed);
                    let (tell, outcome) = watch::channel(None);
                    slots.push(Slot { runtime: handle.id(), state: State::Connecting(outcome.clone()) });
                    drop(slots);
                    handle.spawn(connect(recipe, number, tell, connected));
                    outcome
                }
            }
        };
        match outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or_else(|| Err(gone())),
            Err(_) => Err(gone()),
        }
    }

    /// Forgets a connection that is of no use any more.
    pub(crate) fn forget(&self, live: &Live<P::Shared>) {
        self.lock().retain(|slot| slot.number() != Some(live.made.number));
    }

    /// Forgets every connection. What is being made goes on.
    pub(crate) fn clear(&self) {
        self.lock().retain(|slot| slot.number().is_none());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Slot<P::Shared>>> {
        // nothing under this lock can leave it half done
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Slot<S> {
    fn look(&mut self) -> Look<S> {
        let made = match &self.state {
            State::Connected(live) if live.has_ended() => return Look::Ended,
            State::Connected(live) => return Look::Connected(live.clone()),
            State::Connecting(outcome) => outcome.borrow().clone(),
        };
        match (made, &self.state) {
            (Some(Ok(live)), _) if !live.has_ended() => {
                let live = Live { is_reused: true, made: live.made };
                self.state = State::Connected(live.clone());
                Look::Connected(live)
            }
            (None, State::Connecting(outcome)) if outcome.has_changed().is_ok() => {
                Look::Connecting(outcome.clone())
            }
            _ => Look::Ended,
        }
    }

    /// The number of its connection, once it has one.
    fn number(&self) -> Option<u64> {
        match &self.state {
            State::Connected(live) => Some(live.made.number),
            State::Connecting(outcome) => {
                outcome.borrow().as_ref()?.as_ref().ok().map(|live| live.made.number)
            }
        }
    }

    fn has_ended(&self) -> bool {
        match &self.state {
            State::Connected(live) => live.has_ended(),
            State::Connecting(outcome) => match &*outcome.borrow() {
                Some(Ok(live)) => live.has_ended(),
                Some(Err(_)) => true,
                // the task that would say is gone with its runtime
                None => outcome.has_changed().is_err(),
            },
        }
    }
}

fn gone() -> Failure {
    Failure::unreachable("the runtime ended while a connection was made")
}

impl<S> Clone for Live<S> {
    fn clone(&self) -> Self {
        Self { made: Arc::clone(&self.made), is_reused: self.is_reused }
    }
}

impl<S> Live<S> {
    /// What requests go through.
    pub(crate) fn handle(&self) -> &S {
        &self.made.handle
    }

    /// Whether the server has closed it, also if the runtime had no time to notice yet. Where nothing is under way, whatever has come is an end, too. Cost: a system call.
    pub(crate) fn is_stale(&self, is_quiet: bool) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit(); 1];
        // what is there to be read may be the reply to somebody else
        let is_open = match self.made.end.socket.peek(&mut byte) {
            Ok(bytes) => bytes > 0 && !is_quiet,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        self.has_ended() || !is_open
    }

    fn has_ended(&self) -> bool {
        self.made.end.has_come.load(Ordering::Acquire)
    }
}

impl<P: Protocol> fmt::Debug for Shared<P> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runtimes: Vec<runtime::Id> = self.lock().iter().map(|slot| slot.runtime).collect();
        out.debug_struct("Shared").field("runtimes", &runtimes).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Live<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Live").field("number", &self.made.number).finish_non_exhaustive()
    }
}

/// The task that reads and writes a connection; it ends with the last handle, also when the peer is silent.
#[derive(Debug)]
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The end of a connection, which its driver notes.
struct End {
    has_come: AtomicBool,
    /// Another handle of the driver's socket.
    socket: socket2::Socket,
}

/// Notes the end of a driver, however it comes: the connection closed, or the runtime was shut down.
struct Ending(Arc<End>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.has_come.store(true, Ordering::Release);
        // our handle would keep it open; it may have ended by itself
        let _ = self.0.socket.shutdown(Shutdown::Both);
    }
}

async fn connect<P: Protocol>(
    recipe: Recipe<P>,
    number: u64,
    tell: watch::Sender<Option<Outcome<P::Shared>>>,
    connected: impl FnOnce(&Outcome<P::Shared>),
) {
    let outcome = match tokio::time::timeout(recipe.within, make(&recipe, number)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failure::timed_out(format_args!("no connection to {}", recipe.protocol.place()))),
    };
    connected(&outcome);
    // nobody waits any more if all callers gave up
    let _ = tell.send(Some(outcome));
}

async fn make<P: Protocol>(recipe: &Recipe<P>, number: u64) -> Outcome<P::Shared> {
    let Made { shared: handle, driver, socket } = recipe.protocol.open_shared(recipe.within).await?;
    let end = Arc::new(End { has_come: AtomicBool::new(false), socket });
    let ending = Ending(Arc::clone(&end));
    let driver = tokio::spawn(async move {
        let _ending = ending;
        driver.await;
    });
    let made = Connected { handle, number, end, _driver: Driver(driver) };
    Ok(Live { made: Arc::new(made), is_reused: false })
}
