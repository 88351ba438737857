//! The tags of one value, as generated code writes them: `tags = ["user:{id}", Tag::Posts]`.
//!
//! # Tokens
//!
//! A text is as it is: `.tag("posts")`. For a template and an expression, every token but what the user wrote spanned at it:
//!
//! ```text
//! .tag(::larder::__private::TagText::new().literal("user:").value(&id))
//! .tag(::larder::__private::TagText::new().whole(&Tag::Posts))
//! ```
//!
//! A tag need not tell its values apart: nothing is escaped, and `invalidate_tag("user:7")` finds what `"user:{id}"` gave.

use std::fmt::{Display, Write};

/// The text of a tag.
///
/// Not public API. Used by generated code.
#[derive(Debug, Default)]
pub struct TagText(String);

impl TagText {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// Then this text.
    #[must_use]
    pub fn literal(mut self, text: &'static str) -> Self {
        self.0.push_str(text);
        self
    }

    /// Then the text of what a placeholder names.
    #[must_use]
    pub fn value<T: TagValue + ?Sized>(mut self, value: &T) -> Self {
        value.write(&mut self.0);
        self
    }

    /// The text of an expression.
    #[must_use]
    pub fn whole<T: Tag + ?Sized>(mut self, tag: &T) -> Self {
        tag.write(&mut self.0);
        self
    }
}

impl From<TagText> for String {
    fn from(tag: TagText) -> Self {
        tag.0
    }
}

/// What a placeholder of a tag can show: anything with `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a placeholder of a tag: it has no `Display`",
    label = "this placeholder is part of the tag",
    note = "name a field that has one, as in `{{user.id}}`, or write the tag as an expression: `tags = [format!(\"..\")]`"
)]
pub trait TagValue {
    #[doc(hidden)]
    fn write(&self, out: &mut String);
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> TagValue for T {
    fn write(&self, out: &mut String) {
        // A `Display` that fails has written what it could.
        let _ = write!(out, "{self}");
    }
}

/// What an expression can be to be a tag: anything with `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tag: it has no `Display`",
    label = "this is a tag",
    note = "write a text, as in `\"user:{{id}}\"` or `format!(\"..\")`, or implement `Display` for the type; for any number of tags call `larder::add_tag` in the function"
)]
pub trait Tag {
    #[doc(hidden)]
    fn write(&self, out: &mut String);
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> Tag for T {
    fn write(&self, out: &mut String) {
        TagValue::write(self, out);
    }
}

#[cfg(test)]
mod tests {
    use super::TagText;

    #[test]
    fn a_tag_reads_as_it_was_written() {
        let template = TagText::new().literal("%").value(&7).value("a:b").literal(":").value(&'c');
        assert_eq!(String::from(template), "%7a:b:c");
        assert_eq!(String::from(TagText::new().whole("posts")), "posts");
        assert_eq!(String::from(TagText::new().whole(&format_args!("{}-{}", 1, 2))), "1-2");
    }
}
