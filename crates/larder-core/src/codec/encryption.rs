//! Payloads that only holders of a key can read, if the feature `encrypt` is on.

#[cfg(feature = "encrypt")]
mod keyring;

#[cfg(feature = "encrypt")]
pub use self::keyring::Keyring;
use super::CodecError;

/// By how much a payload grows: the proof that it was not changed.
pub(super) const PROOF: usize = 16;

/// Random, and long enough never to repeat.
pub(super) type Nonce = [u8; 24];

/// The keys of a format, if it has any.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    #[cfg(feature = "encrypt")]
    ring: Option<std::sync::Arc<Keyring>>,
}

#[cfg(feature = "encrypt")]
impl Keys {
    pub(super) fn of(ring: std::sync::Arc<Keyring>) -> Self {
        Self { ring: Some(ring) }
    }

    pub(super) fn are_given(&self) -> bool {
        self.ring.is_some()
    }

    /// The number of the key that encrypts.
    pub(super) fn current(&self) -> Result<u32, CodecError> {
        self.ring.as_ref().map(|ring| ring.current()).ok_or(CodecError::Encrypt)
    }

    /// Encrypts the payload where it is.
    pub(super) fn encrypt(
        &self,
        nonce: &Nonce,
        head: &[u8],
        key: &str,
        payload: &mut Vec<u8>,
    ) -> Result<(), CodecError> {
        self.ring.as_ref().ok_or(CodecError::Encrypt)?.encrypt(nonce, &associated(head, key), payload)
    }

    pub(super) fn decrypt(
        &self,
        id: u32,
        nonce: &Nonce,
        head: &[u8],
        key: &str,
        payload: &[u8],
    ) -> Result<Vec<u8>, CodecError> {
        self.ring.as_ref().ok_or(CodecError::Decrypt)?.decrypt(id, nonce, &associated(head, key), payload)
    }
}

/// What the proof covers beside the payload. The head says where it ends, so no two pairs give the same.
#[cfg(feature = "encrypt")]
fn associated(head: &[u8], key: &str) -> Vec<u8> {
    [head, key.as_bytes()].concat()
}

#[cfg(feature = "encrypt")]
pub(super) fn nonce() -> Result<Nonce, CodecError> {
    let mut nonce = Nonce::default();
    getrandom::fill(&mut nonce).map_err(|_| CodecError::Encrypt)?;
    Ok(nonce)
}

#[cfg(not(feature = "encrypt"))]
impl Keys {
    pub(super) fn are_given(&self) -> bool {
        false
    }

    pub(super) fn current(&self) -> Result<u32, CodecError> {
        Err(CodecError::Feature("encrypt"))
    }

    pub(super) fn encrypt(&self, _: &Nonce, _: &[u8], _: &str, _: &mut Vec<u8>) -> Result<(), CodecError> {
        Err(CodecError::Feature("encrypt"))
    }

    pub(super) fn decrypt(
        &self,
        _: u32,
        _: &Nonce,
        _: &[u8],
        _: &str,
        _: &[u8],
    ) -> Result<Vec<u8>, CodecError> {
        Err(CodecError::Feature("encrypt"))
    }
}

#[cfg(not(feature = "encrypt"))]
pub(super) fn nonce() -> Result<Nonce, CodecError> {
    Err(CodecError::Feature("encrypt"))
}
