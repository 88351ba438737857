//! A connection that the tasks of a runtime share: what they ask goes out together, and each gets its own replies.
//!
//! Who asks while nothing is under way writes it there and then, which saves waking a task. While something is, questions are collected, and the [`Driver`] sends them after it has let
//! everybody else have a turn: so those who are woken by one read are sent by one write, and a [`Dialogue`] may put them together further.
//!
//! Neither dropping a question nor leaving it unpolled holds up others: the driver depends on nobody who asks.

use std::{
    collections::VecDeque,
    fmt,
    future::{Future, poll_fn},
    mem,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker, ready},
    time::Duration,
};

use larder_core::store_bytes::link::Deadline;
use tokio::{
    io::{AsyncRead as _, AsyncWrite as _, ReadBuf},
    sync::oneshot,
};

use crate::{
    dial::AsyncStream,
    failure::Failure,
    progress::{Progress, Queued},
};

/// What is said on a connection: requests as bytes, and bytes as replies.
pub trait Dialogue: Send + Sized + 'static {
    /// What is asked. Clones are cheap.
    type Request: Clone + Send + Unpin + 'static;
    /// Everything that is answered to it.
    type Replies: Send + Unpin + 'static;

    /// Takes the next question, or several that go together, and appends what is to be sent for them.
    fn send(&mut self, questions: &mut Questions<Self>, out: &mut Vec<u8>);

    /// Takes what has come, and notes who is told what. What has to be asked once more is put to the questions.
    ///
    /// # Errors
    ///
    /// When it is nothing that was asked for: the connection is of no use any more.
    fn receive(
        &mut self,
        bytes: &[u8],
        questions: &mut Questions<Self>,
        told: &mut Told<Self::Replies>,
    ) -> Result<(), Failure>;

    /// Whether something that was sent awaits its replies.
    fn is_waiting(&self) -> bool;

    /// Everybody who awaits replies; there will be none.
    fn end(&mut self) -> Vec<Asker<Self::Replies>>;
}

/// What is to be sent.
pub struct Questions<D: Dialogue> {
    all: VecDeque<Question<D>>,
    /// Of those who have given up, to be dropped once nothing is locked.
    gone: Vec<Question<D>>,
    /// When what is taken out is sent: now.
    now: Deadline,
}

/// A request, and who asks.
pub struct Question<D: Dialogue> {
    /// What is asked.
    pub request: D::Request,
    /// Who asks.
    pub asker: Asker<D::Replies>,
}

/// Who awaits replies.
#[derive(Debug)]
pub struct Asker<R> {
    tell: oneshot::Sender<Result<R, Failure>>,
    queued: Option<Queued>,
}

/// Who is told what, once nothing is locked.
pub type Told<R> = Vec<(Asker<R>, Result<R, Failure>)>;

impl<D: Dialogue> Questions<D> {
    /// Takes the next question, of somebody who still waits, to be sent.
    pub fn take(&mut self) -> Option<Question<D>> {
        self.skip_gone();
        self.take_first()
    }

    /// The same if it is one of which `choose` makes something.
    pub fn take_if<T>(
        &mut self,
        choose: impl FnOnce(&D::Request) -> Option<T>,
    ) -> Option<(T, Asker<D::Replies>)> {
        self.skip_gone();
        // who gives up from now on does so too late: what is chosen and what is taken have to be one
        let chosen = choose(&self.all.front()?.request)?;
        Some((chosen, self.take_first()?.asker))
    }

    fn skip_gone(&mut self) {
        while self.all.front().is_some_and(|question| question.asker.tell.is_closed()) {
            self.gone.extend(self.all.pop_front());
        }
    }

    fn take_first(&mut self) -> Option<Question<D>> {
        let question = self.all.pop_front()?;
        if let Some(queued) = &question.asker.queued {
            queued.is_sent(self.now);
        }
        Some(question)
    }

