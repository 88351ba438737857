//! Payloads made smaller by LZ4, if the feature `compress` is on.

use super::CodecError;

/// The payload made smaller; `None` if it does not get smaller.
#[cfg(feature = "compress")]
pub(super) fn compress(payload: &[u8]) -> Option<Vec<u8>> {
    let compressed = lz4_flex::block::compress(payload);
    // its own length has to be stored with it
    (compressed.len() + size_of::<u32>() < payload.len()).then_some(compressed)
}

/// What was `original` bytes before it was made smaller. Whoever calls has compared `original` with what is allowed.
#[cfg(feature = "compress")]
pub(super) fn decompress(payload: &[u8], original: usize) -> Result<Vec<u8>, CodecError> {
    // no byte of LZ4 stands for more than 255, so a short payload cannot ask for much memory
    if original / MOST_PER_BYTE > payload.len() {
        return Err(CodecError::Malformed);
    }
    let whole = lz4_flex::block::decompress(payload, original).map_err(|_| CodecError::Malformed)?;
    if whole.len() == original { Ok(whole) } else { Err(CodecError::Malformed) }
}

#[cfg(feature = "compress")]
const MOST_PER_BYTE: usize = 255;

#[cfg(not(feature = "compress"))]
pub(super) fn compress(_payload: &[u8]) -> Option<Vec<u8>> {
    None
}

#[cfg(not(feature = "compress"))]
pub(super) fn decompress(_payload: &[u8], _original: usize) -> Result<Vec<u8>, CodecError> {
    Err(CodecError::Feature("compress"))
}
