//! The envelope: what a payload is, when it was made, what it depends on.
//!
//! Version 1, numbers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | magic |
//! | 1 | version |
//! | 1 | flags: 1 compressed, 2 encrypted |
//! | 2 | number of the serializer |
//! | 4 | length of everything, checksum included |
//! | 8 | fingerprint of the value's type |
//! | 8 | snapshot of the sequence of invalidations |
//! | 8 | created, milliseconds since the Unix epoch |
//! | 8 | fresh for so many milliseconds |
//! | 8 | then stale for so many |
//! | 2 | number of dependencies; for each: 2 length, the text of its scope, 8 snapshot |
//! | 4 | only if compressed: length of the payload before that |
//! | 28 | only if encrypted: 4 number of the key, 24 nonce |
//! | .. | payload; if encrypted, with its 16 bytes of proof |
//! | 8 | checksum: XXH3 of everything before, seeded by the cache's key |

use std::borrow::Cow;
#[cfg(feature = "encrypt")]
use std::sync::Arc;

use twox_hash::XxHash3_64;

#[cfg(feature = "encrypt")]
use super::Keyring;
use super::{
    CodecError, compression, encryption,
    wire::{Reader, put_text},
};

/// How the values of one function or cache are sealed and opened.
#[derive(Clone, Debug)]
pub struct Format {
    codec: u16,
    fingerprint: u64,
    largest: usize,
    compress_above: Option<usize>,
    keys: encryption::Keys,
}

/// What an envelope says beside its payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata<'a> {
    /// The newest invalidation that the computation knew when it began.
    pub snapshot: u64,
    /// When the value was made, in milliseconds since the Unix epoch.
    pub created_ms: u64,
    /// How long it is fresh from then on, in milliseconds; [`u64::MAX`]: for ever.
    pub fresh_ms: u64,
    /// How long after that it is kept to be served stale, in milliseconds.
    pub stale_ms: u64,
    /// The scopes it depends on.
    pub dependencies: Vec<Dependency<'a>>,
}

/// A scope that a value depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency<'a> {
    /// The key of the scope; at most 65,535 bytes.
    pub scope: Cow<'a, str>,
    /// The newest invalidation that was known of when the value came to depend on it.
    pub snapshot: u64,
}

/// An envelope that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// What it says of the value.
    pub metadata: Metadata<'a>,
    /// The value as its serializer wrote it; borrowed unless it was compressed or encrypted.
    pub payload: Cow<'a, [u8]>,
}

impl Format {
    /// For values of this [fingerprint](super::fingerprint()) by the serializer of this [number](super::Serializer::id). Payloads have at most 64 MiB, and are
    /// neither compressed nor encrypted.
    #[must_use]
    pub fn new(codec: u16, fingerprint: u64) -> Self {
        Self { codec, fingerprint, largest: LARGEST, compress_above: None, keys: encryption::Keys::default() }
    }

    /// The fingerprint of the values.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The largest payload in bytes that is sealed or opened, before compression; at most 1 GiB.
    #[must_use]
    pub fn largest(mut self, bytes: usize) -> Self {
        self.largest = bytes.min(MOST);
        self
    }

    /// Compresses payloads of more than this many bytes by LZ4, and keeps the result where it is smaller. What is compressed can be opened also without this.
    /// `1024` is a good choice.
    ///
    /// Together with encryption, the size of what is stored tells something of its content: leave it where somebody else chooses a part of a secret value.
    #[cfg(feature = "compress")]
    #[must_use]
    pub fn compress_above(mut self, bytes: usize) -> Self {
        self.compress_above = Some(bytes);
        self
    }

    /// Encrypts payloads with the current key of the ring. What is not encrypted is not opened from then on. The envelope itself stays readable: times, tags and users are
    /// no secret, only sealed against change.
    #[cfg(feature = "encrypt")]
    #[must_use]
    pub fn encrypt(mut self, keys: impl Into<Arc<Keyring>>) -> Self {
        self.keys = encryption::Keys::of(keys.into());
        self
    }

