//! The stable text form of a key.

use std::fmt::{self, Write};

use super::CacheKey;

/// The text of a key: stable, typed and injective, for shared stores and for people.
///
/// Keys that differ have different texts, and one key has the same text in every process, build and platform (32 and 64
/// bit alike). `Display` shows it.
///
/// # Grammar
///
/// ```text
/// value    = integer | "t" | "f"                          true, false
///          | "c" length ":" utf8                          char
///          | "s" length ":" utf8                          string
///          | "k" length ":" utf8                          key template
///          | "p" length ":" utf8                          path or OS string that is UTF-8
///          | "P" length ":" hex                           any other path or OS string
///          | "b" length ":" hex                           bytes: slices, vectors and arrays of `u8`
///          | "d" 16 hexdigit                              float: the bits of the `f64` of equal value; of NaN, always the same
///          | "~" | "?" value                              None, Some
///          | "(" [ value { "," value } ] ")"              tuple; also the whole key
///          | "[" [ value { "," value } ] "]"              slice, vector, array, set
///          | "{" [ value "=" value { "," value "=" value } ] "}"     map
///          | "@" name [ "(" field { "," field } ")" ]     variant or struct
///          | "#" 32 hexdigit                              hash of a type without `CacheKey`: stable within a build only
/// field    = [ name "=" ] value                          with its name, where it has one
/// integer  = [ "-" ] digit { digit }                      decimal, no leading zeros
/// length   = digit { digit }                              bytes of the utf8, or bytes the hex stands for
/// name     = letter { letter | digit | "_" }              a Rust identifier, without `r#`
/// hexdigit = "0" .. "9" | "a" .. "f"
/// ```
///
/// `("a:b", "c")` is `(s3:a:b,s1:c)`, `("a", "b:c")` is `(s1:a,s3:b:c)`; `1` is `1`, `"1"` is `s1:1`, `Some(1)` is `?1`.
///
/// An integer is its value, whatever its type: a parameter may grow from `u32` to `u64` and keep its keys. The same holds
/// for `f32` and `f64`, and for `String`, `&str` and `Arc<str>`. Different kinds of values always differ. Fields carry
/// their names, so that two fields which change places in a new version are never taken for each other.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct KeyText {
    text: String,
}

impl KeyText {
    /// An empty text, to be written once.
    pub const fn new() -> Self {
        Self { text: String::new() }
    }

    /// The text itself.
    pub(crate) fn into_string(self) -> String {
        self.text
    }

    /// Writes an unsigned integer.
    pub fn unsigned(&mut self, value: u128) {
        self.push(format_args!("{value}"));
    }

    /// Writes a signed integer; one that is not negative reads like the unsigned.
    pub fn signed(&mut self, value: i128) {
        self.push(format_args!("{value}"));
    }

    /// Writes a truth value.
    pub fn boolean(&mut self, value: bool) {
        self.text.push(if value { 't' } else { 'f' });
    }

    /// Writes a character.
    pub fn character(&mut self, value: char) {
        self.counted('c', value.encode_utf8(&mut [0; 4]));
    }

    /// Writes a float by its bits: `-0.0` and `0.0` are two values, all NaN are one.
    pub fn float(&mut self, value: f64) {
        self.push(format_args!("d{:016x}", float_bits(value)));
    }

    /// Writes a string.
    pub fn string(&mut self, value: &str) {
        self.counted('s', value);
    }

    /// Writes bytes.
    pub fn bytes(&mut self, value: &[u8]) {
        self.hex('b', value);
    }

    /// Writes `None`.
    pub fn none(&mut self) {
        self.text.push('~');
    }

    /// Writes `Some`; the value must follow on what this returns.
    pub fn some(&mut self) -> &mut Self {
        self.text.push('?');
        self
    }

    /// Opens a tuple.
    pub fn tuple(&mut self) -> Group<'_> {
        Group::open(self, '(', ')')
    }

    /// Opens a sequence.
    pub fn list(&mut self) -> Group<'_> {
        Group::open(self, '[', ']')
    }

    /// Opens a map.
    pub fn map(&mut self) -> Group<'_> {
        Group::open(self, '{', '}')
    }

    /// Writes a variant or struct without fields. `name` is a Rust identifier.
    pub fn unit(&mut self, name: &str) {
        self.push(format_args!("@{name}"));
    }

    /// Opens a variant or struct with at least one field. `name` is a Rust identifier.
    pub fn named(&mut self, name: &str) -> Group<'_> {
        self.unit(name);
        Group::open(self, '(', ')')
    }

    /// The text of a user: one that may be missing, `Some(user)`, is that user, and `None` is nobody.
    pub(crate) fn of_user(user: &(impl CacheKey + ?Sized)) -> Option<String> {
        let mut text = Self::new();
        user.write_text(&mut text);
        let user = text.text.trim_start_matches('?');
        (user != "~").then(|| user.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Takes over a text that was written before.
    pub(crate) fn written(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn template(&mut self, text: &str) {
        self.counted('k', text);
    }

    pub(super) fn path(&mut self, text: &str) {
        self.counted('p', text);
    }

    pub(super) fn path_bytes(&mut self, bytes: &[u8]) {
        self.hex('P', bytes);
    }

    pub(super) fn digest(&mut self, digest: u128) {
        self.push(format_args!("#{digest:032x}"));
    }

    fn counted(&mut self, tag: char, text: &str) {
        self.push(format_args!("{tag}{}:{text}", text.len()));
    }

    fn hex(&mut self, tag: char, bytes: &[u8]) {
        self.push(format_args!("{tag}{}:", bytes.len()));
        for byte in bytes {
            self.push(format_args!("{byte:02x}"));
        }
    }

    fn push(&mut self, text: fmt::Arguments<'_>) {
        // Writing into a `String` does not fail, and none of our arguments has a `Display` of its own.
        let _ = self.text.write_fmt(text);
    }
}

impl fmt::Display for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyText({:?})", self.text)
    }
}

impl AsRef<str> for KeyText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl From<KeyText> for String {
    fn from(key: KeyText) -> Self {
        key.text
    }
}

/// The inside of a tuple, sequence, map or struct; it is closed when dropped.
#[derive(Debug)]
pub struct Group<'a> {
    out: &'a mut KeyText,
    first: bool,
    close: char,
}

impl<'a> Group<'a> {
    fn open(out: &'a mut KeyText, open: char, close: char) -> Self {
        out.text.push(open);
        Self { out, first: true, close }
    }

    /// Begins the next value, which must be written on what this returns.
    pub fn item(&mut self) -> &mut KeyText {
        if !std::mem::take(&mut self.first) {
            self.out.text.push(',');
        }
        self.out
    }

    /// Begins the value of a field with a name. `name` is a Rust identifier.
    pub fn field(&mut self, name: &str) -> &mut KeyText {
        let out = self.item();
        out.push(format_args!("{name}="));
        out
    }

    /// Begins the value of a map's entry, after its key.
    pub fn entry(&mut self) -> &mut KeyText {
        self.out.text.push('=');
        self.out
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        self.out.text.push(self.close);
    }
}

/// The bits of a float as keys see it. They tell `-0.0` from `0.0`, as functions do (`1.0 / x`); of NaN there is one.
pub(super) fn float_bits(value: f64) -> u64 {
    if value.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { value.to_bits() }
}
