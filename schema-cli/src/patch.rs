//! Objects that differ, as `git diff` shows files: what each is made by on either side, with three lines around what has changed.
//!
//! Pure. Colours are always in it; where they don't belong the stream takes them out.

use crate::safe::printable;
use anstyle::{AnsiColor, Style};
use schema_core::comparison::Comparison;
use schema_core::definitions::Definition;
use schema_core::diff::{Change, Changes, RenameTime, describe};
use similar::{ChangeTag, TextDiff};

const OBJECT: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const GONE: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();

/// How many lines stand around what has changed.
const AROUND: usize = 3;

/// The whole text: renames, rights, which have no definition, and the objects.
pub(crate) fn of(comparison: &Comparison, definitions: &[Definition]) -> String {
    let changes = comparison.changes();
    let rights = changes.objects.iter().filter(|change| matches!(change, Change::Right(_))).cloned();
    let told = Changes {
        renames: changes.renames.clone(),
        rename_time: RenameTime::First,
        objects: rights.collect(),
    };
    let mut text: String =
        describe(&told).iter().map(|line| format!("{OBJECT}{}{OBJECT:#}\n", printable(line))).collect();
    for definition in definitions {
        text.push_str(&of_one(definition));
    }
    text
}

fn of_one(Definition { object, before, after }: &Definition) -> String {
    let side = |sign: &str, text: &Option<String>| {
        let name = if text.is_some() { printable(object) } else { "nothing".into() };
        format!("{OBJECT}{sign} {name}{OBJECT:#}\n")
    };
    let mut text = side("---", before) + &side("+++", after);
    let (old, new) = (before.as_deref().unwrap_or_default(), after.as_deref().unwrap_or_default());
    let diff = TextDiff::from_lines(old, new);
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
        text.push_str(&format!("{PLACE}{}{PLACE:#}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\n', '\r']);
            let line = printable(line);
            text.push_str(&match change.tag() {
                ChangeTag::Equal => format!(" {line}\n"),
                ChangeTag::Delete => format!("{GONE}-{line}{GONE:#}\n"),
                ChangeTag::Insert => format!("{NEW}+{line}{NEW:#}\n"),
            });
        }
    }
    text
}
