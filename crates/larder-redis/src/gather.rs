//! Reads of tasks on one connection: what cannot be sent at once is gathered, and sent as one command for all who wait.
//!
//! A few reads are on their way at a time, each as it is. Who comes while these are waits until one of them has been answered, and then goes with all others who came meanwhile; what
//! several of them want to know is asked once. Each read is still answered by what the server said after the read began.
//!
//! Who asks may stop polling and not let go, as a branch of a `select` that is left for later. So who waits does not rely on those under way: there is always a task that asks for the waiting.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use larder_link::{Failure, Progress, Queued};
use redis::{Arg, Cmd, Value, aio::MultiplexedConnection};
use tokio::{runtime::Handle, sync::oneshot};

use crate::error::of_exchange;

/// The reads of one connection.
pub(crate) struct Gather {
    connection: MultiplexedConnection,
    runtime: Handle,
    /// When the server is not waited for any more: who asked has given up by then.
    within: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    under_way: usize,
    /// Whether there is a task that asks for the waiting whatever becomes of those under way.
    has_helper: bool,
    waiting: Vec<Member>,
}

/// A read that waits: an `MGET`, and where its reply goes.
struct Member {
    command: Cmd,
    queued: Queued,
    tell: oneshot::Sender<Result<Value, Failure>>,
}

impl Gather {
    pub(crate) fn new(connection: MultiplexedConnection, within: Duration) -> Self {
        Self { connection, runtime: Handle::current(), within, state: Mutex::default() }
    }

    /// The reply to an `MGET`. Neither dropping this future nor leaving it unpolled costs others their replies.
    pub(crate) async fn read(self: &Arc<Self>, command: &Cmd, progress: &Progress) -> Result<Value, Failure> {
        let reply = {
            let mut state = self.lock();
            if state.under_way < AT_ONCE {
                state.under_way += 1;
                None
            } else {
                let (tell, reply) = oneshot::channel();
                state.waiting.push(Member { command: command.clone(), queued: progress.queued(), tell });
                let needs_helper = !std::mem::replace(&mut state.has_helper, true);
                drop(state);
                if needs_helper {
                    self.ask_for_waiting(Place::Helper);
                }
                Some(reply)
            }
        };
        match reply {
            None => {
                let _turn = Turn(self);
                ask(self.connection.clone(), command).await
            }
            Some(reply) => reply.await.unwrap_or_else(|_| Err(Failure::dropped("the connection is gone"))),
        }
    }

    /// Asks for all who wait, again and again until nobody does, in a task of its own.
    fn ask_for_waiting(self: &Arc<Self>, place: Place) {
        let gather = Arc::clone(self);
        self.runtime.spawn(async move {
            while let Some(members) = gather.next_members(place) {
                if members.is_empty() {
                    continue;
                }
                members.iter().for_each(|member| member.queued.is_sent());
                let asked = ask_for(gather.connection.clone(), members);
                // those who asked have deadlines of their own, which are over by then
                let _ = tokio::time::timeout(gather.within, asked).await;
            }
        });
    }

    /// Who is asked for next, without those who gave up; `None`: nobody waits, and the place is free.
    fn next_members(&self, place: Place) -> Option<Vec<Member>> {
        let mut state = self.lock();
        if state.waiting.is_empty() {
            match place {
                Place::Slot => state.under_way -= 1,
                Place::Helper => state.has_helper = false,
            }
            return None;
        }
        let members = state.waiting.len().min(MOST);
        Some(state.waiting.drain(..members).filter(|member| !member.tell.is_closed()).collect())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // nothing under this lock can leave it half done
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a task that asks for the waiting gives back at its end.
#[derive(Clone, Copy)]
enum Place {
    /// That of a read under way.
    Slot,
    /// That of the one task that there is beside them.
    Helper,
}

/// A read under way; when it ends, also by being dropped, those who wait are asked for.
struct Turn<'a>(&'a Arc<Gather>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if state.waiting.is_empty() {
            state.under_way -= 1;
            return;
        }
        drop(state);
        self.0.ask_for_waiting(Place::Slot);
    }
}

async fn ask(mut connection: MultiplexedConnection, command: &Cmd) -> Result<Value, Failure> {
    connection.send_packed_command(command).await.map_err(|error| of_exchange(&error))
}

/// Asks for these members together, and gives each what is its own.
async fn ask_for(connection: MultiplexedConnection, members: Vec<Member>) {
    let (command, positions) = together(&members);
    match ask(connection.clone(), &command).await {
        Ok(Value::Array(values)) if positions.iter().flatten().all(|at| *at < values.len()) => {
            for (member, positions) in members.into_iter().zip(positions) {
                let own = positions.iter().map(|at| values[*at].clone()).collect();
                // who asked may have given up
                let _ = member.tell.send(Ok(Value::Array(own)));
            }
        }
        // what the server refuses may be the key of one of them
        Ok(_) => {
            for member in members {
                let reply = ask(connection.clone(), &member.command).await;
                let _ = member.tell.send(reply);
            }
        }
        Err(failure) => {
            for member in members {
                let _ = member.tell.send(Err(failure.clone()));
            }
        }
    }
}

/// One command for all, and where the values of each member are. What a member wants to know at the same place as the one before it, as the records of a cache and a function and
/// the sequence, is asked for once.
fn together(members: &[Member]) -> (Cmd, Vec<Vec<usize>>) {
    let mut keys: Vec<&[u8]> = Vec::with_capacity(members.len() * 4);
    let mut all: Vec<Vec<usize>> = Vec::with_capacity(members.len());
    for member in members {
        let before = all.last().map_or(&[][..], Vec::as_slice);
        let mut own = Vec::with_capacity(before.len().max(4));
        for (at, key) in keys_of(&member.command).enumerate() {
            let known = before.get(at).copied().filter(|known| keys[*known] == key);
            own.push(known.unwrap_or_else(|| {
                keys.push(key);
                keys.len() - 1
            }));
        }
        all.push(own);
    }
    let mut command = Cmd::with_capacity(keys.len() + 1, 4 + keys.iter().map(|key| key.len()).sum::<usize>());
    command.arg("MGET");
    keys.iter().for_each(|key| _ = command.arg(*key));
    (command, all)
}

fn keys_of(command: &Cmd) -> impl Iterator<Item = &[u8]> {
    command.args_iter().skip(1).filter_map(|argument| match argument {
        Arg::Simple(key) => Some(key),
        _ => None,
    })
}

/// So many reads are on their way at a time.
const AT_ONCE: usize = 4;

/// So many are sent together, so that a server with a single thread is not held up by one command for long.
const MOST: usize = 128;

#[cfg(test)]
mod tests {
    use larder_core::store_bytes::link::Deadline;

    use super::*;

    #[test]
    fn keys_that_several_want_are_asked_for_once() {
        let progress = Progress::new(Deadline::after(Duration::ZERO), Duration::ZERO);
        let member = |keys: &[&str]| {
            let mut command = redis::cmd("MGET");
            keys.iter().for_each(|key| _ = command.arg(*key));
            Member { command, queued: progress.queued(), tell: oneshot::channel().0 }
        };
        let members =
            [member(&["e1", "a", "s"]), member(&["e2", "a", "s"]), member(&["e2", "b"]), member(&["s"])];
        let (command, positions) = together(&members);
        assert_eq!(keys_of(&command).collect::<Vec<_>>(), [&b"e1"[..], b"a", b"s", b"e2", b"b", b"s"]);
        assert_eq!(positions, [vec![0, 1, 2], vec![3, 1, 2], vec![3, 4], vec![5]]);
    }
}
