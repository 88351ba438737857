//! Keys written as text: `key = "user:{id}"`.
//!
//! # Tokens
//!
//! For `key = "user:{id}:{lang}"`, where every placeholder's tokens are spanned at the placeholder (or the literal):
//!
//! ```text
//! ::larder::__private::Template::new([
//!     ::larder::__private::Piece::literal("user:"),
//!     ::larder::__private::Piece::value(&id),
//!     ::larder::__private::Piece::literal(":"),
//!     ::larder::__private::Piece::value(&lang),
//! ])
//! ```
//!
//! The whole key is this expression, with no tuple around it. `{user.id}` gives `&user.id`. Between two values stands a
//! non-empty literal: the macro refuses `{a}{b}`. Empty literals are left out.
//!
//! # Injective
//!
//! Different placeholder texts give different keys: in a value `%`, control characters and the first character of the
//! literal behind it are written as `%xx`, and a `%` of a literal as `%%`. So a reader can tell where each value ends:
//! `"{a}:{b}"` of `("x:y", "z")` is `x%3ay:z`, and of `("x", "y:z")` it is `x:y:z`; in the last value nothing ends it.

use std::cell::{Ref, RefCell};
use std::fmt::{self, Display, Write};
use std::hash::Hasher;

use super::{CacheKey, Key, KeyText};

/// A key made of literal pieces and of values with `Display`.
///
/// A lookup formats it once, into a buffer of its own: it does not allocate. A text that is too long for the buffer is
/// formatted piece by piece into the hasher and against the stored text. Its owned form is the text.
///
/// Not public API. Used by generated code.
#[derive(Debug)]
pub struct Template<'a, const N: usize> {
    pieces: [Piece<'a>; N],
    text: RefCell<Buffer>,
}

impl<'a, const N: usize> Template<'a, N> {
    /// A key of these pieces.
    pub const fn new(pieces: [Piece<'a>; N]) -> Self {
        Self { pieces, text: RefCell::new(Buffer { bytes: [0; BUFFER], length: 0, state: State::Empty }) }
    }

    /// The text, if it is short. No value can ask for it meanwhile: nobody else has the key.
    fn short(&self) -> Option<Ref<'_, [u8]>> {
        if self.text.borrow().state == State::Empty {
            let mut buffer = self.text.borrow_mut();
            buffer.state = State::Complete;
            // A `Display` that fails has written what it could; the same happens wherever a text is written.
            let _ = render(&self.pieces, &mut *buffer);
        }
        Ref::filter_map(self.text.borrow(), Buffer::complete).ok()
    }

    /// Writes the text, whatever its length.
    fn write(&self, out: &mut dyn Write) {
        let _ = render(&self.pieces, out);
    }
}

impl<const N: usize> Key for Template<'_, N> {
    type Owned = String;
    const PORTABLE: bool = true;

    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.short() {
            Some(text) => hash_short(&text, state),
            None => {
                let mut blocks = Blocks::new(state);
                self.write(&mut blocks);
                blocks.finish();
            }
        }
    }

    fn hash_owned<H: Hasher>(owned: &String, state: &mut H) {
        if owned.len() <= BUFFER {
            hash_short(owned.as_bytes(), state);
        } else {
            let mut blocks = Blocks::new(state);
            blocks.push(owned.as_bytes());
            blocks.finish();
        }
    }

    fn eq(&self, owned: &String) -> bool {
        match self.short() {
            Some(text) => *text == *owned.as_bytes(),
            None => {
                let mut rest = Compare { rest: owned, differs: false };
                self.write(&mut rest);
                !rest.differs && rest.rest.is_empty()
            }
        }
    }

    fn eq_owned(a: &String, b: &String) -> bool {
        a == b
    }

    fn own(&self) -> String {
        let mut text = String::new();
        match self.short().as_deref().map(str::from_utf8) {
            Some(Ok(short)) => text.push_str(short),
            _ => self.write(&mut text),
        }
        text
    }

    fn text(&self, out: &mut KeyText) {
        out.template(&self.own());
    }

    fn text_owned(owned: &String, out: &mut KeyText) {
        out.template(owned);
    }
}

/// Beside another part: a template with a user behind it is `(template, user)`.
#[diagnostic::do_not_recommend]
impl<const N: usize> CacheKey for Template<'_, N> {
    type Owned = String;

    fn hash_key<H: Hasher>(&self, state: &mut H) {
        Key::hash(self, state);
    }

    fn hash_owned<H: Hasher>(owned: &String, state: &mut H) {
        <Self as Key>::hash_owned(owned, state);
    }

    fn eq_key(&self, owned: &String) -> bool {
        Key::eq(self, owned)
    }

    fn eq_owned(a: &String, b: &String) -> bool {
        a == b
    }

    fn to_key(&self) -> String {
        self.own()
    }

    fn write_text(&self, out: &mut KeyText) {
        self.text(out);
    }

    fn write_owned_text(owned: &String, out: &mut KeyText) {
        out.template(owned);
    }
}

/// A piece of a [`Template`].
///
/// Not public API. Used by generated code.
pub struct Piece<'a>(Kind<'a>);

