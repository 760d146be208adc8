//! What has to be edited in a struct so that it says what the database has now: what models say of the old schema and of the new one is written by this tool, and where the two
//! differ, the same is done to what people have made of it.

use super::layout::{self, attribute, indent, next_line, whole_lines};
use super::names::Names;
use super::source::{Entry, Field, Item, Listed, Part, Said, words};
use proc_macro2::TokenStream;
use std::ops::Range;

/// An item that this tool has written, with the text that it is in.
pub(super) struct Written<'a> {
    pub(super) item: &'a Item,
    pub(super) text: &'a str,
    /// What people call what it names.
    pub(super) names: &'a Names,
}

/// The edits of a file so far, and what could not be edited.
pub(super) struct Merge<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) edits: Vec<(Range<usize>, String)>,
    pub(super) obstacles: Vec<String>,
}

/// An entry with their names in it.
struct Spelled {
    head: String,
    is_value: bool,
    text: String,
    words: String,
}

/// An entry that goes, one that comes, or one that takes the place of another.
type Change<'a> = (Option<&'a Spelled>, Option<&'a Spelled>);

/// Where attributes stand.
struct Target<'a> {
    /// The name of the attribute.
    own: &'static str,
    /// Whether what comes gets an attribute of its own.
    each_alone: bool,
    said: &'a Said,
    /// Where the first one would stand.
    begin: usize,
    /// What it is on: `User::name`.
    on: String,
}

impl Written<'_> {
    fn spell(&self, part: &Part) -> String {
        self.names.spell(part, self.text, &self.item.ident)
    }

    fn entries(&self, said: &Said) -> Vec<Spelled> {
        said.entries().map(|entry| spelled(entry, self.spell(&entry.part))).collect()
    }

    /// The lines of documentation.
    fn docs(&self, said: &Said) -> Vec<String> {
        let line = |part: &Part| self.text.get(part.span.clone()).unwrap_or_default().to_owned();
        said.docs.iter().map(line).collect()
    }

    fn field(&self, column: &str) -> Option<&Field> {
        self.item.fields.iter().find(|field| field.column == column)
    }
}

fn spelled(entry: &Entry, text: String) -> Spelled {
    let words = words_of(&text, &entry.part);
    Spelled { head: entry.head.clone(), is_value: entry.is_value, text, words }
}

/// The words of a text, which is a part with other names.
fn words_of(text: &str, part: &Part) -> String {
    let tokens: Option<TokenStream> = text.parse().ok();
    let trees = tokens.map_or_else(|| part.tokens.clone(), |tokens| tokens.into_iter().collect());
    words(&trees)
}

