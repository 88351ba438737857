//! A socket whose every reading and writing ends with the deadline.
//!
//! A time-out of the system covers one call of it, so that a peer that sends a byte now and then could hold a reader for ever. Here what remains of the deadline is set
//! before each call. The usual case costs no system call: the first reading takes the time-out that the socket has from the beginning.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

#[cfg(unix)]
use std::os::unix::net::UnixStream;

use larder_core::store_bytes::link::Deadline;

/// One call on whichever stream it is.
macro_rules! on_stream {
    ($stream:expr, $name:ident => $call:expr) => {
        match $stream {
            Stream::Tcp($name) => $call,
            #[cfg(unix)]
            Stream::Unix($name) => $call,
        }
    };
}

/// The stream below.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Another handle of a [`Socket`].
#[derive(Debug)]
pub struct Handle(Stream);

/// A stream with a deadline.
#[derive(Debug)]
pub struct Socket {
    stream: Stream,
    deadline: Deadline,
    usual: Duration,
    read_timeout: Duration,
    write_timeout: Duration,
    received: u64,
}

impl Socket {
    /// `usual` is how long operations may take; deadlines are set with [`arm`](Self::arm).
    pub(crate) fn new(stream: Stream, usual: Duration, deadline: Deadline) -> io::Result<Self> {
        // a little less than usual, so that the first reading of an operation still fits in when some time was spent on writing
        let usual = usual.saturating_sub(usual / 16).max(Duration::from_millis(1));
        stream.set_read_timeout(usual)?;
        stream.set_write_timeout(usual)?;
        Ok(Self { stream, deadline, usual, read_timeout: usual, write_timeout: usual, received: 0 })
    }

    /// What follows ends by then.
    pub fn arm(&mut self, deadline: Deadline) {
        self.deadline = deadline;
    }

    /// Whether the peer has closed, or sent what nobody asked for: then nothing can be asked on it any more. Cost: three system calls.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        let peeked = self.stream.set_nonblocking(true).and_then(|()| self.stream.peek());
        let is_silent = matches!(&peeked, Err(error) if error.kind() == ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false).is_err() || !is_silent
    }

    /// How many bytes have come so far.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Another handle of the same stream, to end it from elsewhere.
    ///
    /// # Errors
    ///
    /// When the system has none to give.
    pub fn handle(&self) -> io::Result<Handle> {
        self.stream.try_clone().map(Handle)
    }

    /// The time that the next call may take, `None` once the deadline is over.
    fn next_timeout(&self) -> io::Result<Duration> {
        let left = self.deadline.remaining().ok_or_else(|| io::Error::from(ErrorKind::TimedOut))?;
        // the system counts in microseconds, and takes zero for "for ever"
        let shortest = Duration::from_micros(10);
        Ok(if left >= self.usual { self.usual } else { left.saturating_sub(self.lateness()).max(shortest) })
    }

    /// Whether it was a signal, or the time-out of one call, and the deadline leaves time for another.
    fn goes_on(&self, error: &io::Error) -> bool {
        match error.kind() {
            ErrorKind::Interrupted => true,
            ErrorKind::WouldBlock | ErrorKind::TimedOut => self.leaves_time(),
            _ => false,
        }
    }

    /// Whether there is time for one more call of the system after one that timed out.
    fn leaves_time(&self) -> bool {
        self.deadline.remaining().is_some_and(|left| left > self.lateness())
    }

    /// How much later than asked for a time-out may come: systems count in ticks of some milliseconds. Where all the time there is is not much longer, so much is not given away.
    fn lateness(&self) -> Duration {
        TICKS.min(self.usual / 32)
    }
}

impl Handle {
    /// Ends the stream for all its handles: readings return at once.
    pub fn shut_down(&self) {
        // it may have ended by itself
        let _ = on_stream!(&self.0, stream => stream.shutdown(Shutdown::Both));
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let timeout = self.next_timeout()?;
            if timeout != self.read_timeout {
                self.stream.set_read_timeout(timeout)?;
                self.read_timeout = timeout;
            }
            match self.stream.read(buffer) {
                Err(error) if self.goes_on(&error) => {}
                read => {
                    self.received += read.as_ref().map_or(0, |bytes| *bytes as u64);
                    return read;
                }
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let timeout = self.next_timeout()?;
            if timeout != self.write_timeout {
                self.stream.set_write_timeout(timeout)?;
                self.write_timeout = timeout;
            }
            match self.stream.write(bytes) {
                Err(error) if self.goes_on(&error) => {}
                other => return other,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Two ticks of a system that counts 250 in a second: it rounds up, and adds one.
const TICKS: Duration = Duration::from_millis(8);

impl Stream {
    fn set_read_timeout(&self, timeout: Duration) -> io::Result<()> {
        on_stream!(self, stream => stream.set_read_timeout(Some(timeout)))
    }

    fn set_write_timeout(&self, timeout: Duration) -> io::Result<()> {
        on_stream!(self, stream => stream.set_write_timeout(Some(timeout)))
    }

    fn set_nonblocking(&self, is_nonblocking: bool) -> io::Result<()> {
        on_stream!(self, stream => stream.set_nonblocking(is_nonblocking))
    }

    /// Looks at what has come without taking it.
    fn peek(&self) -> io::Result<usize> {
        let mut byte = [std::mem::MaybeUninit::uninit(); 1];
        on_stream!(self, stream => socket2::SockRef::from(stream).peek(&mut byte))
    }

    fn try_clone(&self) -> io::Result<Self> {
        Ok(match self {
            Self::Tcp(stream) => Self::Tcp(stream.try_clone()?),
            #[cfg(unix)]
            Self::Unix(stream) => Self::Unix(stream.try_clone()?),
        })
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        on_stream!(self, stream => stream.read(buffer))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        on_stream!(self, stream => stream.write(bytes))
    }
}
