//! JSON.

use serde::{Serialize, de::DeserializeOwned};

use crate::codec::{CodecError, Serializer};

/// JSON, for values that people read in the store. Feature `json`.
///
/// It is the largest and slowest to read of larder's formats. `NaN` and the infinities become `null`, which is no number when it is read. Keys of maps have to
/// be texts or numbers. Fields may be added with `#[serde(default)]`, removed and reordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json;

impl<V: Serialize + DeserializeOwned> Serializer<V> for Json {
    fn id(&self) -> u16 {
        1
    }

    fn name(&self) -> &'static str {
        "json"
    }

    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError> {
        serde_json::to_writer(out, value).map_err(CodecError::encode)
    }

    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError> {
        serde_json::from_slice(bytes).map_err(CodecError::decode)
    }
}
