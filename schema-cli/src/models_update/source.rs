//! The structs and enums of a source file that say tables, views and enum types: what their attributes say, and where that stands.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::ops::Range;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, Fields, Lit, LitStr, Meta, UseTree, Visibility};

/// What an item says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Table,
    View,
    EnumType,
}

/// What tells one item from another: its kind, its schema and its name in the database.
pub(super) type Key = (Kind, Option<String>, String);

/// A struct or an enum.
pub(super) struct Item {
    pub(super) key: Key,
    /// Its name in Rust.
    pub(super) ident: String,
    /// Its name for the attributes on top of it.
    pub(super) own: &'static str,
    pub(super) said: Said,
    /// Fields that are columns, or variants, in their order.
    pub(super) fields: Vec<Field>,
    /// From its first attribute to its end.
    pub(super) span: Range<usize>,
    /// Where what is no attribute begins.
    pub(super) begin: usize,
    /// Behind the bracket that opens its fields.
    pub(super) inside: usize,
}

/// A field or a variant.
pub(super) struct Field {
    /// The name of the column, or the value.
    pub(super) column: String,
    /// Its name in Rust, without `r#`.
    pub(super) ident: String,
    pub(super) said: Said,
    /// The type; a variant has none.
    pub(super) ty: Option<Part>,
    /// From its first attribute to the comma behind it.
    pub(super) span: Range<usize>,
    /// Where what is no attribute begins.
    pub(super) begin: usize,
}

/// What attributes say.
#[derive(Default)]
pub(super) struct Said {
    pub(super) docs: Vec<Part>,
    pub(super) attributes: Vec<Listed>,
}

/// An attribute of ours.
pub(super) struct Listed {
    pub(super) span: Range<usize>,
    pub(super) entries: Vec<Entry>,
}

/// An entry of an attribute: `pk`, `default = 1`, `index(..)`.
#[derive(Clone)]
pub(super) struct Entry {
    /// Its first word.
    pub(super) head: String,
    /// Whether it is `key = value`, of which there is one in a place.
    pub(super) is_value: bool,
    pub(super) part: Part,
}

/// A part of a file, and its tokens.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) span: Range<usize>,
    pub(super) tokens: Vec<TokenTree>,
}

impl Said {
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.attributes.iter().flat_map(|attribute| &attribute.entries)
    }
}

/// Where a `Span` begins and ends.
fn range(span: proc_macro2::Span) -> Range<usize> {
    span.byte_range()
}

fn between(first: Range<usize>, last: Range<usize>) -> Range<usize> {
    first.start..last.end
}

/// What a file has of ours.
pub(super) struct Source {
    pub(super) items: Vec<Item>,
    /// The files of SQL that it names, and where.
    pub(super) sql_files: Vec<(String, Range<usize>)>,
    /// The types that it declares.
    pub(super) types: BTreeSet<String>,
    /// The names that it imports; `*` for all of a module.
    imports: BTreeSet<String>,
}

impl Source {
    /// Reads a file.
    pub(super) fn read(text: &str) -> Result<Self, syn::Error> {
        let mut source = Source {
            items: Vec::new(),
            sql_files: Vec::new(),
            types: BTreeSet::new(),
            imports: BTreeSet::new(),
        };
        source.collect(syn::parse_file(text)?.items, text);
        Ok(source)
    }

    pub(super) fn item(&self, key: &Key) -> Option<&Item> {
        self.items.iter().find(|item| item.key == *key)
    }

    pub(super) fn has_sql_file(&self, path: &str) -> bool {
        self.sql_files.iter().any(|(there, _)| there == path)
    }

    /// Whether a name of `schema_core` can be used as it is.
    pub(super) fn uses(&self, name: &str) -> bool {
        self.imports.contains(name) || self.imports.contains("*")
    }

