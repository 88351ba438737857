//! Values as bytes, for stores that other processes may share: a [`Serializer`] turns a value into its payload, an envelope around it says what it is.
//!
//! What comes back from a store is not trusted. [`Format::open`] is total: any bytes give the value that was sealed under this key, or a [`CodecError`] that says why
//! not; never a panic, never another type's value, and never more memory than [`Format::largest`] allows. `docs/decisions/0014-envelope.md` has the reasons.

mod compression;
mod encryption;
mod envelope;
mod error;
mod fingerprint;
mod serializer;
mod serializers;
mod value;
mod wire;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

#[cfg(feature = "encrypt")]
pub use self::encryption::Keyring;
#[cfg(feature = "bincode")]
pub use self::serializers::Bincode;
#[cfg(feature = "json")]
pub use self::serializers::Json;
#[cfg(feature = "msgpack")]
pub use self::serializers::MessagePack;
#[cfg(feature = "postcard")]
pub use self::serializers::Postcard;
#[cfg(feature = "string")]
pub use self::serializers::Text;
pub use self::{
    envelope::{Dependency, Envelope, Format, Metadata},
    error::CodecError,
    fingerprint::fingerprint,
    serializer::Serializer,
    value::Codec,
};
