//! What a named cache does to everything that it gives out of the process: values are compressed and encrypted, names are hidden.
//!
//! It is decided once, before the cache first uses a store, so that nothing is ever written in another way: see `docs/decisions/0020-encryption.md`.

#[cfg(feature = "encrypt")]
use std::sync::Arc;

#[cfg(feature = "encrypt")]
use crate::codec::Keyring;
use crate::{codec::Format, error::Error};

/// How a cache protects what leaves the process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protection {
    pub(crate) compress_above: Option<usize>,
    #[cfg(feature = "encrypt")]
    pub(crate) keys: Option<Arc<Keyring>>,
    /// Why nothing may leave it: encryption was asked for, and cannot be had.
    refused: Option<String>,
}

impl Protection {
    /// What the environment asks for. When that cannot be had, nothing may leave the process.
    pub(crate) fn of_environment() -> Self {
        Self::default().completed()
    }

    /// The same, encrypted as the environment says, unless it says itself how.
    pub(crate) fn completed(mut self) -> Self {
        #[cfg(feature = "encrypt")]
        if self.keys.is_some() {
            return self;
        }
        match environment() {
            #[cfg(feature = "encrypt")]
            Ok(keys) => self.keys = keys.map(Arc::new),
            #[cfg(not(feature = "encrypt"))]
            Ok(()) => {}
            Err(error) => self.refused = Some(error.to_string()),
        }
        self
    }

    /// Whether it can be had with the features of this build, and says all it has to.
    ///
    /// # Errors
    ///
    /// When the feature is missing, or the keyring says nothing of names.
    pub(crate) fn check(&self, cache: &str) -> Result<(), Error> {
        if self.compress_above.is_some() && cfg!(not(feature = "compress")) {
            return Err(Error::feature("compress", "`CacheBuilder::compress_above`"));
        }
        #[cfg(feature = "encrypt")]
        if self.keys.as_ref().is_some_and(|keys| !keys.knows_names()) {
            return Err(Error::names_unsaid(cache));
        }
        let _ = cache;
        Ok(())
    }

    /// Whether it says anything.
    pub(crate) fn is_given(&self) -> bool {
        #[cfg(feature = "encrypt")]
        if self.keys.is_some() {
            return true;
        }
        self.compress_above.is_some()
    }

    /// Why nothing may leave the process, if that is so.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// The format of values, for a function that compresses those above `own` bytes, or as its cache does.
    #[cfg_attr(
        not(feature = "compress"),
        allow(unused_variables, reason = "there is nothing to compress by")
    )]
    pub(crate) fn apply(&self, format: Format, own: Option<usize>) -> Format {
        #[cfg(feature = "compress")]
        let format = match own.or(self.compress_above) {
            Some(bytes) => format.compress_above(bytes),
            None => format,
        };
        #[cfg(feature = "encrypt")]
        let format = match &self.keys {
            Some(keys) => format.encrypt(keys.clone()),
            None => format,
        };
        format
    }

    /// What tells the secret that hides names from another one, if names are hidden.
    pub(super) fn mark(&self) -> Option<String> {
        // No name holds a blank.
        self.hide("the mark of the secret")
    }

    /// What stands for a name of a record that holds arguments, tags or users, if they are hidden.
    pub(super) fn hide(&self, name: &str) -> Option<String> {
        #[cfg(feature = "encrypt")]
        return self.keys.as_ref()?.hide(name);
        #[cfg(not(feature = "encrypt"))]
        {
            let _ = name;
            None
        }
    }
}

/// The keys of the environment, or an error that says why they are of no use.
#[cfg(feature = "encrypt")]
fn environment() -> Result<Option<Keyring>, Error> {
    Keyring::if_in_environment()
}

#[cfg(not(feature = "encrypt"))]
fn environment() -> Result<(), Error> {
    match std::env::var_os("LARDER_ENCRYPTION_KEYS") {
        Some(_) => Err(Error::feature("encrypt", "the environment variable LARDER_ENCRYPTION_KEYS")),
        None => Ok(()),
    }
}

/// Whether the environment asks for something that cannot be had.
///
/// # Errors
///
/// When its keys are malformed, or the feature is missing.
pub(crate) fn check_environment() -> Result<(), Error> {
    environment().map(drop)
}
