//! Deciding which drops and adds are renames: by option, or by asking. Nothing is guessed.

use crate::desired::{LastComparison, Sides};
use crate::error::CliError;
use crate::printer::Printer;
use crate::prompt;
use schema_core::diff::{RenameCandidate, RenameRequest, RenameSubject};
use schema_core::model::QualifiedName;

/// Reads `table=new` or `table.column=new`.
pub(crate) fn parse(text: &str) -> Result<RenameRequest, String> {
    let usage = || "expected `table=new` or `table.column=new`".to_owned();
    let (from, to) = text.split_once('=').ok_or_else(usage)?;
    let subject = match from.rsplit_once('.') {
        Some((table, column)) if !table.is_empty() && !column.is_empty() => {
            RenameSubject::Column(QualifiedName::new(table), column.to_owned())
        }
        None if !from.is_empty() => RenameSubject::Table(QualifiedName::new(from)),
        Some(_) | None => return Err(usage()),
    };
    // `table.column=table.new` says no more than `table.column=new`.
    let to = match (&subject, to.rsplit_once('.')) {
        (RenameSubject::Column(table, _), Some((prefix, name))) if prefix == table.name => name,
        (
            RenameSubject::Column(..)
            | RenameSubject::Table(_)
            | RenameSubject::EnumType(_)
            | RenameSubject::EnumValue(..)
            | RenameSubject::Object(..),
            _,
        ) => to,
    };
    if to.is_empty() { Err(usage()) } else { Ok(RenameRequest { subject, to: to.to_owned() }) }
}

/// Compares until every likely rename is decided.
pub(crate) fn decide(
    sides: Sides,
    requests: &mut Vec<RenameRequest>,
    printer: Printer,
) -> Result<LastComparison, CliError> {
    if !prompt::is_interactive() {
        let comparison = sides.into_comparison(requests)?;
        for candidate in comparison.rename_candidates() {
            warn(&candidate, printer);
        }
        return Ok(comparison);
    }
    let mut comparison = sides.compare(requests)?;
    // A table's answer brings its columns into question, so ask anew after each rename.
    let mut kept: Vec<RenameSubject> = Vec::new();
    loop {
        let mut candidates = comparison.rename_candidates().into_iter();
        let Some(candidate) = candidates.find(|candidate| !kept.contains(&candidate.subject)) else {
            return Ok(LastComparison::new(comparison));
        };
        match ask(&candidate)? {
            Some(request) => {
                requests.push(request);
                comparison = sides.compare(requests)?;
            }
            None => kept.push(candidate.subject),
        }
    }
}

fn ask(candidate: &RenameCandidate) -> Result<Option<RenameRequest>, CliError> {
    let RenameCandidate { subject, to } = candidate;
    let name = described(subject);
    let mut answers: Vec<String> =
        to.iter().map(|to| format!("renamed to `{to}`, and keeps its data")).collect();
    answers.push("dropped, with its data".to_owned());
    let answer = prompt::choose(&format!("{name} is gone from the models. It is"), &answers)?;
    Ok(to.get(answer).map(|to| RenameRequest { subject: subject.clone(), to: to.clone() }))
}

fn warn(candidate: &RenameCandidate, printer: Printer) {
    let RenameCandidate { subject, to } = candidate;
    let Some(likely) = to.first() else { return };
    printer.warn(&format!(
        "{} is dropped with its data; it may have been renamed to `{likely}`",
        described(subject)
    ));
    let request = RenameRequest { subject: subject.clone(), to: likely.clone() };
    printer.hint(&format!("if so, `--rename {request}` or `renamed_from` on the model keeps the data"));
}

fn described(subject: &RenameSubject) -> String {
    match subject {
        RenameSubject::Table(table) => format!("table `{table}`"),
        RenameSubject::Column(table, column) => format!("column `{table}.{column}`"),
        RenameSubject::EnumType(name) => format!("enum `{name}`"),
        RenameSubject::EnumValue(name, value) => format!("value `{value}` of the enum `{name}`"),
        RenameSubject::Object(table, name) => format!("`{name}` of the table `{table}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rename_is_of_a_table_or_of_a_column() {
        assert_eq!(parse("items=products").unwrap().to_string(), "items=products");
        let column = RenameSubject::Column(QualifiedName::new("products"), "name".to_owned());
        assert_eq!(
            parse("products.name=title").unwrap(),
            RenameRequest { subject: column, to: "title".to_owned() }
        );
        assert_eq!(parse("products.name=products.title"), parse("products.name=title"));
    }

    #[test]
    fn what_names_no_rename_is_refused_with_the_form_to_write() {
        for text in ["", "products", "=x", "x=", "products.=x", ".name=x"] {
            assert!(parse(text).unwrap_err().contains("table.column=new"), "{text}");
        }
    }
}
