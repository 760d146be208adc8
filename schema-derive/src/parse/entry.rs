//! The syntax inside the attributes: `key`, `key = value`, `key(..)`, paths and literals, whatever they mean.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, Lit, Path, PathSegment, Token, parenthesized, token};

/// One entry of an attribute or of a list in it.
#[derive(Clone)]
pub(crate) enum Entry {
    Literal(Literal),
    Named(Named),
}

/// A literal, perhaps with a minus sign.
#[derive(Clone)]
pub(crate) struct Literal {
    pub(crate) negative: bool,
    pub(crate) literal: Lit,
}

/// A key with what follows it, or a path.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) path: Path,
    pub(crate) kind: Kind,
}

#[derive(Clone)]
pub(crate) enum Kind {
    /// Nothing follows.
    Word,
    /// `= value`
    Value(Value),
    /// `(..)`
    List(Vec<Entry>),
}

#[derive(Clone)]
pub(crate) enum Value {
    Literal(Literal),
    /// A path, perhaps with a list: `set_null(a, b)`.
    Path(Path, Option<Vec<Entry>>),
}

impl Named {
    /// The key, without `r#`; none for a path of several segments.
    pub(crate) fn key(&self) -> Option<String> {
        single(&self.path).map(|ident| ident.unraw().to_string())
    }

    pub(crate) fn span(&self) -> Span {
        span_of(&self.path)
    }
}

impl Entry {
    pub(crate) fn span(&self) -> Span {
        match self {
            Entry::Literal(literal) => literal.literal.span(),
            Entry::Named(named) => named.span(),
        }
    }
}

/// The identifier, for a path of one segment.
pub(crate) fn single(path: &Path) -> Option<&Ident> {
    match path.segments.first() {
        Some(segment) if path.segments.len() == 1 && path.leading_colon.is_none() => Some(&segment.ident),
        Some(_) | None => None,
    }
}

/// The last segment's span: what a reader looks at.
pub(crate) fn span_of(path: &Path) -> Span {
    path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span())
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) || input.peek(Token![-]) {
            return input.parse().map(Entry::Literal);
        }
        let path = parse_path(input)?;
        let kind = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Kind::Value(input.parse()?)
        } else if input.peek(token::Paren) {
            Kind::List(parse_list(input)?)
        } else {
            Kind::Word
        };
        Ok(Entry::Named(Named { path, kind }))
    }
}

impl Parse for Literal {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let negative = input.parse::<Option<Token![-]>>()?.is_some();
        Ok(Literal { negative, literal: input.parse()? })
    }
}

impl Parse for Value {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) || input.peek(Token![-]) {
            return input.parse().map(Value::Literal);
        }
        if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
            return Err(input.error("expected a literal, an identifier or a path"));
        }
        let path = parse_path(input)?;
        let list = if input.peek(token::Paren) { Some(parse_list(input)?) } else { None };
        Ok(Value::Path(path, list))
    }
}

/// A list in parentheses.
fn parse_list(input: ParseStream<'_>) -> syn::Result<Vec<Entry>> {
    let content;
    parenthesized!(content in input);
    parse_entries(&content)
}

/// Entries up to the end.
pub(crate) fn parse_entries(input: ParseStream<'_>) -> syn::Result<Vec<Entry>> {
    Ok(Punctuated::<Entry, Token![,]>::parse_terminated(input)?.into_iter().collect())
}

/// A path whose segments may be keywords (`type`, `where`).
fn parse_path(input: ParseStream<'_>) -> syn::Result<Path> {
    let leading_colon = input.parse()?;
    let mut segments = Punctuated::new();
    loop {
        segments.push_value(PathSegment::from(Ident::parse_any(input)?));
        if input.peek(Token![<]) || (input.peek(Token![::]) && input.peek3(Token![<])) {
            return Err(input.error("generic arguments have no place here: a table's struct is not generic"));
        }
        if !input.peek(Token![::]) {
            return Ok(Path { leading_colon, segments });
        }
        segments.push_punct(input.parse()?);
    }
}
