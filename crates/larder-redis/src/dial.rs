//! Making a connection: plain, or encrypted; for threads and for tasks.

use std::{io, time::Duration};

use larder_core::store_bytes::link::Deadline;
#[cfg(feature = "tls")]
use larder_link::Place;
use larder_link::{AsyncStream, Dialled, Failure, Socket};

use crate::{address::Address, tls::Tls};

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
    let socket = larder_link::connect(&address.place, usual, deadline)?;
    if !address.is_encrypted {
        return Ok(Channel::Plain(socket));
    }
    encrypt(socket, address, tls)
}

/// Connects a task. There is no deadline in it: whoever awaits it has one.
pub(crate) async fn connect_async(
    address: &Address,
    tls: &Tls,
    within: Duration,
) -> Result<Dialled, Failure> {
    let Dialled { stream, socket } = larder_link::connect_async(&address.place, within).await?;
    if !address.is_encrypted {
        return Ok(Dialled { stream, socket });
    }
    Ok(Dialled { stream: encrypt_async(stream, address, tls).await?, socket })
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
    stream: Box<dyn AsyncStream>,
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
    _stream: Box<dyn AsyncStream>,
    _address: &Address,
    _tls: &Tls,
) -> Result<Box<dyn AsyncStream>, Failure> {
    Err(Failure::refused("TLS needs the feature `tls` of larder-redis"))
}
