//! The way of `#[cached]`: options and item, then the model, then tokens; or, when something is wrong, the fallback.

use proc_macro2::TokenStream;

use crate::errors::Errors;
use crate::expand;
use crate::fallback;
use crate::item;
use crate::model::Cached;
use crate::options::Options;

/// Expands `#[cached(arguments)] item`.
pub(crate) fn cached(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match model(arguments, item.clone()) {
        Ok(cached) => {
            let tokens = expand::expand(&cached);
            dump(&cached, &tokens);
            tokens
        }
        Err(error) => fallback::fallback(item, &error),
    }
}

fn model(arguments: TokenStream, item: TokenStream) -> syn::Result<Cached> {
    let mut errors = Errors::default();
    let options = Options::parse(arguments, &mut errors);
    match errors.take(item::parse(item)) {
        Some(item) => Cached::new(options, item, errors),
        None => errors
            .finish(())
            .and_then(|()| Err(syn::Error::new(proc_macro2::Span::call_site(), "expected a function"))),
    }
}

/// `LARDER_DUMP=f cargo check` prints the expansion of every function `f`.
fn dump(cached: &Cached, tokens: &TokenStream) {
    if std::env::var_os("LARDER_DUMP")
        .is_some_and(|wanted| cached.item.signature.ident == wanted.to_string_lossy().as_ref())
    {
        eprintln!("{tokens}");
    }
}
