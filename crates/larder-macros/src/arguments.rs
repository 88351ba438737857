//! The parameters of a function: their names, and which of them form the key.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Pat, Receiver, ReceiverKind, Signature, Type};

use crate::errors::Errors;
use crate::types;

/// One parameter.
pub(crate) struct Argument {
    pub(crate) attributes: Vec<Attribute>,
    /// Its name; `self` for a receiver.
    pub(crate) name: Ident,
    pub(crate) form: Form,
    /// Whether the key is made of it.
    pub(crate) in_key: bool,
    /// Whether a tag is made of it.
    pub(crate) in_tags: bool,
    /// For `impl Into<T>` in the key: the type it is turned into before anything else.
    pub(crate) becomes: Option<Type>,
}

/// What stands behind the name of a parameter.
pub(crate) enum Form {
    /// `self`, in one of its spellings.
    Receiver(Box<Receiver>),
    /// `name: Type`.
    Typed(Box<Type>),
}

impl Argument {
    /// The type, where it was written.
    pub(crate) fn ty(&self) -> Option<&Type> {
        match &self.form {
            Form::Typed(ty) => Some(ty),
            Form::Receiver(_) => None,
        }
    }

    /// The attributes that decide whether the parameter exists.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"))
    }

    /// Where the parameter lets the function write into what its caller owns.
    pub(crate) fn mutable(&self) -> Option<Span> {
        match &self.form {
            Form::Typed(ty) => types::mutable(ty),
            Form::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Reference(and, _, Some(_)) => Some(and.spans[0]),
                ReceiverKind::Typed(_, ty) => types::mutable(ty),
                _ => None,
            },
        }
    }

    /// Whether it may borrow from the caller.
    pub(crate) fn borrows(&self) -> bool {
        match &self.form {
            Form::Typed(ty) => types::borrowed(ty).is_some() || types::opaque(ty).is_some(),
            Form::Receiver(receiver) => match &receiver.kind {
                ReceiverKind::Typed(_, ty) => types::borrowed(ty).is_some(),
                ReceiverKind::Reference(..) => true,
                _ => false,
            },
        }
    }
}

/// Reads the parameters; those without a name are among the errors.
pub(crate) fn read(signature: &Signature, errors: &mut Errors) -> Vec<Argument> {
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        let (attributes, name, form) = match input {
            FnArg::Receiver(receiver) => {
                let name = Ident::new("self", receiver.self_token.span);
                (receiver.attrs.clone(), name, Form::Receiver(Box::new(receiver.clone())))
            }
            FnArg::Typed(typed) => {
                match &*typed.pat {
                    Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
                        (typed.attrs.clone(), pat.ident.clone(), Form::Typed(typed.ty.clone()))
                    }
                    pat => {
                        errors.push(syn::Error::new_spanned(pat, "bind this argument to a name, and take it apart in the body: `let (a, b) = pair;`"));
                        continue;
                    }
                }
            }
        };
        arguments.push(Argument { attributes, name, form, in_key: true, in_tags: false, becomes: None });
    }
    arguments
}

/// The names that can be written in a list of parameters.
pub(crate) fn names(arguments: &[Argument]) -> Vec<String> {
    arguments.iter().map(|argument| argument.name.unraw().to_string()).collect()
}
