//! What of a result is stored as bytes: the value inside an `Ok`, or all of it where errors are kept too.

use std::{fmt, marker::PhantomData};

use crate::{
    codec::{Codec, CodecError, Format, Metadata, Serializer},
    outcome::Proof,
};

/// Results of type `V` as bytes.
///
/// Not public API. Used by generated code.
pub trait Sealing<V>: Send + Sync {
    /// Has the bytes be of another format.
    fn change(&mut self, change: &dyn Fn(Format) -> Format);

    /// What tells these values from others in the store.
    fn fingerprint(&self) -> u64;

    /// The bytes of a result; `None` if it is one that is not stored.
    fn seal(&self, key: &str, metadata: &Metadata<'_>, value: &V) -> Option<Result<Vec<u8>, CodecError>>;

    /// The result of these bytes.
    ///
    /// # Errors
    ///
    /// When they are none of this key, type and serializer.
    fn open<'a>(&self, key: &str, bytes: &'a [u8]) -> Result<(Metadata<'a>, V), CodecError>;
}

impl<V> fmt::Debug for dyn Sealing<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sealing").field("fingerprint", &self.fingerprint()).finish()
    }
}

/// Values of any type, of which only their envelope is looked at.
pub(crate) struct AnyType;

impl Sealing<()> for AnyType {
    /// An envelope says the same in every format.
    fn change(&mut self, _: &dyn Fn(Format) -> Format) {}

    fn fingerprint(&self) -> u64 {
        0
    }

    fn seal(&self, _: &str, _: &Metadata<'_>, (): &()) -> Option<Result<Vec<u8>, CodecError>> {
        None
    }

    fn open(&self, key: &str, bytes: &[u8]) -> Result<(Metadata<'static>, ()), CodecError> {
        Ok((Format::metadata(key, bytes)?.into_owned(), ()))
    }
}

struct Part<R: Proof> {
    codec: Codec<R::Part>,
    of: PhantomData<fn() -> R>,
}

struct Whole<V: 'static>(Codec<V>);

/// Stores the value of an `Ok`, or a value that is no result.
///
/// Not public API. Used by generated code.
pub fn sealing_part<R: Proof>(
    _returns: R,
    serializer: impl Serializer<R::Part>,
) -> Box<dyn Sealing<R::Value>> {
    Box::new(Part::<R> { codec: Codec::new(serializer, ""), of: PhantomData })
}

/// Stores results as they are, errors included.
///
/// Not public API. Used by generated code.
pub fn sealing_whole<R: Proof>(
    _returns: R,
    serializer: impl Serializer<R::Value>,
) -> Box<dyn Sealing<R::Value>> {
    Box::new(Whole(Codec::new(serializer, "whole")))
}

impl<R: Proof> Sealing<R::Value> for Part<R> {
    fn change(&mut self, change: &dyn Fn(Format) -> Format) {
        self.codec = self.codec.clone().with(change);
    }

    fn fingerprint(&self) -> u64 {
        self.codec.format().fingerprint()
    }

    fn seal(
        &self,
        key: &str,
        metadata: &Metadata<'_>,
        value: &R::Value,
    ) -> Option<Result<Vec<u8>, CodecError>> {
        R::part(value).map(|part| self.codec.seal(key, metadata, part))
    }

    fn open<'a>(&self, key: &str, bytes: &'a [u8]) -> Result<(Metadata<'a>, R::Value), CodecError> {
        let (metadata, part) = self.codec.open(key, bytes)?;
        Ok((metadata, R::whole(part)))
    }
}

impl<V: Send + Sync + 'static> Sealing<V> for Whole<V> {
    fn change(&mut self, change: &dyn Fn(Format) -> Format) {
        self.0 = self.0.clone().with(change);
    }

    fn fingerprint(&self) -> u64 {
        self.0.format().fingerprint()
    }

    fn seal(&self, key: &str, metadata: &Metadata<'_>, value: &V) -> Option<Result<Vec<u8>, CodecError>> {
        Some(self.0.seal(key, metadata, value))
    }

    fn open<'a>(&self, key: &str, bytes: &'a [u8]) -> Result<(Metadata<'a>, V), CodecError> {
        self.0.open(key, bytes)
    }
}
