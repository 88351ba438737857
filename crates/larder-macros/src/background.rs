//! What a function does behind its callers' backs, and the arguments it needs for that.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Safety, Signature};

use crate::arguments::{Argument, Form};
use crate::errors::Errors;
use crate::expand::{begin_renew, parameter};
use crate::model::{Cached, Place};
use crate::options::Options;
use crate::returns::Kind;
use crate::types;

/// What a function does behind its callers' backs.
#[derive(Default)]
pub(crate) struct Background {
    /// Whether it does anything.
    pub(crate) works: bool,
    /// Whether a key in use is refreshed at an interval.
    pub(crate) repeats: bool,
    /// Whether calls wait only so long.
    pub(crate) times_out: bool,
}

impl Background {
    /// What the options ask for; what the function cannot give is among the errors.
    pub(crate) fn read(
        options: &Options,
        signature: &Signature,
        place: &Place,
        arguments: &[Argument],
        errors: &mut Errors,
    ) -> Self {
        let timeout = options.soft_timeout.as_ref().or(options.hard_timeout.as_ref());
        let times_out = timeout.is_some();
        let early = options.early.as_ref().filter(|early| !early.value.is_off()).map(|early| &early.key);
        let asked =
            [&options.stale_while_revalidate, &options.refresh, &options.soft_timeout, &options.hard_timeout];
        let mut asked: Vec<&Ident> = asked.into_iter().flatten().map(|option| &option.key).collect();
        asked.extend(early);
        let Some(option) = asked.first() else { return Self::default() };
        if let (Some(timeout), false) = (timeout, is_async(signature)) {
            let name = timeout.key.unraw();
            let message = format!(
                "`{name}` needs an async function, whose run can go on when its caller has left; remove it, or make the function async"
            );
            errors.at(timeout.span(), message);
        }
        if matches!(place, Place::Inside) {
            let message = format!(
                "`{option}` runs the function in the background, which needs a place beside it; remove `handle = none`, or cache a free function that this one calls"
            );
            errors.at(option.span(), message);
        }
        for argument in arguments {
            if let Some((span, message)) = unfit(argument, option) {
                errors.at(span, message);
            }
        }
        Self { works: true, repeats: options.refresh.is_some(), times_out }
    }
}

fn is_async(signature: &Signature) -> bool {
    let mut ignored = Errors::default();
    let returns = crate::returns::Returns::read(signature, &mut ignored);
    // What has no result has an error of its own.
    returns.is_none_or(|returns| returns.kind != Kind::Value)
}

/// Why an argument cannot be kept for a run in the background.
fn unfit(argument: &Argument, option: &Ident) -> Option<(Span, String)> {
    let name = &argument.name;
    if let Some(condition) = argument.conditions().next() {
        let message = format!(
            "`{option}` keeps the arguments for a run in the background, and `{name}` is not always there; put the `#[cfg]` on the function"
        );
        return Some((condition.path().get_ident().map_or_else(|| name.span(), Ident::span), message));
    }
    match &argument.form {
        Form::Receiver(receiver) => argument.borrows().then(|| {
            let message = format!(
                "`{option}` runs the function in the background, where nothing can be borrowed; take `self: Arc<Self>`, or cache a free function that this one calls"
            );
            (receiver.self_token.span, message)
        }),
        Form::Typed(ty) => {
            if argument.becomes.is_some() {
                return None;
            }
            if let Some(span) = types::opaque(ty) {
                let message = format!(
                    "`{option}` keeps the arguments for a run in the background; write the type of `{name}` instead of `impl`, such as `String`"
                );
                return Some((span, message));
            }
            let span = types::borrowed(ty)?;
            let owned = match ty.to_token_stream().to_string().replace(' ', "").as_str() {
                "&str" => format!("`{name}: String` or `{name}: Arc<str>`"),
                _ => format!("an owned value, or `{name}: Arc<..>`"),
            };
            let message = format!(
                "`{option}` runs the function in the background, where nothing can be borrowed; take {owned}"
            );
            Some((span, message))
        }
    }
}

