//! Which names a piece of user code mentions, by its tokens alone.

use proc_macro2::{TokenStream, TokenTree};

/// Whether `tokens` mention `name`, as a variable of its own or captured by a format string; fields and methods of that
/// name do not count.
pub(crate) fn mentions(tokens: &TokenStream, name: &str) -> bool {
    let mut after_dot = false;
    for tree in tokens.clone() {
        let found = match &tree {
            TokenTree::Ident(ident) => !after_dot && ident == name,
            TokenTree::Group(group) => mentions(&group.stream(), name),
            TokenTree::Literal(literal) => captures(&literal.to_string(), name),
            TokenTree::Punct(_) => false,
        };
        if found {
            return true;
        }
        after_dot = match &tree {
            // `..` is a range, and what follows it is a variable
            TokenTree::Punct(punct) => punct.as_char() == '.' && !after_dot,
            _ => false,
        };
    }
    false
}

/// Whether a literal is a format string with `{name}` or `{name:..}` in it.
fn captures(literal: &str, name: &str) -> bool {
    literal.split('{').skip(1).any(|rest| {
        let end = rest.find([':', '}']).unwrap_or(rest.len());
        rest.get(..end).is_some_and(|found| found.trim() == name)
    })
}

/// Whether `tokens` mention the `Self` of the place they stand in; items inside have a `Self` of their own.
pub(crate) fn mentions_self_type(tokens: &TokenStream) -> bool {
    let mut inside_item = false;
    for tree in tokens.clone() {
        match tree {
            TokenTree::Ident(ident) if ident == "Self" && !inside_item => return true,
            TokenTree::Ident(ident) if ITEMS.iter().any(|item| ident == item) => inside_item = true,
            TokenTree::Group(group) => {
                if !inside_item && mentions_self_type(&group.stream()) {
                    return true;
                }
                inside_item &= group.delimiter() != proc_macro2::Delimiter::Brace;
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => inside_item = false,
            _ => {}
        }
    }
    false
}

/// The keywords behind which, up to the next brace or semicolon, `Self` is another one.
const ITEMS: &[&str] = &["impl", "trait", "fn", "struct", "enum"];

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn variables_count_and_fields_do_not() {
        assert!(mentions(&quote!(user.id), "user"));
        assert!(!mentions(&quote!(user.id), "id"));
        assert!(mentions(&quote!((a, [b.c(d)])), "d"));
        assert!(mentions(&quote!(0..id), "id"));
        assert!(mentions(&quote!(format!("{id}")), "id"));
        assert!(mentions(&quote!(format!("{id:>5}")), "id"));
        assert!(!mentions(&quote!(format!("{}", other)), "id"));
    }

    #[test]
    fn the_self_of_items_inside_is_their_own() {
        assert!(mentions_self_type(&quote!({
            let a = Self::new();
        })));
        assert!(!mentions_self_type(&quote!({
            struct A;
            impl A {
                fn new() -> Self {
                    Self
                }
            }
            A::new()
        })));
        assert!(mentions_self_type(&quote!({
            fn helper() {}
            Self::new()
        })));
    }
}
