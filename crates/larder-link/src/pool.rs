//! The connections of threads: as many as calls run at once, up to a bound.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use larder_core::store_bytes::link::Deadline;

use crate::{failure::Failure, protocol::Connection};

/// Connections that wait for work, the one used last on top.
#[derive(Debug)]
pub(crate) struct Pool<C> {
    size: usize,
    state: Mutex<State<C>>,
    freed: Condvar,
}

#[derive(Debug)]
struct State<C> {
    idle: Vec<Idle<C>>,
    taken: usize,
    /// Who waits for a place: to wake somebody is a system call, also where nobody waits.
    waiting: usize,
}

#[derive(Debug)]
struct Idle<C> {
    connection: C,
    since: Instant,
}

/// A place in the pool. It is free again when this is dropped, and its connection waits for work if it was [given back](Self::give_back).
#[derive(Debug)]
pub(crate) struct Place<'a, C> {
    pool: &'a Pool<C>,
    connection: Option<C>,
    /// Whether it was given back.
    is_free: bool,
}

impl<C: Connection> Pool<C> {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size: size.max(1),
            state: Mutex::new(State { idle: Vec::new(), taken: 0, waiting: 0 }),
            freed: Condvar::new(),
        }
    }

    /// A place, with a connection that still works if there is one. Waits for a place until the deadline.
    pub(crate) fn take(&self, deadline: Deadline) -> Result<Place<'_, C>, Failure> {
        let (mut place, mut idle) = self.wait_for_place(deadline)?;
        while let Some(Idle { mut connection, since }) = idle {
            if since.elapsed() < TRUSTED || !connection.is_stale() {
                place.connection = Some(connection);
                break;
            }
            idle = self.pop();
        }
        Ok(place)
    }

    /// A place, and the connection used last if one waits for work.
    fn wait_for_place(&self, deadline: Deadline) -> Result<(Place<'_, C>, Option<Idle<C>>), Failure> {
        let mut state = self.lock();
        while state.taken >= self.size {
            let left = deadline.remaining().ok_or_else(|| {
                Failure::crowded("every connection of the pool was in use until the deadline")
            })?;
            state.waiting += 1;
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
        state.taken += 1;
        Ok((Place { pool: self, connection: None, is_free: false }, state.idle.pop()))
    }

    fn pop(&self) -> Option<Idle<C>> {
        self.lock().idle.pop()
    }

    /// Closes what waits for work; what works is not touched.
    pub(crate) fn clear(&self) {
        let closed = std::mem::take(&mut self.lock().idle);
        drop(closed);
    }

    /// Takes in a connection that was made elsewhere, if there is room.
    pub(crate) fn add(&self, connection: C) {
        let mut state = self.lock();
        if state.idle.len() < self.size {
            state.idle.push(Idle { connection, since: Instant::now() });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        lock(&self.state)
    }
}

impl<C: Connection> Place<'_, C> {
    /// The connection that was there, if there was one.
    pub(crate) fn connection(&mut self) -> Option<&mut C> {
        self.connection.as_mut()
    }

    /// Puts a connection here.
    pub(crate) fn occupy(&mut self, connection: C) -> &mut C {
        self.connection.insert(connection)
    }

    /// Closes the connection, which is of no use any more.
    pub(crate) fn vacate(&mut self) {
        self.connection = None;
    }

    /// Leaves the connection for the next one. To be said only after a whole exchange.
    pub(crate) fn give_back(mut self) {
        let Some(connection) = self.connection.take() else { return };
        let (mut too_old, since) = (None, Instant::now());
        {
            let mut state = self.leave();
            state.idle.push(Idle { connection, since });
            // the one at the bottom was not needed for the longest time
            if state.idle.first().is_some_and(|oldest| since.duration_since(oldest.since) > UNNEEDED) {
                too_old = Some(state.idle.remove(0));
            }
        }
        drop(too_old);
    }
}

impl<C> Place<'_, C> {
    /// Leaves the place to the next one.
    fn leave(&mut self) -> MutexGuard<'_, State<C>> {
        self.is_free = true;
        let mut state = lock(&self.pool.state);
        state.taken -= 1;
        if state.waiting > 0 {
            self.pool.freed.notify_one();
        }
        state
    }
}

impl<C> Drop for Place<'_, C> {
    fn drop(&mut self) {
        if !self.is_free {
            drop(self.leave());
        }
    }
}

fn lock<C>(state: &Mutex<State<C>>) -> MutexGuard<'_, State<C>> {
    // nothing under this lock can leave it half done
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long a connection is taken for good without looking: servers close idle ones after whole seconds.
const TRUSTED: Duration = Duration::from_millis(100);

/// When a connection that nobody needed is closed.
const UNNEEDED: Duration = Duration::from_secs(120);