    /// The envelope for the payload that `write` appends. `key` is the cache's key, without which it cannot be opened.
    ///
    /// Cost: one allocation that grows with the payload, and a pass over it for the checksum; with compression or encryption a copy and a pass for each.
    ///
    /// # Errors
    ///
    /// That of `write`; [`CodecError::TooLarge`] when the payload, a scope, or the number of dependencies is larger than the format allows;
    /// [`CodecError::Encrypt`] when the system gives no random bytes.
    pub fn seal(
        &self,
        key: &str,
        metadata: &Metadata<'_>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), CodecError>,
    ) -> Result<Vec<u8>, CodecError> {
        let mut out = Vec::with_capacity(256);
        self.head(metadata, &mut out)?;
        let start = out.len();
        write(&mut out)?;
        // a writer that took bytes away would have us slice beyond the end
        let size = out.len().checked_sub(start).ok_or(CodecError::Malformed)?;
        if size > self.largest {
            return Err(CodecError::TooLarge { bytes: size, most: self.largest });
        }
        if self.compress_above.is_some_and(|most| size > most) {
            self.compress(&mut out, start);
        }
        let start = if out[FLAGS] & COMPRESSED == 0 { start } else { start + size_of::<u32>() };
        if self.keys.are_given() {
            self.encrypt_from(&mut out, start, key)?;
        } else {
            let length = out.len() + CHECKSUM;
            put_length(&mut out, length)?;
        }
        let sum = checksum(key, &out);
        out.extend_from_slice(&sum.to_le_bytes());
        Ok(out)
    }

    /// What an envelope holds that was sealed under this key.
    ///
    /// Cost: a pass over the bytes for the checksum; one allocation if there are dependencies, and for compression and encryption a copy and a pass each.
    ///
    /// # Errors
    ///
    /// The first reason why it is not one of this format, as [`CodecError`] lists them.
    pub fn open<'a>(&self, key: &str, bytes: &'a [u8]) -> Result<Envelope<'a>, CodecError> {
        let body = authentic(key, bytes)?;
        let mut reader = Reader::new(body);
        reader.take(FLAGS)?;
        let flags = reader.u8()?;
        let codec = reader.u16()?;
        reader.take(size_of::<u32>())?;
        if codec != self.codec {
            return Err(CodecError::Codec(codec));
        }
        if reader.u64()? != self.fingerprint {
            return Err(CodecError::Fingerprint);
        }
        if flags & !(COMPRESSED | ENCRYPTED) != 0 {
            return Err(CodecError::Malformed);
        }
        let metadata = metadata(&mut reader)?;
        let original = if flags & COMPRESSED == 0 { None } else { Some(reader.u32()? as usize) };
        let mut payload = match (flags & ENCRYPTED == 0, self.keys.are_given()) {
            (true, false) => Cow::Borrowed(reader.rest()),
            (true, true) => return Err(CodecError::Decrypt),
            (false, _) => {
                let (id, nonce) = (reader.u32()?, reader.array()?);
                let sealed = reader.rest();
                let head = &body[..body.len() - sealed.len()];
                Cow::Owned(self.keys.decrypt(id, &nonce, head, key, sealed)?)
            }
        };
        let size = original.unwrap_or(payload.len());
        if size > self.largest {
            return Err(CodecError::TooLarge { bytes: size, most: self.largest });
        }
        if let Some(original) = original {
            payload = Cow::Owned(compression::decompress(&payload, original)?);
        }
        Ok(Envelope { metadata, payload })
    }

    /// What the envelope that was sealed under this key says of its value, whatever that is.
    ///
    /// # Errors
    ///
    /// When it is none, or not of this key.
    pub(crate) fn metadata<'a>(key: &str, bytes: &'a [u8]) -> Result<Metadata<'a>, CodecError> {
        let mut reader = Reader::new(authentic(key, bytes)?);
        reader.take(FLAGS + 1 + size_of::<u16>() + size_of::<u32>() + size_of::<u64>())?;
        metadata(&mut reader)
    }

    fn head(&self, metadata: &Metadata<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let Metadata { snapshot, created_ms, fresh_ms, stale_ms, dependencies } = metadata;
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, 0]);
        out.extend_from_slice(&self.codec.to_le_bytes());
        out.extend_from_slice(&0_u32.to_le_bytes());
        for number in [&self.fingerprint, snapshot, created_ms, fresh_ms, stale_ms] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        let too_many = || CodecError::TooLarge { bytes: dependencies.len(), most: u16::MAX.into() };
        let count = u16::try_from(dependencies.len()).map_err(|_| too_many())?;
        out.extend_from_slice(&count.to_le_bytes());
        for Dependency { scope, snapshot } in dependencies {
            put_text(out, scope)?;
            out.extend_from_slice(&snapshot.to_le_bytes());
        }
        Ok(())
    }

    fn compress(&self, out: &mut Vec<u8>, start: usize) {
        let payload = &out[start..];
        // it was compared with `largest`, which fits
        let Ok(size) = u32::try_from(payload.len()) else { return };
        if let Some(compressed) = compression::compress(payload) {
            out.truncate(start);
            out[FLAGS] |= COMPRESSED;
            out.extend_from_slice(&size.to_le_bytes());
            out.extend_from_slice(&compressed);
        }
    }

    fn encrypt_from(&self, out: &mut Vec<u8>, start: usize, key: &str) -> Result<(), CodecError> {
        let mut payload = out.split_off(start);
        out[FLAGS] |= ENCRYPTED;
        let (id, nonce) = (self.keys.current()?, encryption::nonce()?);
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&nonce);
        let length = out.len() + payload.len() + encryption::PROOF + CHECKSUM;
        put_length(out, length)?;
        self.keys.encrypt(&nonce, out, key, &mut payload)?;
        out.extend_from_slice(&payload);
        Ok(())
    }
}

