//! What a value's own text says.

use std::{
    error::Error,
    fmt::{Display, Write},
    str::FromStr,
};

use crate::codec::{CodecError, Serializer};

/// The text of a value, by `Display` and `FromStr`: for strings, numbers, and whatever reads what it writes. Feature `string`; needs no serde.
///
/// The value read back is as good as the two agree: a type whose `Display` rounds comes back rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Text;

impl<V> Serializer<V> for Text
where
    V: Display + FromStr,
    V::Err: Into<Box<dyn Error + Send + Sync>>,
{
    fn id(&self) -> u16 {
        5
    }

    fn name(&self) -> &'static str {
        "string"
    }

    fn encode(&self, value: &V, out: &mut Vec<u8>) -> Result<(), CodecError> {
        write!(Utf8(out), "{value}").map_err(CodecError::encode)
    }

    fn decode(&self, bytes: &[u8]) -> Result<V, CodecError> {
        let text = std::str::from_utf8(bytes).map_err(CodecError::decode)?;
        text.parse().map_err(CodecError::decode)
    }
}

struct Utf8<'a>(&'a mut Vec<u8>);

impl Write for Utf8<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
