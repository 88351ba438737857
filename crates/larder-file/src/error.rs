//! Why a directory cannot be a store, and what an error of the file system means to those who ask one.

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use larder_core::store_bytes::StoreError;

/// What the store is called.
pub(crate) const NAME: &str = "file";

/// Why a directory cannot be a store.
#[derive(Debug)]
pub struct FileStoreError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Environment { value: Option<PathBuf> },
    OpenToOthers { path: PathBuf, mode: u32 },
    Io { path: PathBuf, source: io::Error },
    NoRoom,
}

impl FileStoreError {
    pub(crate) fn environment(value: Option<PathBuf>) -> Self {
        Self { kind: Kind::Environment { value } }
    }

    #[cfg_attr(not(unix), allow(dead_code, reason = "only Unix has modes"))]
    pub(crate) fn open_to_others(path: &Path, mode: u32) -> Self {
        Self { kind: Kind::OpenToOthers { path: path.into(), mode: mode & 0o7777 } }
    }

    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self { kind: Kind::Io { path: path.into(), source } }
    }

    pub(crate) fn no_room() -> Self {
        Self { kind: Kind::NoRoom }
    }

    /// Whether the environment variable `LARDER_DIR` is missing, or is no absolute path.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        matches!(self.kind, Kind::Environment { .. })
    }

    /// Whether others than the owner may write to the directory, so that what is in it cannot be trusted.
    #[must_use]
    pub fn is_open_to_others(&self) -> bool {
        matches!(self.kind, Kind::OpenToOthers { .. })
    }

    /// Whether the directory can neither be used nor be made.
    #[must_use]
    pub fn is_io(&self) -> bool {
        matches!(self.kind, Kind::Io { .. })
    }
}

impl fmt::Display for FileStoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Environment { value: None } => out.write_str(
                "the environment variable LARDER_DIR is not set; set it to the absolute path of a directory",
            ),
            Kind::Environment { value: Some(value) } => {
                write!(
                    out,
                    "the environment variable LARDER_DIR is {value:?}; write the absolute path of a directory"
                )
            }
            Kind::OpenToOthers { path, mode } => {
                let shown = path.display();
                write!(
                    out,
                    "others may write to {shown} (mode {mode:o}); name a directory of your own, or run `chmod 700 {shown}`"
                )
            }
            Kind::Io { path, source } => write!(out, "{} cannot be a store: {source}", path.display()),
            Kind::NoRoom => out.write_str(
                "a bound of 0 leaves no room for anything; use `larder::store::Null` to store nothing",
            ),
        }
    }
}

impl Error for FileStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.kind {
            Kind::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// What an error of the file system is to those who ask the store: it will not, or it is not there. Errors of the system name neither paths nor keys.
pub(crate) fn store_error(error: io::Error) -> StoreError {
    let store_error = match error.kind() {
        ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::FileTooLarge
        | ErrorKind::IsADirectory => StoreError::refused(NAME),
        _ => StoreError::unavailable(NAME),
    };
    store_error.with(error)
}