    /// Has something asked once more.
    pub fn again(&mut self, request: D::Request, asker: Asker<D::Replies>) {
        self.all.push_back(Question { request, asker });
    }
}

impl<R> Asker<R> {
    fn tell(self, replies: Result<R, Failure>) {
        // who asked may have given up
        let _ = self.tell.send(replies);
    }
}

/// What questions go through. Clones are the same connection.
pub struct Multiplexed<D: Dialogue> {
    line: Arc<Line<D>>,
}

/// What reads and writes a connection. It ends with the connection, which ends when this is dropped.
pub struct Driver<D: Dialogue> {
    line: Arc<Line<D>>,
    buffer: Box<[u8]>,
    told: Told<D::Replies>,
    gone: Vec<Question<D>>,
    /// Whether others have had their turn since questions came.
    has_waited: bool,
}

/// The connection, as those who ask and the driver share it. Who has both locks took that of the exchange first; who asks never waits for that one.
struct Line<D: Dialogue> {
    exchange: Mutex<Exchange<D>>,
    queue: Mutex<Queue<D>>,
}

/// What is said and heard. It is locked while the socket is read and written.
struct Exchange<D: Dialogue> {
    dialogue: D,
    /// Until the end.
    stream: Option<Box<dyn AsyncStream>>,
    /// Those that were taken from the queue.
    questions: Questions<D>,
    /// What is to be written, and how much of it is.
    out: Vec<u8>,
    written: usize,
    /// When the peer took something last.
    taken_at: Deadline,
}

/// What is asked while the driver is busy, or something is under way.
struct Queue<D: Dialogue> {
    questions: VecDeque<Question<D>>,
    driver: Waker,
    /// Whether the driver knows of the questions.
    is_driver_called: bool,
    /// Why there is nothing to be had any more.
    failure: Option<Failure>,
}

impl<D: Dialogue> Multiplexed<D> {
    /// This dialogue on this stream. The driver has to be polled for anything to come back.
    #[must_use]
    pub fn new(dialogue: D, stream: Box<dyn AsyncStream>) -> (Self, Driver<D>) {
        let exchange = Exchange {
            dialogue,
            stream: Some(stream),
            questions: Questions { all: VecDeque::new(), gone: Vec::new(), now: Deadline::now() },
            out: Vec::new(),
            written: 0,
            taken_at: Deadline::now(),
        };
        let queue = Queue {
            questions: VecDeque::new(),
            driver: Waker::noop().clone(),
            is_driver_called: false,
            failure: None,
        };
        let line = Arc::new(Line { exchange: Mutex::new(exchange), queue: Mutex::new(queue) });
        let buffer = vec![0; BUFFER].into();
        let driver =
            Driver { line: Arc::clone(&line), buffer, told: Vec::new(), gone: Vec::new(), has_waited: false };
        (Self { line }, driver)
    }

    /// Asks, and awaits the replies. Dropping this future leaves the connection in order. What waits to be sent says so in `progress`.
    ///
    /// # Errors
    ///
    /// When the connection has ended, or ends before the replies.
    pub async fn exchange(
        &self,
        request: &D::Request,
        progress: Option<&Progress>,
    ) -> Result<D::Replies, Failure> {
        let (tell, replies) = oneshot::channel();
        let driver = self.line.ask(request, tell, progress)?;
        if let Some(driver) = driver {
            driver.wake();
        }
        replies.await.unwrap_or_else(|_| Err(Failure::dropped(CLOSED)))
    }

    /// Whether the peer has taken nothing of what is to be written for so long.
    #[must_use]
    pub fn is_stuck(&self, since: Duration) -> bool {
        // who has it now writes, or reads
        let Ok(exchange) = self.line.exchange.try_lock() else { return false };
        !exchange.out.is_empty() && exchange.taken_at <= Deadline::now().before(since)
    }

    /// Whether nothing is under way, as far as can be told without waiting.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.line.exchange.try_lock().is_ok_and(|exchange| exchange.is_quiet())
    }
}

