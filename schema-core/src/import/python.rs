//! Alembic's revision files: the few assignments and the docstring at their top, read without Python.

use super::version;
use jiff::Timestamp;
use std::path::PathBuf;

/// What a file of Python says of a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PythonRevision {
    pub(super) path: PathBuf,
    pub(super) revision: String,
    pub(super) down_revision: Vec<String>,
    pub(super) depends_on: Vec<String>,
    pub(super) branch_labels: Vec<String>,
    pub(super) message: String,
    pub(super) created: Option<Timestamp>,
}

/// The revision in a file; none where it assigns no `revision`.
pub(super) fn revision(path: PathBuf, text: &str) -> Option<PythonRevision> {
    let mut found = PythonRevision { path, ..PythonRevision::default() };
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let Some((name, _)) = line.split_once('=') else { continue };
        let name = name.split(':').next().unwrap_or_default().trim_end();
        let value = text.get(start..).and_then(|rest| rest.split_once('=')).map_or("", |(_, value)| value);
        match name {
            "revision" => found.revision = texts(value).into_iter().next()?,
            "down_revision" => found.down_revision = texts(value),
            "depends_on" => found.depends_on = texts(value),
            "branch_labels" => found.branch_labels = texts(value),
            _ => {}
        }
    }
    if found.revision.is_empty() {
        return None;
    }
    let docstring = docstring(text);
    found.message =
        docstring.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned();
    let date = docstring.lines().find_map(|line| line.trim().strip_prefix("Create Date:"));
    found.created = date.and_then(|date| {
        let digits: String = date.split(['.', '+']).next()?.chars().filter(char::is_ascii_digit).collect();
        version::time(&digits)
    });
    Some(found)
}

/// The strings of an expression that ends with its line, or with the bracket that it opens.
fn texts(expression: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut depth = 0_usize;
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' | '"' => {
                let text: String = characters.by_ref().take_while(|it| *it != character).collect();
                texts.push(text);
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '\n' if depth == 0 => break,
            '#' => {
                let more = characters.by_ref().find(|it| *it == '\n');
                if more.is_none() || depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    texts
}

fn docstring(text: &str) -> &str {
    for mark in ["\"\"\"", "'''"] {
        if let Some((before, rest)) = text.split_once(mark)
            && before.lines().all(|line| line.trim().is_empty() || line.starts_with('#') || line == "r")
        {
            return rest.split_once(mark).map_or(rest, |(docstring, _)| docstring);
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_of_every_form_are_read() {
        let text = "\"\"\"add it's accounts\n\nRevision ID: b1\nCreate Date: 2023-01-31 12:00:01.123456\n\n\"\"\"\nimport x\n\
            revision: str = 'b1'\ndown_revision: Union[str, None] = (\n    'a1', # first\n    \"a2\",\n)\nbranch_labels = None\ndepends_on = 'c1'\n\ndef upgrade():\n    x = 'y'\n";
        let found = revision(PathBuf::new(), text).unwrap();
        assert_eq!(found.revision, "b1");
        assert_eq!(found.down_revision, ["a1", "a2"]);
        assert_eq!((found.depends_on.len(), found.branch_labels.len()), (1, 0));
        assert_eq!(found.message, "add it's accounts");
        assert_eq!(found.created.unwrap().to_string(), "2023-01-31T12:00:01Z");
        assert_eq!(revision(PathBuf::new(), "x = 1"), None);
    }
}
