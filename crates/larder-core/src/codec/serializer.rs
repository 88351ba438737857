//! How a value becomes bytes.

use super::CodecError;

/// Turns values of type `V` into bytes and back.
///
/// larder's own are behind features: `Json`, `MessagePack`, `Postcard`, `Bincode`, and `Text` for what has a text of its own.
///
/// # Duties
///
/// - What was decoded from an encoded value is equal to it, by whatever the program means by that.
/// - Decoding never panics, whatever the bytes, and takes no more memory than a small multiple of theirs.
/// - [`id`](Self::id) and [`name`](Self::name) never change for one format. When the format does, it is another one.
pub trait Serializer<V>: Send + Sync + 'static {
    /// The number that is stored with each value. Those below 0x8000 are larder's own; choose another one.
    fn id(&self) -> u16;

    /// The name of the format: `"json"`. It is a part of the [fingerprint](super::fingerprint()).
    fn name(&self) -> &'static str;

    /// Appends the bytes of a value. It does not touch what is in `out` already.
    ///
    /// # Errors
    ///
    /// [`CodecError::Encode`] when the format has no way to write this value.
    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError>;

    /// The value of these bytes.
    ///
    /// # Errors
    ///
    /// [`CodecError::Decode`] when they are none.
    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError>;
}