    fn collect(&mut self, all: Vec<syn::Item>, text: &str) {
        for item in all {
            match item {
                syn::Item::Struct(item) => {
                    self.types.insert(item.ident.to_string());
                    let Fields::Named(fields) = &item.fields else { continue };
                    let place = Place {
                        attributes: &item.attrs,
                        visibility: &item.vis,
                        keyword: range(item.struct_token.span),
                        end: range(fields.brace_token.span.close()).end,
                        inside: range(fields.brace_token.span.open()).end,
                    };
                    let columns = || fields.named.iter().filter_map(|field| of_field(field, text)).collect();
                    let kinds = [("table", Kind::Table), ("view", Kind::View)];
                    self.items.extend(named(&item.ident, place, &kinds, columns));
                }
                syn::Item::Enum(item) => {
                    self.types.insert(item.ident.to_string());
                    let place = Place {
                        attributes: &item.attrs,
                        visibility: &item.vis,
                        keyword: range(item.enum_token.span),
                        end: range(item.brace_token.span.close()).end,
                        inside: range(item.brace_token.span.open()).end,
                    };
                    let variants = || item.variants.iter().map(|variant| of_variant(variant, text)).collect();
                    self.items.extend(named(&item.ident, place, &[("sql_enum", Kind::EnumType)], variants));
                }
                syn::Item::Mod(module) => {
                    self.collect(module.content.map(|(_, items)| items).unwrap_or_default(), text);
                }
                syn::Item::Use(item) => self.import(&item.tree),
                syn::Item::Macro(item) => self.sql_files.extend(sql_file(&item)),
                _ => {}
            }
        }
    }

    fn import(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => self.import(&path.tree),
            UseTree::Name(name) => drop(self.imports.insert(name.ident.to_string())),
            UseTree::Rename(_) => {}
            UseTree::Glob(_) => drop(self.imports.insert("*".to_owned())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree)),
        }
    }
}

/// The file that `sql_file!(".." ..)` names.
fn sql_file(item: &syn::ItemMacro) -> Option<(String, Range<usize>)> {
    if item.mac.path.segments.last()?.ident != "sql_file" {
        return None;
    }
    let first = item.mac.tokens.clone().into_iter().next()?;
    let path = syn::parse2::<LitStr>(first.into()).ok()?.value();
    Some((path, range(item.span())))
}

/// Where an item stands.
struct Place<'a> {
    attributes: &'a [Attribute],
    visibility: &'a Visibility,
    keyword: Range<usize>,
    end: usize,
    inside: usize,
}