enum Kind<'a> {
    Literal(&'static str),
    Value(&'a dyn Display),
}

impl<'a> Piece<'a> {
    /// Text that is the same in every key.
    pub const fn literal(text: &'static str) -> Self {
        Self(Kind::Literal(text))
    }

    /// The text of a value.
    pub fn value<T: Placeholder>(value: &'a T) -> Self {
        Self(Kind::Value(value.display()))
    }

    fn first_char(&self) -> Option<char> {
        match self.0 {
            Kind::Literal(text) => text.chars().next(),
            Kind::Value(_) => None,
        }
    }
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Literal(text) => write!(f, "{text:?}"),
            Kind::Value(value) => write!(f, "{{{value}}}"),
        }
    }
}

/// What a placeholder of a key template can show: anything with `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a placeholder of a key: it has no `Display`",
    label = "this placeholder is part of the key",
    note = "name a field that has one, as in `{{user.id}}`, or write the key as an expression: `key = (a, b)`"
)]
pub trait Placeholder {
    #[doc(hidden)]
    fn display<'a>(&'a self) -> &'a (dyn Display + 'a);
}

#[diagnostic::do_not_recommend]
impl<T: Display> Placeholder for T {
    fn display<'a>(&'a self) -> &'a (dyn Display + 'a) {
        self
    }
}

/// Writes the text, with the values escaped.
fn render<W: Write + ?Sized>(pieces: &[Piece<'_>], out: &mut W) -> fmt::Result {
    for (index, piece) in pieces.iter().enumerate() {
        match piece.0 {
            Kind::Literal(text) if !text.as_bytes().contains(&b'%') => out.write_str(text)?,
            Kind::Literal(text) => {
                for part in text.split_inclusive('%') {
                    out.write_str(part)?;
                    if part.ends_with('%') {
                        out.write_char('%')?;
                    }
                }
            }
            Kind::Value(value) => {
                let stop = pieces.get(index + 1).and_then(Piece::first_char);
                write!(Escape { out, stop }, "{value}")?;
            }
        }
    }
    Ok(())
}

/// Escapes what is written through it.
struct Escape<'a, W: ?Sized> {
    out: &'a mut W,
    stop: Option<char>,
}

impl<W: Write + ?Sized> Write for Escape<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // Most texts need no escape, and their bytes tell: where the stop is not ASCII, every byte that is not will do.
        let stop = self.stop.map_or(b'%', |stop| u8::try_from(stop).unwrap_or(0x80));
        let plain = |&byte: &u8| {
            byte != b'%' && !byte.is_ascii_control() && byte != stop && (stop < 0x80 || byte < 0x80)
        };
        if text.as_bytes().iter().all(plain) {
            return self.out.write_str(text);
        }
        let escaped = |c: char| c == '%' || c.is_ascii_control() || Some(c) == self.stop;
        let mut rest = text;
        while let Some(at) = rest.find(escaped) {
            let (plain, tail) = rest.split_at(at);
            self.out.write_str(plain)?;
            let length = tail.chars().next().map_or(0, char::len_utf8);
            let (found, tail) = tail.split_at(length);
            for byte in found.bytes() {
                write!(self.out, "%{byte:02x}")?;
            }
            rest = tail;
        }
        self.out.write_str(rest)
    }
}

fn hash_short<H: Hasher>(text: &[u8], state: &mut H) {
    state.write(text);
    state.write_u8(0xff);
}

/// The text, as far as it fits.
#[derive(Debug)]
struct Buffer {
    bytes: [u8; BUFFER],
    length: usize,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Empty,
    Complete,
    Overflow,
}

impl Buffer {
    fn complete(&self) -> Option<&[u8]> {
        (self.state == State::Complete).then(|| &self.bytes[..self.length])
    }
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let Some(free) = self.bytes.get_mut(self.length..end) else {
            self.state = State::Overflow;
            return Err(fmt::Error);
        };
        free.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Feeds a hasher in blocks of one size, so that it does not matter in which pieces the text arrived.
struct Blocks<'a, H: Hasher> {
    state: &'a mut H,
    block: [u8; BLOCK],
    filled: usize,
}

impl<'a, H: Hasher> Blocks<'a, H> {
    fn new(state: &'a mut H) -> Self {
        Self { state, block: [0; BLOCK], filled: 0 }
    }

    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (head, tail) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.block[self.filled..self.filled + head.len()].copy_from_slice(head);
            self.filled += head.len();
            bytes = tail;
            if self.filled == BLOCK {
                self.state.write(&self.block);
                self.filled = 0;
            }
        }
    }

    fn finish(self) {
        self.state.write(&self.block[..self.filled]);
        self.state.write_u8(0xff);
    }
}

impl<H: Hasher> Write for Blocks<'_, H> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// Walks along a stored text; stops at the first difference.
struct Compare<'a> {
    rest: &'a str,
    differs: bool,
}

impl Write for Compare<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => {
                self.differs = true;
                Err(fmt::Error)
            }
        }
    }
}

const BUFFER: usize = 120;

const BLOCK: usize = 64;