impl Cached {
    /// Which enum says how a call begins.
    pub(crate) fn begun(&self) -> TokenStream {
        let runtime = self.runtime();
        if self.background.works { quote!(#runtime::Fresh) } else { quote!(#runtime::Begin) }
    }

    /// The function of the runtime that begins a call, by its name without background.
    pub(crate) fn beginning(&self, function: &str) -> String {
        match (self.background.works, function) {
            (true, "begin") => "begin_fresh".into(),
            (true, "begin_lookup") => "begin_fresh_lookup".into(),
            _ => function.into(),
        }
    }

    /// `P::Fresh::Due(larder_value, larder_due) => { larder_due.start((..), RENEW); larder_value }`, or nothing.
    pub(crate) fn due(&self) -> TokenStream {
        if !self.background.works {
            return quote!();
        }
        let runtime = self.runtime();
        let (arguments, renew) = (self.kept("keep"), self.renew());
        let start = self.flavour("start");
        quote_spanned! {Span::mixed_site()=>
            #runtime::Fresh::Due(larder_value, larder_due) => {
                larder_due.#start(#arguments, #renew);
                larder_value
            }
        }
    }

    /// `larder_miss`, told how to refresh the key at its interval where it is to be.
    pub(crate) fn miss(&self) -> TokenStream {
        let miss = quote_spanned!(Span::mixed_site()=> larder_miss);
        // In a shared store a stale value is found only after the miss in memory.
        let finds_out_late = self.background.works && self.shared.is_some();
        if !self.background.repeats && !finds_out_late {
            return miss;
        }
        let (arguments, renew) = (self.kept("keep_copy"), self.renew());
        let again = self.flavour("again");
        quote_spanned!(Span::mixed_site()=> #miss.#again(#arguments, #renew))
    }

    /// `(P::keep(a), P::keep(b),)`: the arguments, to be kept.
    fn kept(&self, how: &str) -> TokenStream {
        let arguments = self.arguments.iter().map(|argument| {
            let name = &argument.name;
            let span = argument.ty().map_or_else(|| name.span(), types::anchor);
            let runtime = self.runtime_at(span);
            let how = Ident::new(how, span);
            match how == "keep" {
                true => quote_spanned!(span=> #runtime::#how(#name)),
                false => quote_spanned!(span=> #runtime::#how(&#name)),
            }
        });
        quote!((#(#arguments,)*))
    }

    /// `|larder_since, (a, b,)| <f>::__renew(a, b, larder_since)`.
    fn renew(&self) -> TokenStream {
        let here = Span::mixed_site();
        let names: Vec<Ident> = self.arguments.iter().map(kept_name).collect();
        let (renew, generics) = (self.member("__renew"), self.turbofish());
        let call = quote_spanned!(here=> #renew #generics(#(#names,)* larder_since));
        let call = match self.item.signature.safety {
            Safety::Unsafe(_) => quote!(unsafe { #call }),
            _ => call,
        };
        quote_spanned!(here=> |larder_since, (#(#names,)*)| #call)
    }

    /// The name of a method of the runtime, for this kind of function.
    fn flavour(&self, method: &str) -> Ident {
        let here = Span::mixed_site();
        match self.returns.kind {
            Kind::Value => Ident::new(method, here),
            _ => format_ident!("{method}_async", span = here),
        }
    }

    /// The hidden companion that runs the function in the background.
    ///
    /// ```text
    /// async fn __renew(a: u64, b: String, larder_since: P::Since) {
    ///     let larder_miss = P::begin_renew::<MARKER, _, _>(SITE, CONFIG, RETURNS, KEY, larder_since);
    ///     larder_miss.run_async(<f>::uncached(a, b)).await;
    /// }
    /// ```
    pub(crate) fn renewal(&self, attributes: &TokenStream) -> TokenStream {
        if !self.background.works {
            return quote!();
        }
        let here = Span::mixed_site();
        let runtime = self.runtime();
        let name = self.member_name("__renew");
        let signature = &self.item.signature;
        let parameters = self.arguments.iter().map(parameter);
        let (generics, _, condition) = signature.generics.split_for_impl();
        let conversions = self.conversions();
        let (begin, compute) = (begin_renew(self), self.call("uncached"));
        let (asyncness, run) = match self.returns.kind {
            Kind::Value => (quote!(), quote_spanned!(here=> let _ = larder_miss.run(move || #compute);)),
            _ => (quote!(async), quote_spanned!(here=> let _ = larder_miss.run_async(#compute).await;)),
        };
        let safety = match &signature.safety {
            Safety::Unsafe(safety) => quote!(#safety),
            _ => quote!(),
        };
        quote_spanned! {here=>
            #attributes #[doc(hidden)]
            #asyncness #safety fn #name #generics(#(#parameters,)* larder_since: #runtime::Since) #condition {
                #conversions
                let larder_miss = #begin;
                #run
            }
        }
    }
}

/// What an argument is called outside of the function: `self` cannot be bound.
fn kept_name(argument: &Argument) -> Ident {
    match argument.form {
        Form::Receiver(_) => Ident::new("larder_self", Span::mixed_site()),
        Form::Typed(_) => argument.name.clone(),
    }
}