/// The item, if one of these attributes gives it a name in the database.
fn named(
    ident: &Ident,
    place: Place<'_>,
    kinds: &[(&'static str, Kind)],
    fields: impl FnOnce() -> Vec<Field>,
) -> Option<Item> {
    let Place { attributes, visibility, keyword, end, inside } = place;
    kinds
        .iter()
        .find_map(|(own, kind)| {
            let said = said(attributes, own);
            let name = value_of(&said, "name")?;
            let begin = begin(visibility, keyword.start);
            let start = attributes.first().map_or(begin, |first| range(first.span()).start);
            Some((own, kind, said, name, start..end, begin))
        })
        .map(|(own, kind, said, name, span, begin)| Item {
            key: (*kind, value_of(&said, "schema"), name),
            ident: ident.to_string(),
            own,
            fields: fields(),
            said,
            span,
            begin,
            inside,
        })
}

fn begin(visibility: &Visibility, otherwise: usize) -> usize {
    match visibility {
        Visibility::Inherited => otherwise,
        Visibility::Public(_) | Visibility::Restricted(_) => range(visibility.span()).start,
    }
}

/// A field that is a column.
fn of_field(field: &syn::Field, text: &str) -> Option<Field> {
    let ident = field.ident.as_ref()?;
    let said = said(&field.attrs, "column");
    if said.entries().any(|entry| entry.head == "skip" || entry.head == "flatten") {
        return None;
    }
    let rust = ident.to_string();
    let rust = rust.strip_prefix("r#").unwrap_or(&rust).to_owned();
    let begin = begin(&field.vis, range(ident.span()).start);
    let start = field.attrs.first().map_or(begin, |first| range(first.span()).start);
    let ty = part_of(&field.ty);
    Some(Field {
        column: value_of(&said, "name").unwrap_or_else(|| rust.clone()),
        ident: rust,
        span: start..behind_comma(text, ty.span.end),
        ty: Some(ty),
        said,
        begin,
    })
}

fn of_variant(variant: &syn::Variant, text: &str) -> Field {
    let said = said(&variant.attrs, "sql_enum");
    let ident = variant.ident.to_string();
    let own = range(variant.span());
    let begin = range(variant.ident.span()).start;
    Field {
        column: value_of(&said, "rename").unwrap_or_else(|| ident.clone()),
        ident,
        said,
        ty: None,
        span: own.start..behind_comma(text, own.end),
        begin,
    }
}

/// The end, with the comma that follows.
fn behind_comma(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    if rest.trim_start().starts_with(',') { end + blank + 1 } else { end }
}

/// The documentation, and what attributes of this name say.
fn said(attributes: &[Attribute], own: &str) -> Said {
    let mut said = Said::default();
    for attribute in attributes {
        let span = range(attribute.span());
        if attribute.path().is_ident("doc") {
            if let Meta::NameValue(meta) = &attribute.meta
                && let Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) = &meta.value
            {
                said.docs.push(Part { span, tokens: part_of(&meta.value).tokens });
            }
        } else if attribute.path().is_ident(own)
            && let Meta::List(list) = &attribute.meta
        {
            said.attributes.push(Listed { span, entries: entries(list.tokens.clone()) });
        }
    }
    said
}

/// What commas separate.
fn entries(tokens: TokenStream) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut one: Vec<TokenTree> = Vec::new();
    let comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
    for tree in tokens {
        if comma(&tree) {
            entries.extend(entry(std::mem::take(&mut one)));
        } else {
            one.push(tree);
        }
    }
    entries.extend(entry(one));
    entries
}

fn entry(tokens: Vec<TokenTree>) -> Option<Entry> {
    let head = tokens.first()?.to_string();
    let is_value = matches!(tokens.get(1), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
    let span = between(range(tokens.first()?.span()), range(tokens.last()?.span()));
    Some(Entry { head, is_value, part: Part { span, tokens } })
}

fn part_of(syntax: &impl quote::ToTokens) -> Part {
    let tokens: Vec<TokenTree> = syntax.to_token_stream().into_iter().collect();
    let span = match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => between(range(first.span()), range(last.span())),
        _ => 0..0,
    };
    Part { span, tokens }
}

/// The text that `key = ".."` gives.
fn value_of(said: &Said, key: &str) -> Option<String> {
    let entry = said.entries().find(|entry| entry.is_value && entry.head == key)?;
    let [_, _, TokenTree::Literal(literal)] = entry.part.tokens.as_slice() else { return None };
    syn::parse2::<LitStr>(TokenTree::Literal(literal.clone()).into()).ok().map(|text| text.value())
}

/// The tokens as a text that is the same for all spellings of a literal and for any layout.
pub(super) fn words(tokens: &[TokenTree]) -> String {
    let texts = tokens.iter().map(|tree| match tree {
        TokenTree::Group(group) => {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            let mut inside: Vec<TokenTree> = group.stream().into_iter().collect();
            if matches!(inside.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == ',') {
                inside.pop();
            }
            format!("{open}{}{close}", words(&inside))
        }
        TokenTree::Ident(ident) => ident.to_string(),
        TokenTree::Punct(punct) => punct.to_string(),
        TokenTree::Literal(literal) => {
            let read = syn::parse2::<LitStr>(TokenTree::Literal(literal.clone()).into());
            read.map_or_else(|_| literal.to_string(), |text| format!("{:?}", text.value()))
        }
    });
    texts.collect::<Vec<_>>().join(" ")
}
