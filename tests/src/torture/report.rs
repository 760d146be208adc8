//! What was tried and survived, as a table for people and for `docs/reliability.md`.

use super::Torture;
use schema_core::model::Engine;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

/// What the table in a document stands between.
const BEGIN: &str =
    "<!-- the table of a run: `cargo xtask torture --report docs/reliability.md` writes it -->";
const END: &str = "<!-- end of the table -->";

/// What became of a torture on an engine.
#[derive(Clone, Debug)]
pub struct Row {
    torture: &'static str,
    engine: Engine,
    seed: u64,
    /// How many cases were tried.
    pub cases: u64,
    /// How many faults have struck.
    pub faults: u64,
    /// The seeds of those that failed.
    pub failures: Vec<u64>,
    /// Why it was not tried.
    pub skipped: Option<&'static str>,
    /// Why it ended before its time.
    pub over: Option<&'static str>,
    /// How long it took.
    pub took: Duration,
}

impl Row {
    pub(super) fn new(torture: &Torture, engine: Engine, seed: u64) -> Self {
        Row {
            torture: torture.name,
            engine,
            seed,
            cases: 0,
            faults: 0,
            failures: Vec::new(),
            skipped: None,
            over: None,
            took: Duration::ZERO,
        }
    }

    /// The torture and the engine.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} on {}", self.torture, self.engine)
    }

    /// The command that repeats a case alone.
    #[must_use]
    pub fn repeat(&self, seed: u64) -> String {
        format!(
            "cargo xtask torture --engine {} --only {} --seed {seed} --cases 1",
            self.engine, self.torture
        )
    }

    fn survived(&self) -> u64 {
        self.faults - u64::try_from(self.failures.len()).unwrap_or_default()
    }

    /// The row for a terminal.
    #[must_use]
    pub fn line(&self) -> String {
        let Row { torture, engine, seed, cases, faults, failures, skipped, over, took } = self;
        let note = match (skipped, failures.is_empty(), over) {
            (Some(reason), _, _) => format!("skipped: {reason}"),
            (None, true, None) => "ok".to_owned(),
            (None, true, Some(reason)) => format!("ok, until {reason}"),
            (None, false, _) => format!("FAILED: seeds {failures:?}"),
        };
        format!(
            "{torture:<12} {engine:<9} {cases:>6} cases {faults:>7} tried {:>7} survived  seed {seed}  {:>7.1} s  {note}",
            self.survived(),
            took.as_secs_f64()
        )
    }

    fn markdown(&self, date: &str) -> String {
        let Row { torture, engine, seed, cases, faults, failures: _, skipped, over: _, took } = self;
        match skipped {
            Some(reason) => format!("| {torture} | {engine} | skipped: {reason} | | | | | {date} |\n"),
            None => format!(
                "| {torture} | {engine} | {cases} | {faults} | {} | {seed} | {} s | {date} |\n",
                self.survived(),
                took.as_secs()
            ),
        }
    }
}

/// The table for a document.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let rows: String = rows.iter().map(|row| row.markdown(&date)).collect();
    format!(
        "| test | engine | cases | tried | survived | seed | took | date |\n|---|---|---:|---:|---:|---:|---:|---|\n{rows}"
    )
}

/// Writes the table into a document, in the place of the one that is there, or into a new file.
///
/// # Errors
///
/// The file cannot be read or written.
pub fn write(path: &Path, rows: &[Row]) -> io::Result<()> {
    let table = format!("{BEGIN}\n\n{}\n{END}", markdown(rows));
    let text = match fs::read_to_string(path) {
        Ok(text) => replaced(&text, &table),
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!("{table}\n"),
        Err(error) => return Err(error),
    };
    fs::write(path, text)
}

fn replaced(text: &str, table: &str) -> String {
    let places = text.find(BEGIN).and_then(|begin| Some((begin, begin + text.get(begin..)?.find(END)?)));
    match places {
        Some((begin, end)) => {
            let before = text.get(..begin).unwrap_or_default();
            let after = text.get(end + END.len()..).unwrap_or_default();
            format!("{before}{table}{after}")
        }
        None => format!("{text}\n{table}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_place_of_the_one_before_it() {
        let text = replaced(&format!("a\n{BEGIN}\nold\n{END}\nb\n"), &format!("{BEGIN}\nnew\n{END}"));
        assert_eq!(text, format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert_eq!(replaced(&text, &format!("{BEGIN}\nnew\n{END}")), text);
    }

    #[test]
    fn a_failure_has_survived_nothing_and_says_how_to_repeat_it() {
        let torture = super::super::ALL.first().unwrap();
        let mut row = Row::new(torture, Engine::Sqlite, 7);
        (row.cases, row.faults, row.failures) = (2, 5, vec![8]);
        assert!(row.line().contains("5 tried       4 survived  seed 7"), "{}", row.line());
        assert!(row.line().ends_with("FAILED: seeds [8]"));
        assert_eq!(row.repeat(8), "cargo xtask torture --engine sqlite --only kills --seed 8 --cases 1");
    }
}
