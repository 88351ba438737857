//! Making a connection: the name and the sockets, for threads and for tasks.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use larder_core::store_bytes::link::Deadline;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    failure::Failure,
    place::Place,
    socket::{Socket, Stream},
};

/// Connects a thread. `usual` is how long operations on it may take.
///
/// # Errors
///
/// When nobody is there, or not in time.
pub fn connect(place: &Place, usual: Duration, deadline: Deadline) -> Result<Socket, Failure> {
    let failed = |error: io::Error| Failure::of_connecting(place, &error);
    let stream = match place {
        #[cfg(unix)]
        Place::Unix(path) => Stream::Unix(connect_unix(path, deadline).map_err(failed)?),
        #[cfg(not(unix))]
        Place::Unix(_) => return Err(Failure::unreachable("there are no unix sockets here")),
        Place::Tcp { host, port } => {
            let found = resolve_blocking(host, *port, deadline).map_err(failed)?;
            Stream::Tcp(connect_tcp(&found, deadline).map_err(failed)?)
        }
    };
    Socket::new(stream, usual, deadline).map_err(failed)
}

/// The standard library's own would wait for ever when the server accepts no more.
#[cfg(unix)]
fn connect_unix(path: &std::path::Path, deadline: Deadline) -> io::Result<std::os::unix::net::UnixStream> {
    let left = deadline.remaining().ok_or_else(|| io::Error::from(io::ErrorKind::TimedOut))?;
    let socket = socket2::Socket::new(socket2::Domain::UNIX, socket2::Type::STREAM, None)?;
    socket.connect_timeout(&socket2::SockAddr::unix(path)?, left)?;
    Ok(std::os::fd::OwnedFd::from(socket).into())
}

/// Tries one address after the other; each has its share of the time that is left.
fn connect_tcp(found: &[SocketAddr], deadline: Deadline) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for (at, address) in found.iter().enumerate() {
        let left = deadline.remaining().ok_or_else(|| io::Error::from(io::ErrorKind::TimedOut))?;
        match TcpStream::connect_timeout(address, share(left, found.len() - at)) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                keep_alive(SockRef::from(&stream))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn share(left: Duration, among: usize) -> Duration {
    (left / u32::try_from(among).unwrap_or(1).max(1)).max(Duration::from_micros(10))
}

/// A host that vanished without a word is noticed within half a minute, also while nothing is asked.
fn keep_alive(socket: SockRef<'_>) -> io::Result<()> {
    let settings =
        TcpKeepalive::new().with_time(Duration::from_secs(15)).with_interval(Duration::from_secs(5));
    socket.set_tcp_keepalive(&settings)
}

/// The addresses of a host. A name is looked up on a thread of its own, since the system's resolver knows no deadline; `found` is called there.
fn resolve(host: &str, port: u16, found: impl FnOnce(io::Result<Vec<SocketAddr>>) + Send + 'static) {
    if let Ok(address) = host.parse::<IpAddr>() {
        return found(Ok(vec![SocketAddr::new(address, port)]));
    }
    let host = host.to_owned();
    let look_up = move || found((host.as_str(), port).to_socket_addrs().map(Iterator::collect));
    // without a thread `found` is dropped, which whoever waits for it takes for a failure
    drop(std::thread::Builder::new().name("larder-resolve".into()).spawn(look_up));
}

fn resolve_blocking(host: &str, port: u16, deadline: Deadline) -> io::Result<Vec<SocketAddr>> {
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    resolve(host, port, move |found| drop(sender.send(found)));
    let left = deadline.remaining().unwrap_or(Duration::from_micros(10));
    receiver.recv_timeout(left).unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn resolve_async(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    resolve(host, port, move |found| drop(sender.send(found)));
    receiver.await.unwrap_or_else(|_| Err(io::ErrorKind::NotFound.into()))
}

/// A connection for tasks, and a second handle of its socket, to look at it beside whoever reads and writes.
pub struct Dialled {
    /// What is read and written.
    pub stream: Box<dyn AsyncStream>,
    /// The second handle.
    pub socket: socket2::Socket,
}

/// A socket for tasks.
pub trait AsyncStream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> AsyncStream for S {}

impl fmt::Debug for Dialled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Dialled").field("socket", &self.socket).finish_non_exhaustive()
    }
}

/// Connects a task. There is no deadline in it: whoever awaits it has one. Each address of a host has its share of `within`.
///
/// # Errors
///
/// When nobody is there.
pub async fn connect_async(place: &Place, within: Duration) -> Result<Dialled, Failure> {
    let failed = |error: io::Error| Failure::of_connecting(place, &error);
    let (host, port) = match place {
        #[cfg(unix)]
        Place::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path).await.map_err(failed)?;
            let socket = SockRef::from(&stream).try_clone().map_err(failed)?;
            return Ok(Dialled { stream: Box::new(stream), socket });
        }
        #[cfg(not(unix))]
        Place::Unix(_) => return Err(Failure::unreachable("there are no unix sockets here")),
        Place::Tcp { host, port } => (host, *port),
    };
    let found = resolve_async(host, port).await.map_err(failed)?;
    let stream = connect_tcp_async(&found, within).await.map_err(failed)?;
    let socket = SockRef::from(&stream).try_clone().map_err(failed)?;
    Ok(Dialled { stream: Box::new(stream), socket })
}

async fn connect_tcp_async(found: &[SocketAddr], within: Duration) -> io::Result<tokio::net::TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in found {
        let connecting = tokio::net::TcpStream::connect(address);
        match tokio::time::timeout(share(within, found.len()), connecting).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true)?;
                keep_alive(SockRef::from(&stream))?;
                return Ok(stream);
            }
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}
