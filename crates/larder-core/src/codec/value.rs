//! Values to bytes and back: a serializer and a format together.

use std::{any::type_name, fmt, sync::Arc};

use super::{CodecError, Format, Metadata, Serializer, fingerprint};

/// Seals and opens the values of one type.
///
/// ```
/// # #[cfg(feature = "string")] {
/// # use larder_core::codec::{Codec, CodecError, Metadata, Text};
/// let codec = Codec::<u32>::new(Text, "");
/// let bytes = codec.seal("app:answer", &Metadata::default(), &42)?;
/// let (metadata, value) = codec.open("app:answer", &bytes)?;
/// assert_eq!((metadata, value), (Metadata::default(), 42));
///
/// let newer = Codec::<u32>::new(Text, "2");
/// assert!(matches!(newer.open("app:answer", &bytes), Err(CodecError::Fingerprint)));
/// # }
/// # Ok::<(), larder_core::codec::CodecError>(())
/// ```
pub struct Codec<V: 'static> {
    serializer: Arc<dyn Serializer<V>>,
    format: Format,
}

impl<V: 'static> Codec<V> {
    /// For values of this type by this serializer. Change `version` when what was stored is not to be read any more.
    #[must_use]
    pub fn new(serializer: impl Serializer<V>, version: &str) -> Self {
        let fingerprint = fingerprint(type_name::<V>(), serializer.name(), version);
        let format = Format::new(serializer.id(), fingerprint);
        Self { serializer: Arc::new(serializer), format }
    }

    /// With another format than the plain one: `codec.with(|format| format.largest(1 << 20))`.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(Format) -> Format) -> Self {
        self.format = change(self.format);
        self
    }

    /// The bytes to store for a value under this key of the cache.
    ///
    /// # Errors
    ///
    /// As [`Format::seal`], and when the serializer cannot write the value.
    pub fn seal(&self, key: &str, metadata: &Metadata<'_>, value: &V) -> Result<Vec<u8>, CodecError> {
        self.format.seal(key, metadata, |out| self.serializer.encode(value, out))
    }

    /// The value of stored bytes, and what is said of it.
    ///
    /// # Errors
    ///
    /// As [`Format::open`], and when the serializer cannot read the payload.
    pub fn open<'a>(&self, key: &str, bytes: &'a [u8]) -> Result<(Metadata<'a>, V), CodecError> {
        let envelope = self.format.open(key, bytes)?;
        Ok((envelope.metadata, self.serializer.decode(&envelope.payload)?))
    }

    /// The format.
    #[must_use]
    pub fn format(&self) -> &Format {
        &self.format
    }
}

impl<V: 'static> Clone for Codec<V> {
    fn clone(&self) -> Self {
        Self { serializer: self.serializer.clone(), format: self.format.clone() }
    }
}

impl<V: 'static> fmt::Debug for Codec<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { serializer, format } = self;
        out.debug_struct("Codec").field("serializer", &serializer.name()).field("format", format).finish()
    }
}
