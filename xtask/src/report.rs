//! What ran, how it ended and how long it took.

use std::io;
use std::time::{Duration, Instant};

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// Left out, with the reason.
    Skipped(String),
}

struct Row {
    step: String,
    outcome: Outcome,
    duration: Duration,
}

/// The table at the end of a run.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs a step under its name and notes how it ended; a step that could not run has failed.
    pub(crate) fn record(&mut self, step: &str, run: impl FnOnce() -> io::Result<Outcome>) {
        eprintln!("\n=== {step}");
        let started = Instant::now();
        let outcome = run().unwrap_or_else(|error| {
            eprintln!("error: {error}");
            Outcome::Failed
        });
        self.rows.push(Row { step: step.to_owned(), outcome, duration: started.elapsed() });
    }

    pub(crate) fn failed(&self) -> bool {
        self.rows.iter().any(|row| row.outcome == Outcome::Failed)
    }

    /// The table, one line a step and a line with the sum.
    pub(crate) fn table(&self) -> String {
        let mut table = String::new();
        for Row { step, outcome, duration } in &self.rows {
            let note = match outcome {
                Outcome::Passed => "ok".to_owned(),
                Outcome::Failed => "FAILED".to_owned(),
                Outcome::Skipped(reason) => format!("skipped: {reason}"),
            };
            table.push_str(&format!("{step:<16} {:>7.1} s  {note}\n", duration.as_secs_f64()));
        }
        let sum: Duration = self.rows.iter().map(|row| row.duration).sum();
        table.push_str(&format!("{:<16} {:>7.1} s  {}\n", "all", sum.as_secs_f64(), self.verdict()));
        table
    }

    fn verdict(&self) -> &'static str {
        if self.failed() { "FAILED" } else { "ok" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outcome: Outcome) -> Report {
        let mut report = Report::default();
        report.rows.push(Row { step: "format".to_owned(), outcome, duration: Duration::from_millis(1500) });
        report
    }

    #[test]
    fn a_failed_step_fails_the_run() {
        assert!(report(Outcome::Failed).failed());
        assert_eq!(
            report(Outcome::Failed).table(),
            "format               1.5 s  FAILED\nall                  1.5 s  FAILED\n"
        );
    }

    #[test]
    fn a_skip_is_visible_and_no_failure() {
        let report = report(Outcome::Skipped("not installed".to_owned()));
        assert!(!report.failed());
        assert!(report.table().contains("skipped: not installed"));
    }
}
