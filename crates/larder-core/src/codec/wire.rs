//! Numbers and texts, little-endian and with their length before them.

use super::CodecError;

/// Reads from the front; never beyond the end.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], CodecError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(CodecError::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(CodecError::Malformed)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, CodecError> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, CodecError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, CodecError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, CodecError> {
        self.array().map(u64::from_le_bytes)
    }

    /// A text with its length before it.
    pub(super) fn text(&mut self) -> Result<&'a str, CodecError> {
        let length = self.u16()?;
        std::str::from_utf8(self.take(length.into())?).map_err(|_| CodecError::Malformed)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

/// Writes a text with its length before it.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) -> Result<(), CodecError> {
    let too_large = || CodecError::TooLarge { bytes: text.len(), most: u16::MAX.into() };
    let length = u16::try_from(text.len()).map_err(|_| too_large())?;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}
