//! A valid model becomes tokens. Nothing here can fail, and nothing here knows how caching works.
//!
//! Names of our own are spanned at `mixed_site`, so that no variable of the user's sees them; and they begin with
//! `larder_`, because constants of the user's would still be seen in patterns. What an error of the user's may point at
//! is spanned there instead.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, GenericParam, Pat, ReceiverKind, Safety, Signature};

use crate::arguments::{Argument, Form};
use crate::companions;
use crate::key::{Key, Part, Source};
use crate::lints;
use crate::model::{Cached, Place};
use crate::preload;
use crate::returns::Kind;
use crate::scopes::{Tag, User};
use crate::template::Piece;
use crate::types;

/// The function, and what belongs to it.
pub(crate) fn expand(cached: &Cached) -> TokenStream {
    match &cached.place {
        Place::Beside(name) => {
            let function = outer(cached);
            let companions = companions::beside(cached, name);
            quote!(#function #companions)
        }
        Place::Methods => {
            let function = outer(cached);
            let companions = companions::methods(cached);
            quote!(#function #companions)
        }
        Place::Inside => inside(cached),
    }
}

/// The function users call, when its body lives in `uncached`.
///
/// ```text
/// pub fn f(a: &str, b: u32) -> Ret {
///     let larder_begun = P::begin::<P::Free<fn()>, _, _>(<f>::__site(), <f>::__config, RETURNS, KEY);
///     match larder_begun {
///         P::Begin::Hit(larder_value) => larder_value,
///         P::Begin::Miss(larder_miss) => larder_miss.run(move || <f>::uncached(a, b)),
///     }
/// }
/// ```
///
/// Async functions end in `larder_miss.run_async(P::pin!(<f>::uncached(a, b))).await.value`, those with timeouts in
/// `larder_miss.run_within(<f>::uncached(a, b)).await.value`. Where values are replaced in the background, the call begins
/// with `P::begin_fresh`, and the match has an arm more, see [`Cached::due`]; where keys are refreshed at an interval, it
/// ends in `larder_miss.again(..).run(..)`, see [`Cached::miss`].
fn outer(cached: &Cached) -> TokenStream {
    let attributes = cached.item.attributes.iter().map(lints::on_function);
    let visibility = &cached.item.visibility;
    let signature = without_mut(&cached.item.signature);
    let compute = cached.call("uncached");
    let block = block(cached, body(cached, &begin(cached, "begin"), &quote!(), &compute));
    let allowances = [lints::of_future(cached), lints::of_names(cached)];
    quote!(#(#attributes)* #(#allowances)* #visibility #signature #block)
}

/// The whole function, when nothing can be put beside it.
///
/// ```text
/// fn f(&self, a: &str) -> Ret {
///     let larder_site: &'static P::Site = { static SITE: P::Site = ..; P::register!(SITE); &SITE };
///     let larder_config: fn() -> P::Config<Ret> = || P::Config::<Ret>::new();
///     let larder_begun = P::begin::<P::Method<Self, fn()>, _, _>(larder_site, larder_config, RETURNS, KEY);
///     match larder_begun {
///         P::Begin::Hit(larder_value) => larder_value,
///         P::Begin::Miss(larder_miss) => larder_miss.run(move || -> Ret { BODY }),
///     }
/// }
/// ```
fn inside(cached: &Cached) -> TokenStream {
    let runtime = cached.runtime();
    let attributes = &cached.item.attributes;
    let visibility = &cached.item.visibility;
    let signature = &cached.item.signature;
    let (value, declared, user_body) = (&cached.returns.value, &cached.returns.declared, &cached.item.body);
    let site = cached.site();
    let config = cached.config();
    let here = Span::mixed_site();
    let preparation = quote_spanned! {here=>
        let larder_site: &'static #runtime::Site = { #site };
        let larder_config: fn() -> #runtime::Config<#value> = || -> #runtime::Config<#value> { #config };
    };
    let at_value = here.located_at(types::anchor(value));
    let edge = quote_spanned! {at_value=>
        let larder_edge: #runtime::Option<#value> = #runtime::Option::None;
        return #runtime::Option::unwrap(larder_edge);
    };
    let compute = match cached.returns.kind {
        Kind::Value => quote_spanned!(here=> move || -> #value #user_body),
        Kind::Async => quote_spanned! {here=>
            async move {
                if false {
                    #edge
                }
                #user_body
            }
        },
        Kind::Future { boxed: true, .. } => quote_spanned!(here=> (move || -> #declared #user_body)()),
        Kind::Future { boxed: false, .. } => quote_spanned!(here=> (move || #user_body)()),
    };
    let block = block(cached, body(cached, &begin(cached, "begin"), &preparation, &compute));
    let allowance = lints::of_future(cached);
    quote!(#(#attributes)* #allowance #visibility #signature #block)
}

/// Statements in the braces of the user's body, so that the function ends where its own text does.
fn block(cached: &Cached, statements: TokenStream) -> Group {
    let mut block = Group::new(Delimiter::Brace, statements);
    block.set_span(cached.item.body.span());
    block
}

/// The statements of a function that gives what is cached, or what `compute` gives.
///
/// A function that returns a future returns one of these statements. Where its type names no lifetime although arguments
/// borrow, the future must own all it needs, so that the lookup comes first and only the rest is in the future.
fn body(
    cached: &Cached,
    begin: &TokenStream,
    preparation: &TokenStream,
    compute: &TokenStream,
) -> TokenStream {
    let runtime = cached.runtime();
    let conversions = cached.conversions();
    let here = Span::mixed_site();
    let begun = quote_spanned!(here=> #preparation #conversions let larder_begun = #begin;);
    let miss = cached.miss();
    let (run, answer) = match (cached.returns.kind, cached.run_within(&miss, compute)) {
        (Kind::Value, _) if matches!(cached.place, Place::Inside) => {
            (quote_spanned!(here=> #miss.run(#compute)), quote!())
        }
        (Kind::Value, _) => (quote_spanned!(here=> #miss.run(move || #compute)), quote!()),
        (_, Some((run, awaiting))) => (run, quote_spanned!(here=> #awaiting.value)),
        (_, None) => (cached.run_pinned(&miss, compute), quote_spanned!(here=> .value)),
    };
    let begun_as = cached.begun();
    let due = cached.due(&quote_spanned!(here=> larder_value));
    let finish = quote_spanned! {here=>
        match larder_begun {
            #begun_as::Hit(larder_value) => larder_value,
            #due
            #begun_as::Miss(larder_miss) => #run #answer,
        }
    };
    let Kind::Future { boxed, bound } = cached.returns.kind else {
        return quote!(#begun #finish);
    };
    let future = |content: TokenStream| {
        let future = quote_spanned!(here=> async move { #content });
        if boxed { quote_spanned!(here=> #runtime::Box::pin(#future)) } else { future }
    };
    if bound || !cached.arguments.iter().any(Argument::borrows) || cached.desugared() {
        return future(quote!(#begun #finish));
    }
    // Where it is not boxed, the future of the function is pinned only where it is awaited.
    let (kept, run) = match cached.run_within(&miss, compute) {
        Some((run, awaiting)) => (run, quote_spanned!(here=> larder_run #awaiting.value)),
        None => {
            let run =
                cached.run_pinned(&quote_spanned!(here=> larder_run.0), &quote_spanned!(here=> larder_run.1));
            (quote_spanned!(here=> (#miss, #compute)), quote_spanned!(here=> #run.value))
        }
    };
    let rest = future(quote_spanned! {here=>
        match larder_begun {
            #runtime::Begin::Hit(larder_value) => larder_value,
            #runtime::Begin::Miss(larder_run) => #run,
        }
    });
    let due = cached.due(&quote_spanned!(here=> #runtime::Begin::Hit(larder_value)));
    quote_spanned! {here=>
        #begun
        let larder_begun = match larder_begun {
            #begun_as::Hit(larder_value) => #runtime::Begin::Hit(larder_value),
            #due
            #begun_as::Miss(larder_miss) => #runtime::Begin::Miss(#kept),
        };
        #rest
    }
}

/// What begins a call: `P::begin(..)`, or `P::begin_lookup(..)`. On a miss, and only there, it finds out the scopes.
///
/// ```text
/// match &USER {
///     larder_user => match P::begin(.., (.., P::Probe::new(larder_user).part())) {
///         P::Begin::Miss(larder_miss) => P::Begin::Miss(larder_miss.in_scopes(SCOPES)),
///         larder_hit => larder_hit,
///     },
/// }
/// ```
pub(crate) fn begin(cached: &Cached, function: &str) -> TokenStream {
    let call = call(cached, function);
    let Some(scopes) = cached.scopes() else { return call };
    let begun = cached.begun();
    let begin = quote_spanned! {Span::mixed_site()=>
        match #call {
            #begun::Miss(larder_miss) => #begun::Miss(larder_miss.in_scopes(#scopes)),
            larder_hit => larder_hit,
        }
    };
    cached.with_user(&begin)
}

/// `P::begin_refresh(..)`, which is a miss in any case.
pub(crate) fn begin_refresh(cached: &Cached) -> TokenStream {
    miss_in_any_case(cached, &call(cached, "begin_refresh"))
}

/// `P::begin_renew(.., larder_since)`, which is one, too.
pub(crate) fn begin_renew(cached: &Cached) -> TokenStream {
    miss_in_any_case(
        cached,
        &call_with(cached, "begin_renew", &quote_spanned!(Span::mixed_site()=> larder_since)),
    )
}

fn miss_in_any_case(cached: &Cached, call: &TokenStream) -> TokenStream {
    match cached.scopes() {
        Some(scopes) => cached.with_user(&quote_spanned!(Span::mixed_site()=> #call.in_scopes(#scopes))),
        None => cached.with_user(call),
    }
}

/// What needs the key alone: `P::peek(..)`, `P::invalidate(..)`.
pub(crate) fn of_key(cached: &Cached, function: &str) -> TokenStream {
    cached.with_user(&call(cached, function))
}

/// `P::begin::<MARKER, _, _>(SITE, CONFIG, RETURNS, KEY)`, or another function of the same four arguments.
fn call(cached: &Cached, function: &str) -> TokenStream {
    call_with(cached, &cached.beginning(function), &quote!())
}

/// The same with a last argument, which may be none.
fn call_with(cached: &Cached, function: &str, last: &TokenStream) -> TokenStream {
    let runtime = cached.runtime();
    let function = format_ident!("{function}", span = Span::mixed_site());
    let (returns, key) = (cached.proof(), cached.portable_key());
    let here = Span::mixed_site();
    let (site, config) = match &cached.place {
        Place::Inside => (quote_spanned!(here=> larder_site), quote_spanned!(here=> larder_config)),
        _ => {
            let (site, config, generics) =
                (cached.member("__site"), cached.member("__config"), cached.turbofish());
            (quote!(#site()), quote!(#config #generics))
        }
    };
    if matches!(cached.place, Place::Inside) && !cached.in_impl {
        return quote_spanned!(here=> #runtime::begin_inside(|| (), #site, #config, #returns, #key));
    }
    let marker = cached.marker();
    let last = if last.is_empty() { quote!() } else { quote_spanned!(here=> , #last) };
    quote_spanned!(here=> #runtime::#function::<#marker, _, _>(#site, #config, #returns, #key #last))
}

impl Cached {
    /// `larder_miss.run_async(P::pin!(<f>::uncached(a, b))).await`, which gives a `Lookup`.
    pub(crate) fn run_pinned(&self, miss: &TokenStream, compute: &TokenStream) -> TokenStream {
        let runtime = self.runtime();
        quote_spanned!(Span::mixed_site()=> #miss.run_async(#runtime::pin!(#compute)).await)
    }

    /// `::larder::__private`.
    pub(crate) fn runtime(&self) -> TokenStream {
        self.runtime_at(Span::mixed_site())
    }

    /// `::larder::__private`, to be shown at a place.
    pub(crate) fn runtime_at(&self, span: Span) -> TokenStream {
        let Some(path) = &self.runtime else { return quote_spanned!(span=> ::larder::__private) };
        let mut path = path.clone();
        for segment in &mut path.segments {
            segment.ident.set_span(segment.ident.span().located_at(span));
        }
        quote_spanned!(span=> #path::__private)
    }

    /// The path of something that belongs to the function: `f::peek`, `Self::f_peek`.
    pub(crate) fn member(&self, name: &str) -> TokenStream {
        let member = self.member_name(name);
        match &self.place {
            // as a type, so that a module of this name gives no error of its own for each of these
            Place::Beside(enumeration) => quote!(<#enumeration>::#member),
            _ => quote!(Self::#member),
        }
    }

    /// Its name alone.
    pub(crate) fn member_name(&self, name: &str) -> Ident {
        let function = &self.item.signature.ident;
        let span = Span::mixed_site().located_at(function.span());
        match &self.place {
            Place::Beside(_) => format_ident!("{name}", span = span),
            _ => match name.strip_prefix("__") {
                // what the compiler shows first when this stands in the impl of a trait
                Some("site") => {
                    format_ident!("__{}_site_needs_handle_none_in_trait_impls", function.unraw(), span = span)
                }
                Some(hidden) => format_ident!("__{}_{hidden}", function.unraw(), span = span),
                None => format_ident!("{}_{name}", function.unraw(), span = span),
            },
        }
    }

    /// A call of something that takes all the arguments: `f::uncached::<T>(a, b)`.
    pub(crate) fn call(&self, name: &str) -> TokenStream {
        let (member, generics) = (self.member(name), self.turbofish());
        let arguments = self.arguments.iter().map(|argument| {
            let (conditions, name) = (argument.conditions(), &argument.name);
            quote!(#(#conditions)* #name)
        });
        let call = quote!(#member #generics(#(#arguments),*));
        match self.item.signature.safety {
            Safety::Unsafe(_) => quote!(unsafe { #call }),
            _ => call,
        }
    }

    /// `::<T, N>`, or nothing.
    pub(crate) fn turbofish(&self) -> TokenStream {
        let names: Vec<&Ident> = self
            .item
            .signature
            .generics
            .params
            .iter()
            .filter_map(|parameter| match parameter {
                GenericParam::Type(parameter) => Some(&parameter.ident),
                GenericParam::Const(parameter) => Some(&parameter.ident),
                GenericParam::Lifetime(_) => None,
            })
            .collect();
        if names.is_empty() { quote!() } else { quote!(::<#(#names),*>) }
    }

    /// Which instance of a generic function this is.
    pub(crate) fn marker(&self) -> TokenStream {
        let runtime = self.runtime();
        let types = self.item.signature.generics.type_params().map(|parameter| &parameter.ident);
        let types = quote!(fn(#(#runtime::PhantomData<#types>),*));
        if matches!(self.place, Place::Beside(_)) {
            quote!(#runtime::Free<#types>)
        } else {
            quote!(#runtime::Method<Self, #types>)
        }
    }

    /// The proof that results can be cached, at the return type.
    pub(crate) fn proof(&self) -> TokenStream {
        let value = &self.returns.value;
        let span = types::anchor(value);
        let runtime = self.runtime_at(span);
        quote_spanned!(span=> #runtime::ReturnProbe::<#value>::new().returns())
    }

    /// The key: a tuple of parts, or a template, or one of these with the user behind it.
    pub(crate) fn key(&self) -> TokenStream {
        let here = Span::mixed_site();
        let user = match &self.scopes.user {
            Some(User::Beside(_)) => self.user(),
            _ => None,
        };
        match &self.key {
            Key::Parts(parts) => {
                let parts = parts.iter().map(|part| self.part(part)).chain(user);
                quote_spanned!(here=> (#(#parts,)*))
            }
            Key::Template(pieces, span) => {
                let runtime = self.runtime_at(*span);
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Literal(text) => quote_spanned!(*span=> #runtime::Piece::literal(#text)),
                    Piece::Value(value) => quote_spanned!(*span=> #runtime::Piece::value(&#value)),
                });
                let template = quote_spanned!(*span=> #runtime::Template::new([#(#pieces),*]));
                match user {
                    Some(user) => quote_spanned!(here=> (#template, #user)),
                    None => template,
                }
            }
        }
    }

    /// The key, which has to be the same in every process where values are shared.
    pub(crate) fn portable_key(&self) -> TokenStream {
        let key = self.key();
        if self.shared.is_none() {
            return key;
        }
        let runtime = self.runtime();
        quote_spanned!(Span::mixed_site()=> #runtime::portable(#key))
    }

    /// The user as a part of the key; one that is not part of it anyway is known as `larder_user`.
    fn user(&self) -> Option<TokenStream> {
        match self.scopes.user.as_ref()? {
            User::Of(part) => Some(self.part(part)),
            User::Beside(part) => {
                let user = Ident::new("larder_user", Span::mixed_site().located_at(part.span));
                let runtime = self.runtime_at(part.span);
                Some(quote_spanned!(part.span=> #runtime::Probe::new(#user).part()))
            }
        }
    }

    /// `call`, where the user is known as `larder_user`. The expression is evaluated once, and what it borrows is given
    /// back before the function runs.
    pub(crate) fn with_user(&self, call: &TokenStream) -> TokenStream {
        match &self.scopes.user {
            Some(User::Beside(part)) => {
                let value = self.value(part);
                let reference = quote_spanned!(part.span=> &#value);
                quote_spanned!(Span::mixed_site()=> match #reference { larder_user => #call })
            }
            _ => call.clone(),
        }
    }

    /// The scopes of a value, if it has any: `P::Scopes::new().tag(..).user(&P::Probe::new(larder_user).part())`.
    pub(crate) fn scopes(&self) -> Option<TokenStream> {
        let here = Span::mixed_site();
        let runtime = self.runtime();
        if self.scopes.tags.is_empty() && self.scopes.user.is_none() {
            return None;
        }
        let tags = self.scopes.tags.iter().map(|tag| self.tag(tag));
        let user = self.user().map(|user| quote_spanned!(here=> .user(&#user)));
        Some(quote_spanned!(here=> #runtime::Scopes::new() #(.tag(#tags))* #user))
    }

    fn tag(&self, tag: &Tag) -> TokenStream {
        match tag {
            Tag::Text(text) => text.to_token_stream(),
            Tag::Template(pieces, span) => {
                let runtime = self.runtime_at(*span);
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Literal(text) => quote_spanned!(*span=> .literal(#text)),
                    Piece::Value(value) => quote_spanned!(*span=> .value(&#value)),
                });
                quote_spanned!(*span=> #runtime::TagText::new() #(#pieces)*)
            }
            Tag::Expression(value, span) => {
                let runtime = self.runtime_at(*span);
                let value = operand(value.to_token_stream());
                quote_spanned!(*span=> #runtime::TagText::new().whole(&#value))
            }
        }
    }

    fn part(&self, part: &Part) -> TokenStream {
        let (span, conditions) = (part.span, &part.conditions);
        let (runtime, value) = (self.runtime_at(span), self.value(part));
        quote_spanned!(span=> #(#conditions)* #runtime::Probe::new(&#value).part())
    }

    /// What a part is made of.
    fn value(&self, part: &Part) -> TokenStream {
        let runtime = self.runtime_at(part.span);
        match &part.source {
            Source::Value(value) => operand(value.clone()),
            Source::AsRef(name, target) => quote!(#runtime::AsRef::<#target>::as_ref(&#name)),
        }
    }

    /// `let name: T = Into::into(name);` for each argument that becomes what its key is made of.
    pub(crate) fn conversions(&self) -> TokenStream {
        let runtime = self.runtime();
        let conversions = self.arguments.iter().filter_map(|argument| {
            let (name, target) = (&argument.name, argument.becomes.as_ref()?);
            let conditions = argument.conditions();
            Some(quote!(#(#conditions)* let #name: #target = #runtime::core::convert::Into::into(#name);))
        });
        quote!(#(#conversions)*)
    }

    /// The static of the function, listed among the program's, and a reference to it.
    pub(crate) fn site(&self) -> TokenStream {
        let runtime = self.runtime();
        let name = self.item.signature.ident.unraw().to_string();
        let name = match &self.name {
            Some(chosen) => chosen.to_token_stream(),
            None => quote!(#runtime::core::concat!(#runtime::core::module_path!(), "::", #name)),
        };
        let (options, bounded) = (&self.options, self.bounded);
        let is_async = self.returns.kind != Kind::Value;
        let cache = self.cache.as_ref().map(|cache| quote!(.in_cache(#cache)));
        let store = self.store().map(|store| quote!(.in_store(#store)));
        let preload = preload::of_site(self);
        quote! {
            static SITE: #runtime::Site = #runtime::Site::new(#runtime::Meta {
                name: #name,
                file: #runtime::core::file!(),
                line: #runtime::core::line!(),
                options: #options,
                is_async: #is_async,
                bounded: #bounded,
            }) #cache #store #preload;
            #runtime::register!(SITE);
            &SITE
        }
    }

    /// The configuration as an expression.
    pub(crate) fn config(&self) -> TokenStream {
        let runtime = self.runtime();
        let value = &self.returns.value;
        let settings = self.settings.iter().map(|setting| setting.tokens(&runtime, value));
        let tier = self.tier();
        quote!(#runtime::Config::<#value>::new() #(#settings)* #tier)
    }

    /// Whether `#[async_trait]` made the function.
    pub(crate) fn desugared(&self) -> bool {
        self.item.signature.generics.lifetimes().any(|parameter| parameter.lifetime.ident == "async_trait")
    }
}

/// The signature without the `mut` of parameters, which concern the body alone.
fn without_mut(signature: &Signature) -> Signature {
    let mut signature = signature.clone();
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) if !matches!(receiver.kind, ReceiverKind::Reference(..)) => {
                receiver.mutability = None
            }
            FnArg::Typed(typed) => {
                if let Pat::Ident(pat) = &mut *typed.pat {
                    pat.mutability = None;
                }
            }
            FnArg::Receiver(_) => {}
        }
    }
    signature
}

/// A parameter as it is passed to a companion: without `mut`, and without attributes that are not conditions.
pub(crate) fn parameter(argument: &Argument) -> TokenStream {
    let conditions = argument.conditions();
    let name = &argument.name;
    match &argument.form {
        Form::Typed(ty) => quote!(#(#conditions)* #name: #ty),
        Form::Receiver(receiver) => {
            let mut receiver = receiver.clone();
            receiver.attrs.clear();
            if !matches!(receiver.kind, ReceiverKind::Reference(..)) {
                receiver.mutability = None;
            }
            quote!(#(#conditions)* #receiver)
        }
    }
}

/// An expression that a `&` can stand before: in parentheses, unless it is a path, a field or a call.
fn operand(value: TokenStream) -> TokenStream {
    let binds_tightly = value.clone().into_iter().enumerate().all(|(at, token)| match token {
        TokenTree::Punct(punct) => ['.', ':'].contains(&punct.as_char()) || at == 0 && punct.as_char() == '&',
        TokenTree::Ident(name) => name != "as" && name != "move",
        TokenTree::Group(group) => group.delimiter() != Delimiter::None,
        TokenTree::Literal(_) => true,
    });
    if binds_tightly { value } else { quote!((#value)) }
}
