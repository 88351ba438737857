//! The keys that encrypt and decrypt, and the secret that hides names.

mod text;

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, Buffer},
};

use super::{CodecError, Nonce};

/// The keys by which stored values are encrypted (XChaCha20-Poly1305): one that encrypts, and older ones that still decrypt.
///
/// To change keys, give the new one a number of its own and keep the old one with [`older`](Self::older) for as long as values live. While processes of both kinds
/// run, each opens only what its own ring knows: first give the new key to all as an older one, then make it the current one.
///
/// ```
/// # use larder_core::codec::Keyring;
/// # let (new_key, old_key, secret) = ([1; 32], [2; 32], [3; 32]);
/// let keys = Keyring::new(2, new_key).older(1, old_key).names(secret);
/// assert_eq!(format!("{keys:?}"), "Keyring { current: 2, older: [1], names: hidden, .. }");
/// ```
///
/// # As a text
///
/// It can be parsed from `names=SECRET,2=KEY,1=KEY`, where each secret and key has 64 hexadecimal digits (`openssl rand -hex 32` makes one). The first of the numbered keys
/// encrypts. `names=readable` leaves names as they are. The environment variable `LARDER_ENCRYPTION_KEYS` has this form.
///
/// # Names
///
/// The records of a cache are named by arguments, tags and users. A cache that encrypts needs to know what becomes of them: [`names`](Self::names) hides them,
/// [`readable_names`](Self::readable_names) does not.
pub struct Keyring {
    current: (u32, XChaCha20Poly1305),
    older: Vec<(u32, XChaCha20Poly1305)>,
    names: Option<Names>,
}

/// What becomes of names in a store.
enum Names {
    Readable,
    /// By BLAKE3 with this key.
    Hidden([u8; 32]),
}

impl Keyring {
    /// With the key that encrypts. The number tells it from others of the same store; it is no secret, and is stored with each value. The key has to be random, or
    /// derived from a pass phrase by a function made for that.
    #[must_use]
    pub fn new(id: u32, key: [u8; 32]) -> Self {
        Self { current: (id, cipher(key)), older: Vec::new(), names: None }
    }

    /// A key that decrypts what was stored under this number. Of two keys of one number, the one that was given first counts.
    #[must_use]
    pub fn older(mut self, id: u32, key: [u8; 32]) -> Self {
        self.older.push((id, cipher(key)));
        self
    }

    /// Hides arguments, tags and users in the names of records: by BLAKE3, keyed by a key that is derived from this secret. Names of caches and functions stay readable, and
    /// equal names are hidden equally.
    ///
    /// The secret is not changed with the keys. All programs that share values have the same one: those with another one see neither their values nor their
    /// invalidations. To change it, change the cache's prefix with it.
    #[must_use]
    pub fn names(mut self, secret: [u8; 32]) -> Self {
        self.names = Some(Names::Hidden(blake3::derive_key(PURPOSE, &secret)));
        self
    }

    /// Leaves arguments, tags and users readable in the names of records. Only values are encrypted.
    #[must_use]
    pub fn readable_names(mut self) -> Self {
        self.names = Some(Names::Readable);
        self
    }

    /// Whether it says what becomes of names.
    pub(crate) fn knows_names(&self) -> bool {
        self.names.is_some()
    }

    /// What stands for a name that is hidden: 64 hexadecimal digits; `None` if names are readable.
    pub(crate) fn hide(&self, name: &str) -> Option<String> {
        match &self.names {
            Some(Names::Hidden(key)) => {
                Some(blake3::keyed_hash(key, name.as_bytes()).to_hex().as_str().into())
            }
            _ => None,
        }
    }

    pub(super) fn current(&self) -> u32 {
        self.current.0
    }

    pub(super) fn encrypt(
        &self,
        nonce: &Nonce,
        associated: &[u8],
        payload: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        let buffer: &mut dyn Buffer = payload;
        self.current
            .1
            .encrypt_in_place(&XNonce::from(*nonce), associated, buffer)
            .map_err(|_| CodecError::Encrypt)
    }

    pub(super) fn decrypt(
        &self,
        id: u32,
        nonce: &Nonce,
        associated: &[u8],
        payload: &[u8],
    ) -> Result<Vec<u8>, CodecError> {
        let mut keys = std::iter::once(&self.current).chain(&self.older);
        let (_, key) = keys.find(|(number, _)| *number == id).ok_or(CodecError::Decrypt)?;
        let mut payload = payload.to_vec();
        let buffer: &mut dyn Buffer = &mut payload;
        key.decrypt_in_place(&XNonce::from(*nonce), associated, buffer).map_err(|_| CodecError::Decrypt)?;
        Ok(payload)
    }
}

fn cipher(key: [u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.into())
}

/// What the key that hides names is for, so that no other use of the secret gives the same one.
const PURPOSE: &str = "larder 2026-11-28 names of records in shared stores";

/// Numbers only, never a key.
impl fmt::Debug for Keyring {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = match self.names {
            None => "unsaid",
            Some(Names::Readable) => "readable",
            Some(Names::Hidden(_)) => "hidden",
        };
        let older: Vec<u32> = self.older.iter().map(|(id, _)| *id).collect();
        out.debug_struct("Keyring")
            .field("current", &self.current.0)
            .field("older", &older)
            .field("names", &format_args!("{names}"))
            .finish_non_exhaustive()
    }
}
