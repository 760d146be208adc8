//! The mistakes of one derive, each at its span, shown all at once.

use proc_macro2::{Span, TokenStream};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Collects mistakes.
pub(crate) struct Diagnostics {
    errors: RefCell<Vec<syn::Error>>,
    /// What was said where: a part that is read once per engine says its mistakes once.
    said: RefCell<BTreeSet<(String, String)>>,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Diagnostics { errors: RefCell::new(Vec::new()), said: RefCell::new(BTreeSet::new()) }
    }

    pub(crate) fn error(&self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&self, error: syn::Error) {
        if self.said.borrow_mut().insert((format!("{:?}", error.span()), error.to_string())) {
            self.errors.borrow_mut().push(error);
        }
    }

    /// The mistakes as `compile_error!`s, or none.
    pub(crate) fn finish(self) -> Option<TokenStream> {
        let errors = self.errors.into_inner();
        (!errors.is_empty()).then(|| errors.iter().map(syn::Error::to_compile_error).collect())
    }
}
