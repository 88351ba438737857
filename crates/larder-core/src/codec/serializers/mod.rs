//! The serializers of larder, one a feature.

#[cfg(feature = "bincode")]
mod bincode;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "msgpack")]
mod message_pack;
#[cfg(feature = "postcard")]
mod postcard;
#[cfg(feature = "string")]
mod text;

#[cfg(feature = "bincode")]
pub use self::bincode::Bincode;
#[cfg(feature = "json")]
pub use self::json::Json;
#[cfg(feature = "msgpack")]
pub use self::message_pack::MessagePack;
#[cfg(feature = "postcard")]
pub use self::postcard::Postcard;
#[cfg(feature = "string")]
pub use self::text::Text;
