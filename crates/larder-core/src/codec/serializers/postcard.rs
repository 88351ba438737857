//! Postcard.

use serde::{Serialize, de::DeserializeOwned};

use crate::codec::{CodecError, Serializer};

/// Postcard: small and fast. Feature `postcard`.
///
/// The bytes do not say what they are: when the fields of a type change, change the `version` of its values, too. `flatten`, `untagged`, `tag` and
/// `skip_serializing_if` of serde do not work with it. It sets no limit to how deep values are nested: for a type that contains itself, in a store that
/// strangers can write to, take `msgpack`, or encrypt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Postcard;

impl<V: Serialize + DeserializeOwned> Serializer<V> for Postcard {
    fn id(&self) -> u16 {
        3
    }

    fn name(&self) -> &'static str {
        "postcard"
    }

    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError> {
        *out = postcard::to_extend(value, std::mem::take(out)).map_err(CodecError::encode)?;
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError> {
        match postcard::take_from_bytes(bytes) {
            Ok((value, [])) => Ok(value),
            Ok(_) => Err(CodecError::decode("the value ends before its bytes do")),
            Err(error) => Err(CodecError::decode(error)),
        }
    }
}
