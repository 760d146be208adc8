//! What people call the structs and fields that this tool has given names of its own.

use super::source::{Item, Key, Part};
use proc_macro2::TokenTree;
use std::collections::BTreeMap;
use std::ops::Range;

/// Lists whose words are fields of the struct itself.
const OF_FIELDS: [&str; 3] = ["columns", "include", "pk"];

/// The names that people have given, by those that this tool gives.
#[derive(Default)]
pub(super) struct Names {
    types: BTreeMap<String, Named>,
}

#[derive(Default)]
struct Named {
    ident: String,
    members: BTreeMap<String, String>,
}

impl Names {
    /// The names for items that this tool has written, where people have the same in files of theirs.
    pub(super) fn of<'a>(written: &[Item], theirs: impl Fn(&Key) -> Option<&'a Item>) -> Self {
        let types = written.iter().filter_map(|item| {
            let there = theirs(&item.key)?;
            let of_column = |column: &str| there.fields.iter().find(|field| field.column == column);
            let members = item.fields.iter().filter_map(|field| {
                let theirs = of_column(&field.column)?;
                Some((field.ident.clone(), theirs.ident.clone()))
            });
            Some((item.ident.clone(), Named { ident: there.ident.clone(), members: members.collect() }))
        });
        Names { types: types.collect() }
    }

    /// The text of a part with their names; `own` is the struct that it stands in.
    pub(super) fn spell(&self, part: &Part, text: &str, own: &str) -> String {
        let mut replaced: Vec<(Range<usize>, String)> = Vec::new();
        self.look_through(&part.tokens, own, false, &mut replaced);
        let mut spelled = text.get(part.span.clone()).unwrap_or_default().to_owned();
        replaced.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        for (span, name) in replaced {
            let place = span.start.saturating_sub(part.span.start)..span.end.saturating_sub(part.span.start);
            if spelled.get(place.clone()).is_some() {
                spelled.replace_range(place, &name);
            }
        }
        spelled
    }

    fn look_through(
        &self,
        tokens: &[TokenTree],
        own: &str,
        are_fields: bool,
        replaced: &mut Vec<(Range<usize>, String)>,
    ) {
        let member = |of: &str, ident: &str| -> Option<String> {
            let plain = ident.strip_prefix("r#").unwrap_or(ident);
            let name = self.types.get(of)?.members.get(plain)?;
            (name != plain).then(|| name.clone())
        };
        let mut begins = true;
        let mut of: Option<String> = None;
        let mut before: Option<String> = None;
        for tree in tokens {
            match tree {
                TokenTree::Ident(ident) => {
                    let text = ident.to_string();
                    let name = match &of {
                        Some(of) => member(of, &text),
                        None if are_fields && begins => member(own, &text),
                        None => self.types.get(&text).map(|named| named.ident.clone()),
                    };
                    replaced.extend(name.map(|name| (ident.span().byte_range(), name)));
                    before = Some(text);
                    of = None;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => of = before.clone(),
                TokenTree::Punct(_) | TokenTree::Literal(_) => (of, before) = (None, None),
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let are_fields = before.as_deref().is_some_and(|head| OF_FIELDS.contains(&head));
                    self.look_through(&inside, own, are_fields, replaced);
                    (of, before) = (None, None);
                }
            }
            begins = matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
        }
    }
}
