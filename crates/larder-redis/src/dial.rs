//! Making a connection: the name, the sockets, TLS; for threads and for tasks.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use larder_core::store_bytes::link::Deadline;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    address::{Address, Place},
    error::Failure,
    socket::{Socket, Stream},
    tls::Tls,
};

/// A socket for threads, plain or encrypted.
pub(crate) enum Channel {
    Plain(Socket),
    #[cfg(feature = "tls")]
    Encrypted(Box<rustls::StreamOwned<rustls::ClientConnection, Socket>>),
}

impl Channel {
    pub(crate) fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => &mut stream.sock,
        }
    }
}

impl io::Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => stream.read(buffer),
        }
    }
}

impl io::Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            #[cfg(feature = "tls")]
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}

/// Connects a thread. `usual` is how long operations on it may take.
pub(crate) fn connect(
    address: &Address,
    tls: &Tls,
    usual: Duration,
    deadline: Deadline,
) -> Result<Channel, Failure> {
    let failed = |error: &io::Error| Failure::of_connecting(&address.place, error);
    let stream = match &address.place {
        #[cfg(unix)]
        Place::Unix(path) => Stream::Unix(connect_unix(path, deadline).map_err(|error| failed(&error))?),
        #[cfg(not(unix))]
        Place::Unix(_) => return Err(Failure::unreachable("there are no unix sockets here")),
        Place::Tcp { host, port } => {
            let found = resolve_blocking(host, *port, deadline).map_err(|error| failed(&error))?;
            Stream::Tcp(connect_tcp(&found, deadline).map_err(|error| failed(&error))?)
        }
    };
    let socket = Socket::new(stream, usual, deadline).map_err(|error| failed(&error))?;
    if !address.is_encrypted {
        return Ok(Channel::Plain(socket));
    }
    encrypt(socket, address, tls)
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

/// A socket for tasks.
pub(crate) trait AsyncStream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> AsyncStream for S {}

/// A connection for tasks, and a second handle of its socket, to look at it beside whoever reads and writes.
pub(crate) struct Dialled {
    pub(crate) stream: Box<dyn AsyncStream>,
    pub(crate) socket: socket2::Socket,
}

/// Connects a task. There is no deadline in it: whoever awaits it has one.
pub(crate) async fn connect_async(
    address: &Address,
    tls: &Tls,
    within: Duration,
) -> Result<Dialled, Failure> {
    let failed = |error: io::Error| Failure::of_connecting(&address.place, &error);
    let (host, port) = match &address.place {
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
    if !address.is_encrypted {
        return Ok(Dialled { stream: Box::new(stream), socket });
    }
    Ok(Dialled { stream: encrypt_async(stream, host, address, tls).await?, socket })
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

#[cfg(feature = "tls")]
fn encrypt(socket: Socket, address: &Address, tls: &Tls) -> Result<Channel, Failure> {
    let (config, name) = session(address, tls)?;
    let connection = rustls::ClientConnection::new(config, name).map_err(Failure::refused)?;
    let mut stream = rustls::StreamOwned::new(connection, socket);
    // the handshake at once, so that what is wrong with it is not taken for a connection that broke
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock).map_err(|error| handshake_failed(address, &error))?;
    }
    Ok(Channel::Encrypted(Box::new(stream)))
}

#[cfg(feature = "tls")]
async fn encrypt_async(
    stream: tokio::net::TcpStream,
    _host: &str,
    address: &Address,
    tls: &Tls,
) -> Result<Box<dyn AsyncStream>, Failure> {
    let (config, name) = session(address, tls)?;
    let connecting = tokio_rustls::TlsConnector::from(config).connect(name, stream);
    Ok(Box::new(connecting.await.map_err(|error| handshake_failed(address, &error))?))
}

#[cfg(feature = "tls")]
fn session(
    address: &Address,
    tls: &Tls,
) -> Result<(std::sync::Arc<rustls::ClientConfig>, rustls::pki_types::ServerName<'static>), Failure> {
    let Place::Tcp { host, .. } = &address.place else {
        return Err(Failure::refused("a unix socket is not encrypted"));
    };
    let name = rustls::pki_types::ServerName::try_from(host.clone())
        .map_err(|_| Failure::refused(format_args!("{host:?} is no name that a certificate can have")))?;
    Ok((tls.config().map_err(Failure::refused)?, name))
}

#[cfg(feature = "tls")]
fn handshake_failed(address: &Address, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::InvalidData => Failure::refused(format_args!("TLS with {}: {error}", address.place)),
        _ => Failure::of_connecting(format_args!("TLS with {}", address.place), error),
    }
}

#[cfg(not(feature = "tls"))]
fn encrypt(_socket: Socket, _address: &Address, _tls: &Tls) -> Result<Channel, Failure> {
    Err(Failure::refused("TLS needs the feature `tls` of larder-redis"))
}

#[cfg(not(feature = "tls"))]
async fn encrypt_async(
    _stream: tokio::net::TcpStream,
    _host: &str,
    _address: &Address,
    _tls: &Tls,
) -> Result<Box<dyn AsyncStream>, Failure> {
    Err(Failure::refused("TLS needs the feature `tls` of larder-redis"))
}
