//! The keys that encrypt and decrypt.

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
/// # let (new_key, old_key) = ([1; 32], [2; 32]);
/// let keys = Keyring::new(2, new_key).older(1, old_key);
/// assert_eq!(format!("{keys:?}"), "Keyring { current: 2, older: [1], .. }");
/// ```
pub struct Keyring {
    current: (u32, XChaCha20Poly1305),
    older: Vec<(u32, XChaCha20Poly1305)>,
}

impl Keyring {
    /// With the key that encrypts. The number tells it from others of the same store; it is no secret, and is stored with each value. The key has to be random, or
    /// derived from a pass phrase by a function made for that.
    #[must_use]
    pub fn new(id: u32, key: [u8; 32]) -> Self {
        Self { current: (id, cipher(key)), older: Vec::new() }
    }

    /// A key that decrypts what was stored under this number. Of two keys of one number, the one that was given first counts.
    #[must_use]
    pub fn older(mut self, id: u32, key: [u8; 32]) -> Self {
        self.older.push((id, cipher(key)));
        self
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

/// Numbers only, never a key.
impl fmt::Debug for Keyring {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let older: Vec<u32> = self.older.iter().map(|(id, _)| *id).collect();
        out.debug_struct("Keyring")
            .field("current", &self.current.0)
            .field("older", &older)
            .finish_non_exhaustive()
    }
}