impl Merge<'_> {
    /// Lets an item of theirs say what `new` says and `base` does not.
    pub(super) fn item(&mut self, base: &Written<'_>, new: &Written<'_>, theirs: &Item) {
        let target = Target {
            own: theirs.own,
            each_alone: true,
            said: &theirs.said,
            begin: theirs.begin,
            on: theirs.ident.clone(),
        };
        self.said((base, &base.item.said), (new, &new.item.said), &target);
        let field_of = |column: &str| theirs.fields.iter().find(|field| field.column == column);
        for before in &base.item.fields {
            let on = format!("{}::{}", theirs.ident, before.ident);
            match (new.field(&before.column), field_of(&before.column)) {
                (Some(after), Some(field)) => self.field((base, before), (new, after), field, theirs, on),
                (Some(after), None) => {
                    let is_same = base
                        .entries(&before.said)
                        .iter()
                        .map(|it| &it.words)
                        .eq(new.entries(&after.said).iter().map(|it| &it.words))
                        && type_words(base, before) == type_words(new, after);
                    if !is_same {
                        self.refuse(theirs.begin, &on, "is no field of the struct itself");
                    }
                }
                (None, Some(field)) => {
                    self.edits.push((whole_lines(self.text, field.span.clone()), String::new()))
                }
                (None, None) => self.refuse(theirs.begin, &on, "is no field of the struct itself"),
            }
        }
        self.new_fields(base, new, theirs);
    }

    /// Inserts the fields that nobody has yet, each behind the one that it follows in the database.
    fn new_fields(&mut self, base: &Written<'_>, new: &Written<'_>, theirs: &Item) {
        let mut place: Option<usize> = None;
        for after in &new.item.fields {
            let there = theirs.fields.iter().find(|field| field.column == after.column);
            if let Some(there) = there {
                place = Some(next_line(self.text, there.span.end));
            }
            if base.field(&after.column).is_some() {
                continue;
            }
            if let Some(there) = there {
                self.refuse(
                    there.begin,
                    &format!("{}::{}", theirs.ident, there.ident),
                    "is there, and the models do not say it",
                );
                continue;
            }
            let part = Part { span: after.span.clone(), tokens: all_tokens(after) };
            let text = format!("    {}\n", new.spell(&part));
            let at = place.unwrap_or_else(|| next_line(self.text, theirs.inside));
            self.edits.push((at..at, text));
        }
    }

    fn field(
        &mut self,
        (base, before): (&Written<'_>, &Field),
        (new, after): (&Written<'_>, &Field),
        theirs: &Field,
        item: &Item,
        on: String,
    ) {
        let own = if theirs.ty.is_some() { "column" } else { item.own };
        let target =
            Target { own, each_alone: false, said: &theirs.said, begin: theirs.begin, on: on.clone() };
        self.said((base, &before.said), (new, &after.said), &target);
        let (Some(old), Some(wanted), Some(there)) = (&before.ty, &after.ty, &theirs.ty) else { return };
        let (old, wanted) = (base.spell(old), new.spell(wanted));
        let (old_words, new_words) = (words_of(&old, there), words_of(&wanted, there));
        if old_words == new_words {
            return;
        }
        let text = self.text.get(there.span.clone()).unwrap_or_default();
        let inner = text.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>'));
        let ty = if words(&there.tokens) == old_words {
            wanted
        } else if format!("Option<{old}>") == wanted {
            format!("Option<{text}>")
        } else if old == format!("Option<{wanted}>")
            && let Some(inner) = inner
        {
            inner.to_owned()
        } else {
            return self.refuse(
                theirs.begin,
                &on,
                &format!("has a type of its own, and the column is `{wanted}` now"),
            );
        };
        self.edits.push((there.span.clone(), ty));
    }

    /// Lets attributes and documentation of theirs say what `new` says and `base` does not.
    fn said(
        &mut self,
        (base, before): (&Written<'_>, &Said),
        (new, after): (&Written<'_>, &Said),
        target: &Target<'_>,
    ) {
        self.docs(&base.docs(before), &new.docs(after), target);
        let (before, after) = (base.entries(before), new.entries(after));
        let gone = before.iter().filter(|entry| !after.iter().any(|it| it.words == entry.words));
        let mut come: Vec<&Spelled> =
            after.iter().filter(|entry| !before.iter().any(|it| it.words == entry.words)).collect();
        let mut changes: Vec<Change<'_>> = Vec::new();
        for entry in gone {
            let pair = come.iter().position(|it| it.head == entry.head && it.is_value == entry.is_value);
            changes.push((Some(entry), pair.map(|place| come.remove(place))));
        }
        changes.extend(come.into_iter().map(|entry| (None, Some(entry))));
        if !changes.is_empty() {
            self.attributes(&changes, target);
        }
    }

    /// What the database has no comment for keeps its documentation: it says more than the database.
    fn docs(&mut self, before: &[String], after: &[String], target: &Target<'_>) {
        if before == after || after.is_empty() {
            return;
        }
        let there: Vec<&str> = target
            .said
            .docs
            .iter()
            .map(|part| self.text.get(part.span.clone()).unwrap_or_default())
            .collect();
        if there != before {
            return self.refuse(
                target.begin,
                &target.on,
                "has documentation of its own, and the comment has changed",
            );
        }
        let blanks = " ".repeat(indent(self.text, target.begin));
        let lines = after.join(&format!("\n{blanks}"));
        match (target.said.docs.first(), target.said.docs.last()) {
            (Some(first), Some(last)) => self.edits.push((first.span.start..last.span.end, lines)),
            _ => {
                // Above all attributes, also those of others.
                let first = target.said.attributes.first().map_or(target.begin, |it| it.span.start);
                self.edits.push((first..first, format!("{lines}\n{blanks}")));
            }
        }
    }

    fn attributes(&mut self, changes: &[Change<'_>], target: &Target<'_>) {
        let mut there: Vec<Vec<(Spelled, Option<String>)>> = target
            .said
            .attributes
            .iter()
            .map(|listed| {
                let own = |entry: &Entry| {
                    let text = self.text.get(entry.part.span.clone()).unwrap_or_default().to_owned();
                    (spelled(entry, text.clone()), Some(text))
                };
                listed.entries.iter().map(own).collect()
            })
            .collect();
        let mut is_changed = vec![false; there.len()];
        let mut added: Vec<String> = Vec::new();
        for (gone, come) in changes {
            let Some(gone) = gone else {
                added.extend(come.map(|entry| entry.text.clone()));
                continue;
            };
            let mut found: Option<(usize, usize)> = None;
            for by_head in [false, true] {
                let fits = |entry: &Spelled| match by_head {
                    false => entry.words == gone.words,
                    true => gone.is_value && entry.is_value && entry.head == gone.head,
                };
                found = found.or_else(|| {
                    there.iter().enumerate().find_map(|(place, entries)| {
                        Some((place, entries.iter().position(|(entry, kept)| kept.is_some() && fits(entry))?))
                    })
                });
            }
            let Some((place, entry)) = found else {
                let text = &gone.text;
                self.refuse(
                    target.begin,
                    &target.on,
                    &format!("says `{text}` in another way, which has changed"),
                );
                continue;
            };
            if let Some((_, kept)) = there.get_mut(place).and_then(|entries| entries.get_mut(entry)) {
                *kept = come.map(|entry| entry.text.clone());
            }
            if let Some(changed) = is_changed.get_mut(place) {
                *changed = true;
            }
        }
        if !target.each_alone
            && let (Some(last), Some(changed)) = (there.last_mut(), is_changed.last_mut())
            && !added.is_empty()
        {
            *changed = true;
            for text in std::mem::take(&mut added) {
                let entry = Spelled {
                    head: String::new(),
                    is_value: false,
                    text: String::new(),
                    words: String::new(),
                };
                last.push((entry, Some(text)));
            }
        }
        for ((listed, entries), _) in
            target.said.attributes.iter().zip(there).zip(&is_changed).filter(|(_, changed)| **changed)
        {
            let left: Vec<String> = entries.into_iter().filter_map(|(_, kept)| kept).collect();
            self.rewrite(listed, &left, target);
        }
        self.add(added, target);
    }

    /// Gives an attribute these entries.
    fn rewrite(&mut self, listed: &Listed, entries: &[String], target: &Target<'_>) {
        if self.has_comments(listed) {
            return self.refuse(
                listed.span.start,
                &target.on,
                "has a comment inside of an attribute that has changed",
            );
        }
        if entries.is_empty() {
            self.edits.push((whole_lines(self.text, listed.span.clone()), String::new()));
        } else {
            let text = attribute(target.own, entries, indent(self.text, listed.span.start));
            self.edits.push((listed.span.clone(), text));
        }
    }

    /// Adds attributes with these entries below those that are there.
    fn add(&mut self, added: Vec<String>, target: &Target<'_>) {
        if added.is_empty() {
            return;
        }
        let indent = indent(self.text, target.begin);
        let blanks = " ".repeat(indent);
        let texts: Vec<String> = if target.each_alone {
            added.into_iter().map(|entry| attribute(target.own, &[entry], indent)).collect()
        } else {
            vec![attribute(target.own, &added, indent)]
        };
        let lines = texts.join(&format!("\n{blanks}"));
        match target.said.attributes.last() {
            Some(last) => self.edits.push((last.span.end..last.span.end, format!("\n{blanks}{lines}"))),
            None => self.edits.push((target.begin..target.begin, format!("{lines}\n{blanks}"))),
        }
    }

    /// Whether there are comments between the entries of an attribute.
    fn has_comments(&self, listed: &Listed) -> bool {
        let mut at = listed.span.start;
        let ends = listed.entries.iter().map(|entry| entry.part.span.clone());
        let mut gaps: Vec<&str> = Vec::new();
        for span in ends {
            gaps.push(self.text.get(at..span.start).unwrap_or_default());
            at = span.end;
        }
        gaps.push(self.text.get(at..listed.span.end).unwrap_or_default());
        gaps.iter().any(|gap| gap.contains("//") || gap.contains("/*"))
    }

    /// Says what cannot be edited.
    pub(super) fn refuse(&mut self, place: usize, on: &str, why: &str) {
        self.obstacles.push(format!("{}:{}: `{on}` {why}", self.file, layout::line(self.text, place)));
    }
}

fn type_words(written: &Written<'_>, field: &Field) -> Option<String> {
    field.ty.as_ref().map(|ty| words_of(&written.spell(ty), ty))
}

/// The tokens of a field that may name structs or fields.
fn all_tokens(field: &Field) -> Vec<proc_macro2::TokenTree> {
    let of_attributes = field.said.entries().flat_map(|entry| entry.part.tokens.clone());
    of_attributes.chain(field.ty.iter().flat_map(|ty| ty.tokens.clone())).collect()
}
