//! MessagePack, with the names of fields.

use serde::{Serialize, de::DeserializeOwned};

use crate::codec::{CodecError, Serializer};

/// MessagePack with the names of fields: the recommended format. Feature `msgpack`.
///
/// It is as tolerant as JSON (fields may be added with `#[serde(default)]`, removed and reordered; every attribute of serde works), about a quarter smaller,
/// and read in about half the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessagePack;

impl<V: Serialize + DeserializeOwned> Serializer<V> for MessagePack {
    fn id(&self) -> u16 {
        2
    }

    fn name(&self) -> &'static str {
        "msgpack"
    }

    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError> {
        rmp_serde::encode::write_named(out, value).map_err(CodecError::encode)
    }

    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError> {
        rmp_serde::from_slice(bytes).map_err(CodecError::decode)
    }
}
