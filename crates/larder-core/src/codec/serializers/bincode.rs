//! bincode 2.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use serde::{Serialize, de::DeserializeOwned};

use crate::codec::{CodecError, Serializer};

/// bincode 2 in its standard configuration, for those who have values in it. Feature `bincode`.
///
/// bincode is no longer maintained (RUSTSEC-2025-0141): its version 3 is empty, and this pins 2.0.1. Prefer [`Postcard`](crate::codec::Postcard), which is of
/// the same kind and maintained. The bytes do not say what they are: when the fields of a type change, change the `version` of its values, too. It sets no
/// limit to how deep values are nested: see [`Postcard`](crate::codec::Postcard).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bincode;

impl<V: Serialize + DeserializeOwned> Serializer<V> for Bincode {
    fn id(&self) -> u16 {
        4
    }

    fn name(&self) -> &'static str {
        "bincode"
    }

    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError> {
        bincode::serde::encode_into_std_write(value, out, CONFIGURATION)
            .map(|_| ())
            .map_err(CodecError::encode)
    }

    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError> {
        match bincode::serde::decode_from_slice(bytes, CONFIGURATION) {
            Ok((value, read)) if read == bytes.len() => Ok(value),
            Ok(_) => Err(CodecError::decode("the value ends before its bytes do")),
            Err(error) => Err(CodecError::decode(error)),
        }
    }
}

/// The most bytes a value may ask for, whatever lengths it claims.
const LIMIT: usize = 1 << 30;

const CONFIGURATION: Configuration<LittleEndian, Varint, Limit<LIMIT>> =
    bincode::config::standard().with_limit();
