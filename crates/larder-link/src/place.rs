//! Where one server listens.

use std::{fmt, path::PathBuf};

/// Where one server listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// At a port of a host, by name or address.
    Tcp {
        /// The host, an IPv6 address without its brackets.
        host: String,
        /// The port.
        port: u16,
    },
    /// At a unix socket.
    Unix(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(out, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(out, "{host}:{port}"),
            Self::Unix(path) => write!(out, "{}", path.display()),
        }
    }
}
