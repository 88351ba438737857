//! What a function does behind its callers' backs, and the arguments it needs for that.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Safety, Signature};

use crate::arguments::{Argument, Form};
use crate::duration::Lifetime;
use crate::errors::Errors;
use crate::expand::{begin_renew, parameter};
use crate::model::{Cached, Place, is_desugared};
use crate::options::Options;
use crate::returns::{Kind, Returns};
use crate::spanned::{Spanned, located};
use crate::types;

/// What a function does behind its callers' backs.
#[derive(Default)]
pub(crate) struct Background {
    /// The option for whose sake values are replaced in the background.
    renews: Option<Ident>,
    /// Whether a key in use is refreshed at an interval.
    repeats: bool,
    /// The option for whose sake calls wait only so long.
    times_out: Option<Ident>,
}

impl Background {
    /// What the options ask for; what the function cannot give is among the errors.
    pub(crate) fn read(
        options: &Options,
        signature: &Signature,
        returns: Option<&Returns>,
        place: &Place,
        arguments: &[Argument],
        errors: &mut Errors,
    ) -> Self {
        let key = |option: &Option<Spanned<Lifetime>>| option.as_ref().map(|option| option.key.clone());
        let early = options.early.as_ref().filter(|early| !early.value.is_off());
        let renews = key(&options.stale_while_revalidate)
            .or_else(|| key(&options.refresh))
            .or_else(|| early.map(|early| early.key.clone()));
        let times_out = key(&options.soft_timeout).or_else(|| key(&options.hard_timeout));
        let background = Self { renews, repeats: options.refresh.is_some(), times_out };
        // What has no result has an error of its own.
        let is_sync = returns.is_some_and(|returns| returns.kind == Kind::Value);
        if let (true, Some(timeout)) = (is_sync, &background.times_out) {
            let message = format!(
                "`{timeout}` needs an async function, whose run goes on when its caller has left; make the function async, or remove it"
            );
            errors.at(timeout.span(), message);
        }
        let Some(option) = background.renews.as_ref().or(background.times_out.as_ref()) else {
            return background;
        };
        if is_desugared(signature) {
            let message = format!(
                "`{option}` runs the function in the background, where nothing can be borrowed, and `#[async_trait]` borrows the arguments; cache a free function that this one calls"
            );
            errors.at(option.span(), message);
            return background;
        }
        let lacks_place = matches!(place, Place::Inside) && background.renews.is_some();
        if lacks_place {
            let message = format!(
                "`{option}` runs the function in the background, which needs a place beside it; remove `handle = none`, or, in the `impl` of a trait, cache a free function that this one calls"
            );
            errors.at(option.span(), message);
        }
        for argument in arguments {
            // For a method of a trait there is the other remedy.
            if lacks_place && argument.ty().is_none() {
                continue;
            }
            if let Some((span, message)) = unfit(argument, option) {
                errors.at(span, message);
            }
        }
        background
    }

    /// Whether arguments cannot be borrowed.
    pub(crate) fn owns(&self) -> bool {
        self.renews.is_some() || self.times_out.is_some()
    }
}

/// Why an argument cannot be kept for a run in the background.
fn unfit(argument: &Argument, option: &Ident) -> Option<(Span, String)> {
    let name = &argument.name;
    let why = format!("`{option}` runs the function in the background, where nothing can be borrowed");
    if let Some(condition) = argument.conditions().next() {
        let message = format!(
            "`{option}` keeps the arguments for a run in the background, and `{name}` is not always there; put the `#[cfg]` on the function"
        );
        return Some((condition.path().get_ident().map_or_else(|| name.span(), Ident::span), message));
    }
    let Form::Typed(ty) = &argument.form else {
        return argument.borrows().then(|| {
            let remedy = "take `self: Arc<Self>`, or cache a free function that this one calls";
            (name.span(), format!("{why}; {remedy}"))
        });
    };
    if argument.becomes.is_some() {
        return None;
    }
    if let Some(span) = types::opaque(ty) {
        let message = format!(
            "`{option}` keeps the arguments for a run in the background; write the type of `{name}` in place of `impl`, such as `{name}: String`"
        );
        return Some((span, message));
    }
    let span = types::borrowed(ty)?;
    let remedy = match types::owned(ty) {
        Some(owned) => format!("take `{name}: {owned}`"),
        None => "take an owned value, or an `Arc`".to_owned(),
    };
    Some((span, format!("{why}; {remedy}")))
}

