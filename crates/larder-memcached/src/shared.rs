//! A connection that the tasks of a runtime share: requests of all of them go out one after the other, and each gets its own replies.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use larder_link::{AsyncStream, Failure};
use tokio::{
    io::{AsyncRead as _, AsyncWrite as _, ReadBuf},
    sync::{mpsc, oneshot},
};

use crate::{
    codec::{Decoder, Expected, Reply, Request},
    connection::{BUFFER, CLOSED, UNASKED},
};

/// What requests go through. Clones are the same connection.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    requests: mpsc::UnboundedSender<Asked>,
}

/// A request, and who waits for the replies.
#[derive(Debug)]
struct Asked {
    request: Request,
    tell: oneshot::Sender<Result<Vec<Reply>, Failure>>,
}

/// A request that is on its way.
#[derive(Debug)]
struct Waiting {
    expected: Arc<Vec<Expected>>,
    replies: Vec<Reply>,
    tell: oneshot::Sender<Result<Vec<Reply>, Failure>>,
}

/// What reads and writes the connection. It ends with the connection, or with the last handle.
pub(crate) struct Driver {
    stream: Box<dyn AsyncStream>,
    requests: mpsc::UnboundedReceiver<Asked>,
    /// What is to be written, and how much of the first one is.
    outgoing: VecDeque<Arc<Vec<u8>>>,
    written: usize,
    waiting: VecDeque<Waiting>,
    decoder: Decoder,
    buffer: Vec<u8>,
}

impl Shared {
    pub(crate) async fn exchange(&self, request: &Request) -> Result<Vec<Reply>, Failure> {
        let (tell, replies) = oneshot::channel();
        let asked = Asked { request: request.clone(), tell };
        self.requests.send(asked).map_err(|_| Failure::dropped(CLOSED))?;
        replies.await.unwrap_or_else(|_| Err(Failure::dropped(CLOSED)))
    }
}

impl Driver {
    pub(crate) fn new(stream: Box<dyn AsyncStream>) -> (Shared, Self) {
        let (sender, requests) = mpsc::unbounded_channel();
        let driver = Self {
            stream,
            requests,
            outgoing: VecDeque::new(),
            written: 0,
            waiting: VecDeque::new(),
            decoder: Decoder::default(),
            buffer: vec![0; BUFFER],
        };
        (Shared { requests: sender }, driver)
    }

    /// Takes what tasks ask. Says whether there may be more.
    fn poll_requests(&mut self, context: &mut Context<'_>) -> bool {
        loop {
            match self.requests.poll_recv(context) {
                Poll::Ready(Some(Asked { request, tell })) => {
                    self.outgoing.push_back(request.bytes);
                    self.waiting.push_back(Waiting { expected: request.expected, replies: Vec::new(), tell });
                }
                Poll::Ready(None) => return false,
                Poll::Pending => return true,
            }
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Result<(), Failure> {
        while let Some(bytes) = self.outgoing.front() {
            match Pin::new(&mut self.stream).poll_write(context, &bytes[self.written..]) {
                Poll::Ready(Ok(0)) => return Err(Failure::dropped(CLOSED)),
                Poll::Ready(Ok(written)) => self.written += written,
                Poll::Ready(Err(error)) => return Err(Failure::of_exchange(&error)),
                Poll::Pending => break,
            }
            if self.written == bytes.len() {
                self.outgoing.pop_front();
                self.written = 0;
            }
        }
        Ok(())
    }

    /// Reads what has come, and has it delivered.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        loop {
            let mut buffer = ReadBuf::new(&mut self.buffer);
            let read = ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer));
            read.map_err(|error| Failure::of_exchange(&error))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Err(Failure::dropped(CLOSED)));
            }
            self.decoder.feed(buffer.filled());
            self.deliver()?;
        }
    }

    fn deliver(&mut self) -> Result<(), Failure> {
        while let Some(first) = self.waiting.front_mut() {
            while let Some(expected) = first.expected.get(first.replies.len()) {
                match self.decoder.next(*expected)? {
                    Some(reply) => first.replies.push(reply),
                    None => return Ok(()),
                }
            }
            if let Some(Waiting { replies, tell, .. }) = self.waiting.pop_front() {
                // whoever asked may have given up
                let _ = tell.send(Ok(replies));
            }
        }
        if self.decoder.is_empty() { Ok(()) } else { Err(Failure::dropped(UNASKED)) }
    }

    fn poll_all(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let may_be_asked = self.poll_requests(context);
        self.poll_write(context)?;
        if self.poll_read(context)?.is_pending() && (may_be_asked || !self.waiting.is_empty()) {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if let Err(failure) = ready!(self.poll_all(context)) {
            self.requests.close();
            let may_be_asked = self.poll_requests(context);
            debug_assert!(!may_be_asked, "it is closed");
            for Waiting { tell, .. } in self.waiting.drain(..) {
                let _ = tell.send(Err(failure.clone()));
            }
        }
        Poll::Ready(())
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Driver").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}