/// Everything but the checksum, which is right.
fn authentic<'a>(key: &str, bytes: &'a [u8]) -> Result<&'a [u8], CodecError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(if MAGIC.starts_with(bytes) { CodecError::Truncated } else { CodecError::NotOurs });
    }
    match bytes.get(MAGIC.len()) {
        None => return Err(CodecError::Truncated),
        Some(&VERSION) => {}
        Some(version) => return Err(CodecError::Version(*version)),
    }
    let length = bytes.get(LENGTH..).and_then(<[u8]>::first_chunk).ok_or(CodecError::Truncated)?;
    let length = u32::from_le_bytes(*length) as usize;
    if bytes.len() < length {
        return Err(CodecError::Truncated);
    }
    let (body, sum) = bytes.split_last_chunk().ok_or(CodecError::Truncated)?;
    if bytes.len() > length || body.len() < LENGTH + size_of::<u32>() {
        return Err(CodecError::Malformed);
    }
    if checksum(key, body) == u64::from_le_bytes(*sum) { Ok(body) } else { Err(CodecError::Checksum) }
}

fn metadata<'a>(reader: &mut Reader<'a>) -> Result<Metadata<'a>, CodecError> {
    let (snapshot, created_ms, fresh_ms, stale_ms) =
        (reader.u64()?, reader.u64()?, reader.u64()?, reader.u64()?);
    let count = usize::from(reader.u16()?);
    if count * LEAST_DEPENDENCY > reader.rest().len() {
        return Err(CodecError::Malformed);
    }
    let mut dependencies = Vec::with_capacity(count);
    for _ in 0..count {
        let scope = Cow::Borrowed(reader.text()?);
        dependencies.push(Dependency { scope, snapshot: reader.u64()? });
    }
    Ok(Metadata { snapshot, created_ms, fresh_ms, stale_ms, dependencies })
}

fn put_length(out: &mut [u8], length: usize) -> Result<(), CodecError> {
    let too_large = || CodecError::TooLarge { bytes: length, most: u32::MAX as usize };
    let length = u32::try_from(length).map_err(|_| too_large())?;
    out[LENGTH..LENGTH + size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
    Ok(())
}

pub(super) fn checksum(key: &str, body: &[u8]) -> u64 {
    XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(key.as_bytes()), body)
}

impl Dependency<'_> {
    /// The same with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Dependency<'static> {
        Dependency { scope: Cow::Owned(self.scope.into_owned()), snapshot: self.snapshot }
    }
}

impl Metadata<'_> {
    /// The same with texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Metadata<'static> {
        let Self { snapshot, created_ms, fresh_ms, stale_ms, dependencies } = self;
        let dependencies = dependencies.into_iter().map(Dependency::into_owned).collect();
        Metadata { snapshot, created_ms, fresh_ms, stale_ms, dependencies }
    }
}

/// The first is no text in any encoding of today, so that nobody's text is taken for an envelope.
pub(super) const MAGIC: [u8; 4] = [0x8C, b'L', b'D', b'R'];
pub(super) const VERSION: u8 = 1;

/// Where the flags stand.
pub(super) const FLAGS: usize = 5;
const COMPRESSED: u8 = 1;
const ENCRYPTED: u8 = 2;

/// Where the length stands.
const LENGTH: usize = 8;

const CHECKSUM: usize = size_of::<u64>();

/// A length, an empty text and a snapshot.
const LEAST_DEPENDENCY: usize = size_of::<u16>() + size_of::<u64>();

const LARGEST: usize = 64 << 20;

/// The largest payload that may be asked for: with its scopes its length has to fit four bytes.
const MOST: usize = 1 << 30;
