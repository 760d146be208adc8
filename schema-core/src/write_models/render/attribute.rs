//! Attributes, laid out as rustfmt lays them out.

use super::literal::literal;

/// How long a line gets.
pub(super) const WIDTH: usize = 100;

/// How much of several items stands in one line (rustfmt's `attr_fn_like_width`).
const ITEMS_WIDTH: usize = 70;

/// An entry of an attribute.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// A word, or a word and its value.
    Leaf(String),
    /// A word with a list.
    List(String, Vec<Item>),
}

/// A word.
pub(super) fn word(word: &str) -> Item {
    Item::Leaf(word.to_owned())
}

/// `key = ".."`
pub(super) fn text(key: &str, text: &str) -> Item {
    Item::Leaf(format!("{key} = {}", literal(text)))
}

/// `key = value`
pub(super) fn value(key: &str, value: impl std::fmt::Display) -> Item {
    Item::Leaf(format!("{key} = {value}"))
}

/// `key(..)`
pub(super) fn list(key: &str, items: Vec<Item>) -> Item {
    Item::List(key.to_owned(), items)
}

/// `key(..)`, or the word alone where there is nothing to list.
pub(super) fn word_or_list(key: &str, items: Vec<Item>) -> Item {
    if items.is_empty() { word(key) } else { list(key, items) }
}

/// `#[name(..)]`, indented.
pub(super) fn attribute(name: &str, items: &[Item], indent: usize) -> Vec<String> {
    lines(&format!("#[{name}("), items, ")]", indent)
}

/// The lines of a list between its opening and its end.
fn lines(open: &str, items: &[Item], close: &str, indent: usize) -> Vec<String> {
    let blanks = " ".repeat(indent);
    if let Some(inside) = in_one_line(items)
        && indent + width(open) + width(&inside) + width(close) <= WIDTH
    {
        return vec![format!("{blanks}{open}{inside}{close}")];
    }
    if let [Item::List(key, inner)] = items {
        return lines(&format!("{open}{key}("), inner, &format!("){close}"), indent);
    }
    let mut all = vec![format!("{blanks}{open}")];
    for (index, item) in items.iter().enumerate() {
        let comma = if index + 1 < items.len() { "," } else { "" };
        match item {
            Item::Leaf(leaf) => all.push(format!("{blanks}    {leaf}{comma}")),
            Item::List(key, inner) => {
                all.extend(lines(&format!("{key}("), inner, &format!("){comma}"), indent + 4));
            }
        }
    }
    all.push(format!("{blanks}{close}"));
    all
}

/// The items in one line, where they are short enough for one.
fn in_one_line(items: &[Item]) -> Option<String> {
    let each: Vec<String> = items
        .iter()
        .map(|item| match item {
            Item::Leaf(leaf) => (!leaf.contains('\n')).then(|| leaf.clone()),
            Item::List(key, inner) => Some(format!("{key}({})", in_one_line(inner)?)),
        })
        .collect::<Option<_>>()?;
    let joined = each.join(", ");
    (items.len() == 1 || width(&joined) <= ITEMS_WIDTH).then_some(joined)
}

/// How wide text is in a monospaced font.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|character| if character >= '\u{1100}' { 2 } else { 1 }).sum()
}