impl Cached {
    /// Which enum says how a call begins.
    pub(crate) fn begun(&self) -> TokenStream {
        let runtime = self.runtime();
        if self.background.renews.is_some() { quote!(#runtime::Fresh) } else { quote!(#runtime::Begin) }
    }

    /// The function of the runtime that begins a call, by its name where nothing is replaced in the background.
    pub(crate) fn beginning(&self, function: &str) -> String {
        match (&self.background.renews, function) {
            (Some(_), "begin") => "begin_fresh".into(),
            (Some(_), "begin_lookup") => "begin_fresh_lookup".into(),
            _ => function.into(),
        }
    }

    /// `P::Fresh::Due(larder_value, larder_due) => { ARGUMENTS.start(larder_due, RENEW); larder_value }`, or nothing.
    /// `value` is what the arm gives: `larder_value` as it is, or in something.
    pub(crate) fn due(&self, value: &TokenStream) -> TokenStream {
        let Some(option) = &self.background.renews else { return quote!() };
        let (runtime, here) = (self.runtime(), Span::mixed_site());
        let (arguments, start, renew) = (self.kept("and", option), self.flavour("start"), self.renew());
        let start = located(quote_spanned!(here=> .#start(larder_due, #renew);), option.span());
        quote_spanned! {here=>
            #runtime::Fresh::Due(larder_value, larder_due) => {
                #arguments #start
                #value
            }
        }
    }

    /// `larder_miss`, told how to refresh the key at its interval where it is to be:
    /// `larder_miss.again(ARGUMENTS.repeat(RENEW))`. Where values are shared, a stale one is found only after the miss in memory.
    pub(crate) fn miss(&self) -> TokenStream {
        let here = Span::mixed_site();
        let miss = quote_spanned!(here=> larder_miss);
        match &self.background.renews {
            Some(option) if self.background.repeats || self.shared.is_some() => {
                let (arguments, repeat, renew) =
                    (self.kept("and_copy", option), self.flavour("repeat"), self.renew());
                let repeat = located(quote_spanned!(here=> .#repeat(#renew)), option.span());
                quote_spanned!(here=> #miss.again(#arguments #repeat))
            }
            _ => miss,
        }
    }

    /// `larder_miss.run_within(<f>::uncached(a, b))`, where calls wait only so long, and the `.await` that gives a `Lookup`.
    /// A future that cannot go to another thread is shown at the option.
    pub(crate) fn run_within(
        &self,
        miss: &TokenStream,
        compute: &TokenStream,
    ) -> Option<(TokenStream, TokenStream)> {
        let timeout = self.background.times_out.as_ref()?;
        let compute = located(compute.clone(), timeout.span());
        let run = quote_spanned!(Span::mixed_site()=> #miss.run_within(#compute));
        let awaiting = quote_spanned!(Span::mixed_site()=> .await);
        Some((located(run, timeout.span()), located(awaiting, timeout.span())))
    }

    /// `P::kept().and(a).keep().and(b).keep()`: the arguments, given up; or with `and_copy(&a)`, copies of them. What is
    /// wrong with one is shown at its type, the rest at the option.
    fn kept(&self, and: &str, option: &Ident) -> TokenStream {
        let here = Span::mixed_site();
        let runtime = self.runtime_at(here.located_at(option.span()));
        let arguments = self.arguments.iter().map(|argument| {
            let name = &argument.name;
            let span = here.located_at(argument.ty().map_or_else(|| name.span(), types::anchor));
            let reference = (and == "and_copy").then(|| quote_spanned!(span=> &));
            let and = Ident::new(and, span);
            quote_spanned!(span=> .#and(#reference #name).keep())
        });
        quote_spanned!(here.located_at(option.span())=> #runtime::kept() #(#arguments)*)
    }

    /// `|larder_since, (((), a), b)| <f>::__renew(a, b, larder_since)`: what runs the function with them.
    fn renew(&self) -> TokenStream {
        let here = Span::mixed_site();
        let names: Vec<Ident> = self.arguments.iter().map(kept_name).collect();
        let pattern = names.iter().fold(quote!(()), |before, name| quote!((#before, #name)));
        let (renew, generics) = (self.member("__renew"), self.turbofish());
        let call = quote_spanned!(here=> #renew #generics(#(#names,)* larder_since));
        let call = match self.item.signature.safety {
            Safety::Unsafe(_) => quote!(unsafe { #call }),
            _ => call,
        };
        quote_spanned!(here=> |larder_since, #pattern| #call)
    }

    /// The name of a method of the runtime, for this kind of function.
    fn flavour(&self, method: &str) -> Ident {
        let here = Span::mixed_site();
        match self.returns.kind {
            Kind::Value => Ident::new(method, here),
            _ => format_ident!("{method}_async", span = here),
        }
    }

    /// The hidden companion that runs the function in the background, where values are replaced there.
    ///
    /// ```text
    /// async fn __renew(a: u64, b: String, larder_since: P::Since) {
    ///     let larder_miss = P::begin_renew::<MARKER, _, _>(SITE, CONFIG, RETURNS, KEY, larder_since);
    ///     larder_miss.renew_async(P::pin!(<f>::uncached(a, b))).await;
    /// }
    /// ```
    ///
    /// That of a sync function ends in `larder_miss.renew(move || <f>::uncached(a, b));`.
    pub(crate) fn renewal(&self, attributes: &TokenStream) -> TokenStream {
        if self.background.renews.is_none() {
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
            Kind::Value => (quote!(), quote_spanned!(here=> larder_miss.renew(move || #compute);)),
            _ => (
                quote!(async),
                quote_spanned!(here=> larder_miss.renew_async(#runtime::pin!(#compute)).await;),
            ),
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