impl<D: Dialogue> Driver<D> {
    /// Waits for something that is asked before the driver is on its own.
    pub async fn until<T>(&mut self, asking: impl Future<Output = T>) -> T {
        let mut asking = pin!(asking);
        poll_fn(|context| {
            // its end is the end of what is asked
            let _ = Pin::new(&mut *self).poll(context);
            asking.as_mut().poll(context)
        })
        .await
    }
}

impl<D: Dialogue> Future for Driver<D> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let result = {
            // after a panic in a dialogue, replies may be anybody's
            let (mut exchange, is_broken) = match this.line.exchange.lock() {
                Ok(exchange) => (exchange, false),
                Err(poisoned) => (poisoned.into_inner(), true),
            };
            let mut queue = lock(&this.line.queue);
            queue.driver.clone_from(context.waker());
            let has_company = !queue.questions.is_empty() && exchange.dialogue.is_waiting();
            this.has_waited = has_company && !this.has_waited;
            queue.is_driver_called = this.has_waited;
            if this.has_waited {
                drop((queue, exchange));
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            exchange.questions.all.append(&mut queue.questions);
            let failure = queue.failure.clone();
            drop(queue);
            let result = match failure {
                Some(failure) => Err(failure),
                None if is_broken => Err(Failure::dropped("a request could not be written")),
                None => exchange.go_on(context, &mut this.buffer, &mut this.told),
            };
            mem::swap(&mut exchange.questions.gone, &mut this.gone);
            result
        };
        this.gone.clear();
        this.told.drain(..).for_each(|(asker, replies)| asker.tell(replies));
        match result {
            Ok(()) => Poll::Pending,
            Err(failure) => {
                this.line.end(&failure);
                Poll::Ready(())
            }
        }
    }
}

impl<D: Dialogue> Drop for Driver<D> {
    /// It was told to end, or its runtime has ended.
    fn drop(&mut self) {
        self.line.end(&Failure::dropped("the connection is gone"));
    }
}

impl<D: Dialogue> Line<D> {
    /// Takes a question, and gives the driver if that has to be woken.
    fn ask(
        &self,
        request: &D::Request,
        tell: oneshot::Sender<Result<D::Replies, Failure>>,
        progress: Option<&Progress>,
    ) -> Result<Option<Waker>, Failure> {
        let exchange = self.exchange.try_lock().ok().filter(|exchange| exchange.is_quiet());
        let mut queue = lock(&self.queue);
        if let Some(failure) = &queue.failure {
            return Err(failure.clone().before_sending());
        }
        if let Some(mut exchange) = exchange.filter(|_| queue.questions.is_empty()) {
            let driver = queue.driver.clone();
            drop(queue);
            progress.inspect(|progress| progress.is_sent());
            let asker = Asker { tell, queued: None };
            exchange.questions.all.push_back(Question { request: request.clone(), asker });
            // what cannot be written yet has the driver woken when it can
            let written = exchange.write(&mut Context::from_waker(&driver));
            // the driver finds out what is wrong
            return Ok(written.is_err().then_some(driver));
        }
        let asker = Asker { tell, queued: progress.map(Progress::queued) };
        queue.questions.push_back(Question { request: request.clone(), asker });
        let is_called = mem::replace(&mut queue.is_driver_called, true);
        Ok((!is_called).then(|| queue.driver.clone()))
    }

    /// Tells everybody who waits that there will be nothing, and lets go of the stream.
    fn end(&self, failure: &Failure) {
        let (stream, sent, taken, queued) = {
            let mut exchange = lock(&self.exchange);
            let mut queue = lock(&self.queue);
            queue.failure.get_or_insert_with(|| failure.clone());
            exchange.out = Vec::new();
            let taken = mem::take(&mut exchange.questions.all);
            (exchange.stream.take(), exchange.dialogue.end(), taken, mem::take(&mut queue.questions))
        };
        drop(stream);
        sent.into_iter().for_each(|asker| asker.tell(Err(failure.clone())));
        let unsent = failure.clone().before_sending();
        taken.into_iter().chain(queued).for_each(|question| question.asker.tell(Err(unsent.clone())));
    }
}

