//! What a protocol has to say for a [`Link`](crate::Link) to speak it.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use larder_core::store_bytes::link::Deadline;

use crate::{Failure, Progress};

/// How one server is spoken to: where it is, who asks, and what is said.
pub trait Protocol: fmt::Debug + Send + Sync + Sized + 'static {
    /// What goes to a server in one piece.
    type Request: Sync;
    /// Everything that is answered to a request.
    type Replies: Send;
    /// A connection of one thread.
    type Connection: Connection<Request = Self::Request, Replies = Self::Replies>;
    /// A connection that tasks share, past its handshake.
    type Shared: Send + Sync + 'static;

    /// Whether asking once more after an unknown outcome comes to the same.
    fn is_repeatable(request: &Self::Request) -> bool;

    /// The server's words, if replies say that it is there and cannot serve at all.
    fn trouble(replies: &Self::Replies) -> Option<String>;

    /// Connects a thread, up to where it may ask. `usual` is how long operations may take.
    ///
    /// # Errors
    ///
    /// When there is no connection in time, or the server refuses.
    fn open(&self, usual: Duration, deadline: Deadline) -> Result<Self::Connection, Failure>;

    /// Connects tasks, up to where they may ask. Whoever awaits it has a deadline; attempts that would take longer than `within` in all may be ended sooner.
    fn open_shared(
        &self,
        within: Duration,
    ) -> impl Future<Output = Result<Made<Self::Shared>, Failure>> + Send;

    /// Sends a request and awaits its replies. Dropping the future has to leave the connection in order for others. What is not sent at once says so in `progress`.
    fn exchange(
        shared: &Self::Shared,
        request: &Self::Request,
        progress: &Progress,
    ) -> impl Future<Output = Result<Self::Replies, Failure>> + Send;

    /// Whether the server has taken nothing of what is to be written for so long.
    fn is_stuck(shared: &Self::Shared, since: Duration) -> bool;

    /// Whether nothing is under way: then nothing may have come.
    fn is_quiet(shared: &Self::Shared) -> bool;

    /// Whether the server serves: it may be there and still be loading its data, or want a password.
    ///
    /// # Errors
    ///
    /// When it does not answer in time, or that it cannot serve.
    fn ping(connection: &mut Self::Connection, deadline: Deadline) -> Result<(), Failure>;

    /// What this is called in messages.
    fn place(&self) -> String;
}

/// A connection of one thread. After a failure it is of no use any more.
pub trait Connection: fmt::Debug + Send + 'static {
    /// What goes to a server in one piece.
    type Request;
    /// Everything that is answered to it.
    type Replies;

    /// Sends a request.
    ///
    /// # Errors
    ///
    /// When the connection ends, or the deadline comes.
    fn send(&mut self, request: &Self::Request, deadline: Deadline) -> Result<(), Failure>;

    /// Reads the replies to it.
    ///
    /// # Errors
    ///
    /// When the connection ends, the deadline comes, or what comes is no reply.
    fn receive(&mut self, request: &Self::Request, deadline: Deadline) -> Result<Self::Replies, Failure>;

    /// Whether the server has closed it meanwhile. May cost system calls.
    fn is_stale(&mut self) -> bool;

    /// Sends a request and reads its replies.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send) and [`receive`](Self::receive).
    fn exchange(&mut self, request: &Self::Request, deadline: Deadline) -> Result<Self::Replies, Failure> {
        self.send(request, deadline)?;
        self.receive(request, deadline)
    }
}

/// A connection for tasks that was made.
pub struct Made<S> {
    /// What requests go through.
    pub shared: S,
    /// What reads and writes it; it is spawned on the runtime, and ended with the last handle.
    pub driver: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// A second handle of its socket, to look at it beside the driver.
    pub socket: socket2::Socket,
}

impl<S> fmt::Debug for Made<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Made").field("socket", &self.socket).finish_non_exhaustive()
    }
}
