//! What ran, how it ended and how long it took.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::thread;
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
pub(crate) struct Report {
    started: Instant,
    rows: Vec<Row>,
}

/// Steps that run one after the other, beside those of other lanes.
pub(crate) type Lane<'step> = Vec<Beside<'step>>;

/// A step that runs beside others.
pub(crate) struct Beside<'step> {
    pub(crate) step: String,
    /// Its output does not mix with that of the others: it goes to this file, and is shown when all are done.
    pub(crate) log: Option<PathBuf>,
    pub(crate) run: Box<Work<'step>>,
}

/// What a step does, with its output in a file or on the terminal.
type Work<'step> = dyn FnOnce(Option<&File>) -> io::Result<Outcome> + Send + 'step;

impl Default for Report {
    fn default() -> Self {
        Report { started: Instant::now(), rows: Vec::new() }
    }
}

impl Report {
    /// Runs a step under its name and notes how it ended; a step that could not run has failed.
    pub(crate) fn record(&mut self, step: &str, run: impl FnOnce() -> io::Result<Outcome>) {
        eprintln!("\n=== {step}");
        self.rows.push(row(step.to_owned(), run));
    }

    /// Runs lanes at the same time, and notes how each step ended.
    pub(crate) fn record_together(&mut self, lanes: Vec<Lane<'_>>) {
        let named = |step: &Beside<'_>| (step.step.clone(), step.log.clone());
        let names: Vec<Vec<_>> = lanes.iter().map(|lane| lane.iter().map(named).collect()).collect();
        let listed: Vec<&str> = names.iter().flatten().map(|(step, _)| step.as_str()).collect();
        eprintln!("\n=== {}", listed.join(", "));
        let done: Vec<thread::Result<Vec<Row>>> = thread::scope(|scope| {
            let runs: Vec<_> = lanes
                .into_iter()
                .map(|lane| scope.spawn(|| lane.into_iter().map(Beside::run).collect()))
                .collect();
            runs.into_iter().map(thread::ScopedJoinHandle::join).collect()
        });
        for (names, rows) in names.into_iter().zip(done) {
            let mut rows = rows.unwrap_or_default().into_iter();
            for (step, log) in names {
                if let Some(log) = log {
                    eprintln!("\n=== {step}");
                    // What tests print is not always UTF-8.
                    let text = fs::read(log).unwrap_or_default();
                    eprint!("{}", String::from_utf8_lossy(&text));
                }
                let failed = Row { step, outcome: Outcome::Failed, duration: Duration::ZERO };
                self.rows.push(rows.next().unwrap_or(failed));
            }
        }
    }

    pub(crate) fn failed(&self) -> bool {
        self.rows.iter().any(|row| row.outcome == Outcome::Failed)
    }

    /// The table, one line a step and a line with the time from start to end: steps may overlap.
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
        let all = self.started.elapsed();
        table.push_str(&format!("{:<16} {:>7.1} s  {}\n", "all", all.as_secs_f64(), self.verdict()));
        table
    }

    fn verdict(&self) -> &'static str {
        if self.failed() { "FAILED" } else { "ok" }
    }
}

impl Beside<'_> {
    /// Runs the step, with its output in its file.
    fn run(self) -> Row {
        let Beside { step, log, run } = self;
        row(step, || match log {
            Some(path) => {
                path.parent().map_or(Ok(()), fs::create_dir_all)?;
                run(Some(&File::create(path)?))
            }
            None => run(None),
        })
    }
}

/// Runs a step.
fn row(step: String, run: impl FnOnce() -> io::Result<Outcome>) -> Row {
    let started = Instant::now();
    let outcome = run().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        Outcome::Failed
    });
    Row { step, outcome, duration: started.elapsed() }
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
            "format               1.5 s  FAILED\nall                  0.0 s  FAILED\n"
        );
    }

    #[test]
    fn steps_beside_each_other_end_each_in_its_own_way() {
        let mut report = Report::default();
        let beside = |step: &str, outcome| Beside {
            step: step.to_owned(),
            log: None,
            run: Box::new(move |_| Ok(outcome)),
        };
        report.record_together(vec![
            vec![beside("first", Outcome::Passed), beside("behind it", Outcome::Failed)],
            vec![beside("second", Outcome::Passed)],
        ]);
        let ended: Vec<(&str, &Outcome)> =
            report.rows.iter().map(|row| (row.step.as_str(), &row.outcome)).collect();
        let expected =
            [("first", &Outcome::Passed), ("behind it", &Outcome::Failed), ("second", &Outcome::Passed)];
        assert_eq!(ended, expected);
    }

    #[test]
    fn a_skip_is_visible_and_no_failure() {
        let report = report(Outcome::Skipped("not installed".to_owned()));
        assert!(!report.failed());
        assert!(report.table().contains("skipped: not installed"));
    }
}
