//! Enum types as enums.

use super::attribute::{Item, attribute, text};
use super::{Scene, comment, derive, name_for_sqlx, text as text_of};
use crate::model::{Engine, EnumType};

/// Makes the text of a variant's name.
type Rule = fn(&str) -> String;

/// The rules, as the derive has them.
const RULES: [(&str, Rule); 4] = [
    ("snake_case", |variant| separated(variant, '_')),
    ("SCREAMING_SNAKE_CASE", |variant| separated(variant, '_').to_ascii_uppercase()),
    ("kebab-case", |variant| separated(variant, '-')),
    ("lowercase", |variant| variant.to_ascii_lowercase()),
];

fn separated(variant: &str, separator: char) -> String {
    let mut text = String::new();
    for (index, letter) in variant.char_indices() {
        if index > 0 && letter.is_uppercase() {
            text.push(separator);
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// The enum of an enum type.
pub(super) fn render(object: &EnumType, scene: &Scene<'_>) -> String {
    let EnumType { name, values, comment: about, renamed_from: _ } = object;
    let (mut lines, about) = comment(about.as_ref(), 0);
    let variants: Vec<(&str, &str)> = values
        .iter()
        .map(|value| (scene.names.variant(&name.name, &value.name), value.name.as_str()))
        .collect();
    let fitting = |rule: Rule| variants.iter().filter(|(variant, text)| rule(variant) == *text).count();
    let as_they_are: Rule = str::to_owned;
    // The first of the best: later rules have to fit more values.
    let best = RULES.iter().fold((None, as_they_are, fitting(as_they_are)), |best, (name, rule)| {
        let count = fitting(*rule);
        if count > best.2 { (Some(*name), *rule, count) } else { best }
    });
    lines.extend(derive("SqlEnum", &scene.style.enum_derives));
    let mut items = vec![text("name", &name.name)];
    items.extend(best.0.map(|rule| text("rename_all", rule)));
    items.extend(about.map(Item::Leaf));
    lines.extend(attribute("sql_enum", &items, 0));
    let is_sqlx = scene.style.enum_derives.iter().any(|path| path.name() == "Type");
    if is_sqlx && scene.engine == Engine::Postgres {
        lines.extend(attribute("sqlx", &[text("type_name", &name.name)], 0));
    }
    lines.push(format!("pub enum {} {{", scene.names.enum_type(&name.name)));
    for (variant, value) in variants {
        if best.1(variant) != value {
            lines.extend(attribute("sql_enum", &[text("rename", value)], 4));
        }
        if variant != value {
            lines.extend(name_for_sqlx(&scene.style.enum_derives, "Type", value));
        }
        lines.push(format!("    {variant},"));
    }
    lines.push("}".to_owned());
    text_of(&lines)
}
