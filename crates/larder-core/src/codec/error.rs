//! Why bytes are no value of ours, or a value could not become bytes.

use std::{error::Error, fmt};

/// Why a value could not be sealed, or bytes from a store could not be opened. When opening, each of them is a miss: what is stored is of no use, and is written anew.
#[derive(Debug)]
#[non_exhaustive]
pub enum CodecError {
    /// The bytes do not begin as an envelope does: somebody else's value is under the key.
    NotOurs,
    /// An envelope of another version, by a newer or older larder.
    Version(u8),
    /// The payload is of the serializer of this number.
    Codec(u16),
    /// The value was of another type, or of another `version` of it.
    Fingerprint,
    /// The end is missing.
    Truncated,
    /// Some bytes are not what they were, or the envelope was sealed under another key of the cache.
    Checksum,
    /// The envelope contradicts itself, as no writer of ours makes it.
    Malformed,
    /// The value is larger than what is allowed.
    TooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The most that is allowed.
        most: usize,
    },
    /// It is not encrypted with a key of the ring, not encrypted at all where it has to be, or was tampered with.
    Decrypt,
    /// It could not be encrypted, since the system gave no random bytes.
    Encrypt,
    /// It takes this feature of larder to open, which is not compiled in.
    Feature(&'static str),
    /// The serializer cannot write the value. Its message may quote a part of the value.
    Encode(Box<dyn Error + Send + Sync>),
    /// The serializer cannot read the payload. Its message may quote a part of the value.
    Decode(Box<dyn Error + Send + Sync>),
}

impl CodecError {
    /// The serializer cannot write the value.
    #[must_use]
    pub fn encode(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Encode(source.into())
    }

    /// The serializer cannot read the payload.
    #[must_use]
    pub fn decode(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Decode(source.into())
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs => out.write_str("the stored bytes are not larder's"),
            Self::Version(version) => write!(out, "the stored envelope is of version {version}"),
            Self::Codec(id) => write!(out, "the stored value was written by the serializer of number {id}"),
            Self::Fingerprint => out.write_str("the stored value is of another type or version"),
            Self::Truncated => out.write_str("the stored value lacks its end"),
            Self::Checksum => out.write_str("the stored bytes were changed, or are another key's"),
            Self::Malformed => out.write_str("the stored envelope contradicts itself"),
            Self::TooLarge { bytes, most } => {
                write!(out, "the value has {bytes} bytes, of which at most {most} are allowed")
            }
            Self::Decrypt => out.write_str("the stored value cannot be decrypted with the keys at hand"),
            Self::Encrypt => {
                out.write_str("the value could not be encrypted: the system gave no random bytes")
            }
            Self::Feature(name) => {
                write!(out, "the stored value needs the feature `{name}` of larder, which is not compiled in")
            }
            Self::Encode(source) => write!(out, "the value cannot be serialized: {source}"),
            Self::Decode(source) => write!(out, "the stored value cannot be read: {source}"),
        }
    }
}

impl Error for CodecError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Encode(source) | Self::Decode(source) => Some(&**source),
            _ => None,
        }
    }
}
