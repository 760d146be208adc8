//! Keys of a JSON document that nothing reads. Serde cannot refuse them where structs are flattened into others.

use super::Document;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::mem;

/// Stands where a key is tried out: nothing in a document is such a number.
const NONSENSE: f64 = 0.5;

/// A step on the way to a value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Place(usize),
}

/// The way to a key that the document was not made of, as `tables[0].columns[2].nulable`.
pub(super) fn unknown_key(json: &str, document: &Document) -> Result<Option<String>, serde_json::Error> {
    let mut given: Value = serde_json::from_str(json)?;
    let mut absent = Vec::new();
    collect_absent(&given, &serde_json::to_value(document)?, &mut Vec::new(), &mut absent);
    // A known key is absent too where it says what is so without it. What reads a key refuses nonsense there.
    let mut known = BTreeSet::new();
    for (path, siblings) in absent {
        let keys: Vec<&Step> = path.iter().filter(|step| matches!(step, Step::Key(_))).collect();
        if !known.insert((keys.into_iter().cloned().collect::<Vec<_>>(), siblings)) {
            continue;
        }
        let Some(place) = value_at(&mut given, &path) else { continue };
        let value = mem::replace(place, Value::from(NONSENSE));
        if Document::deserialize(&given).is_ok() {
            return Ok(Some(spelled(&path)));
        }
        if let Some(place) = value_at(&mut given, &path) {
            *place = value;
        }
    }
    Ok(None)
}

/// The keys of `given` that `read` does not have at the same place, each with all keys of its object.
fn collect_absent(
    given: &Value,
    read: &Value,
    path: &mut Vec<Step>,
    absent: &mut Vec<(Vec<Step>, Vec<String>)>,
) {
    match (given, read) {
        (Value::Object(given), Value::Object(read)) => {
            for (key, value) in given {
                path.push(Step::Key(key.clone()));
                match read.get(key) {
                    Some(read) => collect_absent(value, read, path, absent),
                    None => absent.push((path.clone(), given.keys().cloned().collect())),
                }
                path.pop();
            }
        }
        (Value::Array(given), Value::Array(read)) => {
            for (place, (value, read)) in given.iter().zip(read).enumerate() {
                path.push(Step::Place(place));
                collect_absent(value, read, path, absent);
                path.pop();
            }
        }
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
            _,
        ) => {}
    }
}

fn value_at<'a>(value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Place(place) => value.get_mut(place),
    })
}

fn spelled(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => {
                text.push('.');
                text.push_str(key);
            }
            Step::Place(place) => drop(write!(text, "[{place}]")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::DocumentError;
    use super::*;

    fn unknown(json: &str) -> Option<String> {
        match Document::from_json(json) {
            Ok(_) => None,
            Err(DocumentError::UnknownKey { path }) => Some(path),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_key_that_nothing_reads_is_told_with_its_place() {
        let table = |column: &str, table: &str| {
            format!(
                r#"{{"format": 1, "tables": [{{"name": "a", "columns": [{{"name": "id", "type": "i64"{column}}}]{table}}}]}}"#
            )
        };
        assert_eq!(unknown(&table("", "")), None);
        assert_eq!(unknown(&table(", \"nullable\": false, \"comment\": null", ", \"checks\": []")), None);
        let at = |path: &str| Some(path.to_owned());
        assert_eq!(unknown(&table(", \"nulable\": false", "")), at("tables[0].columns[0].nulable"));
        assert_eq!(unknown(&table("", ", \"check\": []")), at("tables[0].check"));
        assert_eq!(unknown("{\"format\": 1, \"table\": null}"), at("table"));
    }
}
