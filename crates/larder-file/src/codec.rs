//! What is in a file.
//!
//! Numbers little-endian: 4 bytes magic, 1 version, 1 kind, 4 length of the key, 8 length of the value, 8 when it expires and 8 for how long it was written (both in
//! milliseconds), the key, the value, and 16 bytes of the BLAKE3 of everything before.

use std::{borrow::Cow, time::Duration};

use crate::clock;

/// A value or number with its key and its lifetime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: Value<'a>,
    pub(crate) life: Life,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Bytes(Cow<'a, [u8]>),
    Number(u64),
}

/// When something expires, and for how long it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) expires_ms: u64,
    pub(crate) ttl_ms: u64,
}

/// The front of a file: how long it lives, and where its parts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) life: Life,
    kind: u8,
    key_length: usize,
    value_length: usize,
}

impl Life {
    pub(crate) fn from_now(ttl: Duration) -> Self {
        Self::new(clock::wall_ms(), clock::milliseconds(ttl))
    }

    fn new(now_ms: u64, ttl_ms: u64) -> Self {
        let expires_ms = now_ms.saturating_add(ttl_ms.max(1));
        Self { expires_ms, ttl_ms: expires_ms - now_ms }
    }

    /// Whether it has not expired. What would live on for longer than it was written for was written before the clock was set back, and has expired, too.
    pub(crate) fn lasts(self, now_ms: u64) -> bool {
        let left = self.expires_ms.saturating_sub(now_ms);
        left > 0 && left <= self.ttl_ms.saturating_add(SET_BACK_MS)
    }

    pub(crate) fn left_ms(self, now_ms: u64) -> u64 {
        self.expires_ms.saturating_sub(now_ms).min(self.ttl_ms)
    }

    /// When it was written.
    pub(crate) fn written_ms(self) -> u64 {
        self.expires_ms.saturating_sub(self.ttl_ms)
    }
}

impl Value<'_> {
    /// The bytes of a value; the digits of a number.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.into_owned(),
            Self::Number(number) => number.to_string().into_bytes(),
        }
    }

    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Number(number) => Value::Number(number),
        }
    }

    pub(crate) fn is(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Bytes(own) => **own == *bytes,
            Self::Number(number) => number.to_string().as_bytes() == bytes,
        }
    }

    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Bytes(_) => None,
            Self::Number(number) => Some(*number),
        }
    }
}

impl<'a> Record<'a> {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let digits;
        let (kind, value) = match &self.value {
            Value::Bytes(bytes) => (BYTES, &**bytes),
            Value::Number(number) => {
                digits = number.to_le_bytes();
                (NUMBER, &digits[..])
            }
        };
        let mut out = Vec::with_capacity(HEAD + self.key.len() + value.len() + PROOF);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[VERSION, kind]);
        out.extend_from_slice(&(self.key.len() as u32).to_le_bytes());
        out.extend_from_slice(&(value.len() as u64).to_le_bytes());
        out.extend_from_slice(&self.life.expires_ms.to_le_bytes());
        out.extend_from_slice(&self.life.ttl_ms.to_le_bytes());
        out.extend_from_slice(self.key.as_bytes());
        out.extend_from_slice(value);
        let proof = proof(&out);
        out.extend_from_slice(&proof);
        out
    }

    /// `None` for everything that is not the whole of a file of ours.
    pub(crate) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let head = Head::decode(bytes)?;
        let (body, written) = bytes.split_last_chunk()?;
        if body.len() as u64 != head.body_length()? || proof(body) != *written {
            return None;
        }
        let (key, value) = body.get(HEAD..)?.split_at_checked(head.key_length)?;
        let value = match head.kind {
            BYTES => Value::Bytes(Cow::Borrowed(value)),
            NUMBER => Value::Number(u64::from_le_bytes(value.try_into().ok()?)),
            _ => return None,
        };
        Some(Self { key: std::str::from_utf8(key).ok()?, value, life: head.life })
    }
}

impl Head {
    /// From the front of a file, whatever follows; `None` if it is none of ours.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?.strip_prefix(&[VERSION])?;
        let ([kind], rest) = rest.split_first_chunk()?;
        let (key_length, rest) = rest.split_first_chunk()?;
        let (value_length, rest) = rest.split_first_chunk()?;
        let (expires_ms, rest) = rest.split_first_chunk()?;
        let ttl_ms = rest.first_chunk()?;
        Some(Self {
            life: Life { expires_ms: u64::from_le_bytes(*expires_ms), ttl_ms: u64::from_le_bytes(*ttl_ms) },
            kind: *kind,
            key_length: u32::from_le_bytes(*key_length).try_into().ok()?,
            value_length: u64::from_le_bytes(*value_length).try_into().ok()?,
        })
    }

    /// How long the file has to be; `None` if no file can be that long.
    pub(crate) fn file_length(&self) -> Option<u64> {
        self.body_length()?.checked_add(PROOF as u64)
    }

    pub(crate) fn key_length(&self) -> usize {
        self.key_length
    }

    fn body_length(&self) -> Option<u64> {
        (HEAD as u64).checked_add(self.key_length as u64)?.checked_add(self.value_length as u64)
    }
}

/// How much longer a file is than its key and its value.
pub(crate) const OVERHEAD: usize = HEAD + PROOF;

/// The length of what is before the key.
pub(crate) const HEAD: usize = 34;

fn proof(body: &[u8]) -> [u8; PROOF] {
    let mut proof = [0; PROOF];
    proof.copy_from_slice(&blake3::hash(body).as_bytes()[..PROOF]);
    proof
}

const PROOF: usize = 16;
const MAGIC: [u8; 4] = [0x8C, b'L', b'D', b'F'];
const VERSION: u8 = 1;
const BYTES: u8 = 0;
const NUMBER: u8 = 1;

/// By how much a clock is set back in the course of things.
const SET_BACK_MS: u64 = 1_000;

#[cfg(test)]
mod tests;
