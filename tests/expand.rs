//! The generated code, pretty-printed, for a function of each kind: a reviewer sees every change of it in the diff.
//!
//! `expand/<name>.rs` is what a user wrote, `expand/<name>.expanded.rs` what becomes of it. `cargo xtask ui-bless` (or
//! `LARDER_BLESS=1 cargo test --test expand`) writes the second from the first.
//!
//! The sources of the macro are compiled once more for it, into a library (`sources.rs`): there, tokens need no compiler
//! around them.

use std::path::Path;
use std::{env, fs};

use larder_tests::cached;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, File, ImplItem, Item, ItemImpl, Meta};

#[test]
fn the_expansion_is_as_reviewed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("expand");
    let bless = env::var_os("LARDER_BLESS").is_some()
        || env::var_os("TRYBUILD").is_some_and(|how| how == "overwrite");
    let mut seen = 0;
    let mut differing = Vec::new();
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".expanded.rs") {
            assert!(folder.join(name.replace(".expanded", "")).exists(), "{name} belongs to nothing");
            continue;
        }
        seen += 1;
        let found = expanded(&fs::read_to_string(&path).unwrap());
        let expected = path.with_extension("expanded.rs");
        if bless {
            fs::write(expected, found).unwrap();
        } else if fs::read_to_string(&expected).ok().as_deref() != Some(&found) {
            println!("expand/{name} becomes:\n{found}");
            differing.push(name);
        }
    }
    assert!(seen >= 10, "only {seen} functions");
    assert!(
        differing.is_empty(),
        "the expansion of {differing:?} has changed; bless it with `cargo xtask ui-bless`"
    );
}

/// The text of a file whose cached functions, also those in impls, are expanded.
fn expanded(text: &str) -> String {
    let mut file = syn::parse_file(text).unwrap();
    let mut items = Vec::new();
    for item in file.items {
        match item {
            Item::Fn(mut function) => match take(&mut function.attrs) {
                Some(arguments) => {
                    let tokens = cached(arguments, function.into_token_stream());
                    items.extend(syn::parse2::<File>(tokens).unwrap().items);
                }
                None => items.push(Item::Fn(function)),
            },
            Item::Impl(mut block) => {
                let mut inside = Vec::new();
                for mut item in block.items {
                    let ImplItem::Fn(function) = &mut item else {
                        inside.push(item);
                        continue;
                    };
                    let tokens = match take(&mut function.attrs) {
                        Some(arguments) => cached(arguments, function.to_token_stream()),
                        None => function.to_token_stream(),
                    };
                    let expansion: ItemImpl = syn::parse2(quote!(impl Any { #tokens })).unwrap();
                    inside.extend(expansion.items);
                }
                block.items = inside;
                items.push(Item::Impl(block));
            }
            other => items.push(other),
        }
    }
    file.items = items;
    prettyplease::unparse(&file)
}

/// Takes `#[cached(arguments)]` from among the attributes.
fn take(attributes: &mut Vec<Attribute>) -> Option<TokenStream> {
    let at = attributes.iter().position(|attribute| attribute.path().is_ident("cached"))?;
    match attributes.remove(at).meta {
        Meta::List(list) => Some(list.tokens),
        _ => Some(TokenStream::new()),
    }
}