impl<D: Dialogue> Exchange<D> {
    /// Whether nothing is under way.
    fn is_quiet(&self) -> bool {
        self.questions.all.is_empty() && self.out.is_empty() && !self.dialogue.is_waiting()
    }

    /// Writes and reads as much as can be.
    fn go_on(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
        told: &mut Told<D::Replies>,
    ) -> Result<(), Failure> {
        loop {
            // what has come before it failed is of use all the same
            let written = self.write(context);
            let mut read = ReadBuf::new(buffer);
            let Some(stream) = &mut self.stream else { return Err(Failure::dropped(CLOSED)) };
            match Pin::new(stream).poll_read(context, &mut read) {
                Poll::Pending => return written,
                Poll::Ready(Err(error)) => return Err(Failure::of_exchange(&error)),
                Poll::Ready(Ok(())) if read.filled().is_empty() => return Err(Failure::dropped(CLOSED)),
                Poll::Ready(Ok(())) => {
                    self.dialogue.receive(read.filled(), &mut self.questions, told)?;
                }
            }
        }
    }

    /// Writes what is asked, as much as the peer takes.
    fn write(&mut self, context: &mut Context<'_>) -> Result<(), Failure> {
        if !self.questions.all.is_empty() {
            self.questions.now = Deadline::now();
        }
        loop {
            while !self.questions.all.is_empty() && self.out.len() < LARGEST_WRITE {
                self.dialogue.send(&mut self.questions, &mut self.out);
            }
            if self.out.is_empty() {
                return Ok(());
            }
            if self.written == 0 {
                self.taken_at = self.questions.now;
            }
            match self.write_out(context) {
                Poll::Pending => return Ok(()),
                Poll::Ready(written) => written?,
            }
            self.out.clear();
            self.out.shrink_to(LARGEST_WRITE);
            self.written = 0;
        }
    }

    fn write_out(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let Some(stream) = &mut self.stream else { return Poll::Ready(Err(Failure::dropped(CLOSED))) };
        while self.written < self.out.len() {
            match ready!(Pin::new(&mut *stream).poll_write(context, &self.out[self.written..])) {
                Ok(0) => return Poll::Ready(Err(Failure::dropped(CLOSED))),
                Ok(written) => {
                    self.written += written;
                    if self.written < self.out.len() {
                        self.taken_at = Deadline::now();
                    }
                }
                Err(error) => return Poll::Ready(Err(Failure::of_exchange(&error))),
            }
        }
        // an encrypted stream may keep something back
        Pin::new(stream).poll_flush(context).map_err(|error| Failure::of_exchange(&error))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<D: Dialogue> Clone for Multiplexed<D> {
    fn clone(&self) -> Self {
        Self { line: Arc::clone(&self.line) }
    }
}

impl<D: Dialogue> fmt::Debug for Multiplexed<D> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Multiplexed").finish_non_exhaustive()
    }
}

impl<D: Dialogue> fmt::Debug for Driver<D> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Driver").finish_non_exhaustive()
    }
}

impl<D: Dialogue> fmt::Debug for Questions<D> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Questions").field("len", &self.all.len()).finish_non_exhaustive()
    }
}

impl<D: Dialogue> fmt::Debug for Question<D> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Question").finish_non_exhaustive()
    }
}

/// The other side ended it.
pub const CLOSED: &str = "the server closed the connection";

/// There is more than was asked for.
pub const UNASKED: &str = "the server sent what nobody asked for";

/// How much is read at once.
const BUFFER: usize = 32 * 1024;

/// What is to be written is not collected beyond this: a peer that takes nothing is not to fill our memory.
const LARGEST_WRITE: usize = 256 * 1024;

#[cfg(test)]
mod tests;
