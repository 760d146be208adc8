//! Names of a database as Rust's identifiers.

use std::collections::BTreeSet;

/// Words that are no identifiers without `r#`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that are no identifiers at all, and those that a list of fields takes for something else: `pk(only, ..)`.
const NO_FIELDS: &[&str] = &[
    "crate", "except", "include", "mariadb", "mysql", "only", "postgres", "self", "sqlite", "super", "with",
    "expr",
];

/// Types that the module uses by these names.
const TAKEN_TYPES: &[&str] = &[
    "Box", "Err", "None", "Ok", "Option", "Result", "Self", "Some", "SqlEnum", "SqlType", "String", "Table",
    "Vec", "View",
];

/// The words of a name, in lower case: those of `HTTPServer`, `http_server` and `http server` are the same.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let begins_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || letters.get(index + 1).is_some_and(|next| next.is_lowercase())
            });
        if !is_letter(letter) || begins_word {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase().filter(|letter| is_letter(*letter)));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a character stands in identifiers, in the form that Rust keeps: a letter of a large script, or a digit.
fn is_letter(character: char) -> bool {
    let is_of_large_script = matches!(
        character,
        'À'..='ɏ'
            | 'Ά'..='Ͽ'
            | 'Ѐ'..='ӿ'
            | 'Ա'..='Ֆ'
            | 'ա'..='ֆ'
            | 'א'..='ת'
            | 'ؠ'..='ي'
            | 'अ'..='ह'
            | 'ぁ'..='ゖ'
            | 'ァ'..='ヺ'
            | '一'..='鿿'
            | '가'..='힣'
    );
    character.is_ascii_alphanumeric() || (is_of_large_script && character.is_alphabetic())
}

/// The words with a capital each, in one.
fn camel_case(words: &[String]) -> String {
    let capitalized = words.iter().map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase).filter(|it| is_letter(*it));
        first.chain(letters).collect::<String>()
    });
    capitalized.collect()
}

/// The name of a type or variant; `kind` stands in front of what would begin with a digit or be nothing.
pub(super) fn type_name(name: &str, kind: &str) -> String {
    named(camel_case(&words(name)), kind)
}

/// The name of the struct for a row of a table.
pub(super) fn row_name(table: &str, kind: &str) -> String {
    let mut words = words(table);
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    named(camel_case(&words), kind)
}

fn named(name: String, kind: &str) -> String {
    if name.starts_with(|first: char| !first.is_ascii_digit()) { name } else { format!("{kind}{name}") }
}

/// One of what an English plural means; other words stay.
fn singular(word: &str) -> String {
    const SAME: [&str; 4] = ["news", "series", "species", "means"];
    if SAME.contains(&word) {
        return word.to_owned();
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    if ["sses", "shes", "ches", "xes"].iter().any(|ending| word.ends_with(ending)) {
        return word.strip_suffix("es").unwrap_or(word).to_owned();
    }
    let is_plural = word.len() > 3
        && word.ends_with('s')
        && !["ss", "us", "is", "as", "os"].iter().any(|ending| word.ends_with(ending));
    if is_plural { word.trim_end_matches('s').to_owned() } else { word.to_owned() }
}

/// A name that no other type of the module has: the first that is free, else the first with a number.
pub(super) fn free_type(names: &[String], taken: &mut BTreeSet<String>) -> String {
    free(names, taken, (TAKEN_TYPES, "Row"))
}

/// The name of a variant that no other one has.
pub(super) fn free_variant(value: &str, taken: &mut BTreeSet<String>) -> String {
    free(&[type_name(value, "Value")], taken, (&["Self"], "Value"))
}

/// The first name that is neither taken nor refused; what is refused gets a word behind it.
fn free(names: &[String], taken: &mut BTreeSet<String>, (refused, word): (&[&str], &str)) -> String {
    let first = names.first().map(String::as_str).unwrap_or_default();
    let longer = refused.contains(&first).then(|| format!("{first}{word}"));
    let numbered = (2_usize..).map(|number| format!("{first}{number}"));
    let mut candidates = names.iter().cloned().chain(longer).chain(numbered);
    let is_free = |name: &String| !taken.contains(name) && !refused.contains(&name.as_str());
    let free = candidates.find(is_free).unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// The name of a field, without `r#`, that no other field has.
pub(super) fn free_field(column: &str, taken: &mut BTreeSet<String>) -> String {
    let name = words(column).join("_");
    let name = match name.chars().next() {
        None => "column".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("column_{name}"),
        Some(_) if NO_FIELDS.contains(&name.as_str()) => format!("{name}_"),
        Some(_) => name,
    };
    let numbered = (2_usize..).map(|number| format!("{name}_{number}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
    let free = free.unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// A field's name as it stands in code.
pub(super) fn in_code(field: &str) -> String {
    if KEYWORDS.contains(&field) { format!("r#{field}") } else { field.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_the_spelling() {
        for name in ["HTTPServer", "http_server", "http server", "Http-Server", "_http__server"] {
            assert_eq!(words(name), ["http", "server"], "{name}");
        }
        assert_eq!(words("größe № 2"), ["größe", "2"]);
        assert_eq!(words("用户"), ["用户"]);
    }

    #[test]
    fn a_table_of_many_is_a_struct_of_one() {
        let names =
            ["users", "categories", "addresses", "boxes", "status", "series", "order_lines", "Album", "gas"];
        let rows = names.map(|name| row_name(name, "Table"));
        assert_eq!(
            rows,
            ["User", "Category", "Address", "Box", "Status", "Series", "OrderLine", "Album", "Gas"]
        );
        assert_eq!(row_name("2024 sales", "Table"), "Table2024Sale");
        assert_eq!(row_name("***", "Table"), "Table");
    }

    #[test]
    fn every_name_is_free() {
        let mut taken = BTreeSet::new();
        let mut name = |name: &str| free_type(&[row_name(name, "Table")], &mut taken);
        assert_eq!(
            ["user", "users", "User", "options", "table"].map(&mut name),
            ["User", "User2", "User3", "OptionRow", "TableRow"]
        );
        let mut taken = BTreeSet::new();
        let mut field = |name: &str| in_code(&free_field(name, &mut taken));
        assert_eq!(
            ["type", "Type", "self", "2fa", "!", "only", "a b"].map(&mut field),
            ["r#type", "type_2", "self_", "column_2fa", "column", "only_", "a_b"]
        );
    }
}
