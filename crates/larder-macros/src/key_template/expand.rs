//! Model → tokens. Cannot fail; the expansion is shown in [`super`].

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Error, Member};

use super::model::{Model, Variant, runtime};
use crate::template::Piece;

/// The `impl`s.
pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { name, generics, runtime: p, variants } = model;
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let hash_key = each(model, &quote!(hash_key), &quote!(__state));
    let eq_key = each(model, &quote!(eq_key), &quote!(__owned));
    let to_key = each(model, &quote!(to_key), &quote!());
    let write_text = each(model, &quote!(write_text), &quote!(__out));
    let templates = variants.iter().map(|variant| &variant.literal);
    quote! {
        const _: () = {
            #[automatically_derived]
            impl #impl_generics #p::CacheKey for #name #type_generics #where_clause {
                type Owned = #p::String;

                fn hash_key<__H: #p::core::hash::Hasher>(&self, __state: &mut __H) {
                    #hash_key
                }

                fn hash_owned<__H: #p::core::hash::Hasher>(__owned: &#p::String, __state: &mut __H) {
                    <#p::Template<'_, 0> as #p::CacheKey>::hash_owned(__owned, __state)
                }

                fn eq_key(&self, __owned: &#p::String) -> #p::core::primitive::bool {
                    #eq_key
                }

                fn eq_owned(__a: &#p::String, __b: &#p::String) -> #p::core::primitive::bool {
                    <#p::Template<'_, 0> as #p::CacheKey>::eq_owned(__a, __b)
                }

                fn to_key(&self) -> #p::String {
                    #to_key
                }

                fn write_text(&self, __out: &mut #p::KeyText) {
                    #write_text
                }

                fn write_owned_text(__owned: &#p::String, __out: &mut #p::KeyText) {
                    <#p::Template<'_, 0> as #p::CacheKey>::write_owned_text(__owned, __out)
                }
            }

            #[automatically_derived]
            impl #impl_generics #p::KeyTemplate for #name #type_generics #where_clause {
                const TEMPLATES: &'static [&'static #p::core::primitive::str] = &[#(#templates),*];
            }
        };
    }
}

/// The errors, and `impl`s so that nobody else complains about the type.
pub(super) fn fallback(input: &DeriveInput, error: &Error) -> TokenStream {
    let errors = error.to_compile_error();
    let p = runtime(&input.attrs);
    let name = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #errors
        const _: () = {
            impl #impl_generics #p::CacheKey for #name #type_generics #where_clause {
                type Owned = ();
                fn hash_key<__H: #p::core::hash::Hasher>(&self, _: &mut __H) {}
                fn hash_owned<__H: #p::core::hash::Hasher>(_: &(), _: &mut __H) {}
                fn eq_key(&self, _: &()) -> #p::core::primitive::bool { true }
                fn eq_owned(_: &(), _: &()) -> #p::core::primitive::bool { true }
                fn to_key(&self) {}
                fn write_text(&self, _: &mut #p::KeyText) {}
                fn write_owned_text(_: &(), _: &mut #p::KeyText) {}
            }
            impl #impl_generics #p::KeyTemplate for #name #type_generics #where_clause {
                const TEMPLATES: &'static [&'static #p::core::primitive::str] = &[];
            }
        };
    }
}

/// One method of the template of whatever variant it is.
fn each(model: &Model<'_>, method: &TokenStream, argument: &TokenStream) -> TokenStream {
    let p = &model.runtime;
    if model.variants.is_empty() {
        return quote!(match *self {});
    }
    let arms = model.variants.iter().map(|variant| {
        let pattern = pattern(variant);
        let pieces = variant.pieces.iter().map(|piece| self::piece(p, variant, piece));
        quote!(#pattern => #p::CacheKey::#method(&#p::Template::new([#(#pieces),*]), #argument),)
    });
    quote!(match self { #(#arms)* })
}

fn pattern(variant: &Variant) -> TokenStream {
    let path = &variant.path;
    let fields = variant.fields.iter().map(|field| {
        let name = &field.name;
        match &field.member {
            Member::Named(_) => quote!(#name),
            position @ Member::Unnamed(_) => quote!(#position: #name),
        }
    });
    quote!(#path { #(#fields,)* .. })
}

fn piece(p: &TokenStream, variant: &Variant, piece: &Piece) -> TokenStream {
    match piece {
        Piece::Literal(text) => quote!(#p::Piece::literal(#text)),
        Piece::Value(path) => {
            let span = variant.literal.span();
            match variant.integer(path) {
                Some(integer) => {
                    quote_spanned!(span=> #p::Piece::value::<#p::core::primitive::#integer>(#path))
                }
                None if variant.is_field(path) => quote_spanned!(span=> #p::Piece::value(#path)),
                None => quote_spanned!(span=> #p::Piece::value(&#path)),
            }
        }
    }
}
