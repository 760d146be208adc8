//! `sql!` and `sql_file!`: SQL that a crate says beside its structs.

use super::entry::{Entry, parse_entries};
use super::keys::Keys;
use super::scoped::Scoped;
use crate::diagnostics::Diagnostics;
use crate::model::Engine;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, Visibility};

/// What stands in the parentheses: the path of `schema_core`, perhaps a name, the text, and the engines that it is for.
pub(crate) struct Source {
    pub(crate) krate: syn::Path,
    /// The type by which lists of models name it.
    pub(crate) name: Option<(Visibility, Ident)>,
    /// The SQL itself, or the path of its file.
    pub(crate) text: LitStr,
    entries: Vec<Entry>,
}

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let krate = input.parse()?;
        input.parse::<Token![,]>()?;
        let mut name = None;
        if input.peek(Token![pub]) || input.peek(Ident) {
            name = Some((input.parse()?, input.parse()?));
            input.parse::<Token![,]>()?;
        }
        let text = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(Source { krate, name, text, entries: parse_entries(input)? })
    }
}

impl Source {
    /// The only engines that it is for; none named means all.
    pub(crate) fn only(&self, diagnostics: &Diagnostics) -> Vec<Engine> {
        let scoped = Scoped::new(diagnostics, self.entries.clone());
        for (engine, _) in scoped.blocks.entries() {
            let name = engine.name();
            diagnostics
                .error(self.text.span(), format!("`{name}(..)` has no place here: write `only({name})`"));
        }
        let mut keys = Keys::new(diagnostics, "SQL", scoped.base);
        keys.also_known(&["only", "except"]);
        keys.finish();
        scoped.only
    }
}
