//! Storage parameters and the options of views.

use super::super::{quote, quote_text};
use std::collections::BTreeMap;

/// Parameters as WITH and SET take them.
#[must_use]
pub fn parameters(with: &BTreeMap<String, String>) -> String {
    let parameters: Vec<String> = with
        .iter()
        .map(|(name, value)| format!("{} = {}", parameter_name(name), self::value(value)))
        .collect();
    parameters.join(", ")
}

/// Names of parameters as RESET takes them.
#[must_use]
pub fn parameter_names<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| parameter_name(name)).collect::<Vec<_>>().join(", ")
}

/// `toast.fillfactor` is a name of two parts.
fn parameter_name(name: &str) -> String {
    name.split('.').map(quote).collect::<Vec<_>>().join(".")
}

fn value(value: &str) -> String {
    let is_word = value.starts_with(|first: char| first.is_ascii_lowercase())
        && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && value.parse::<f64>().is_ok_and(f64::is_finite);
    if is_word || is_number { value.to_owned() } else { quote_text(value) }
}
