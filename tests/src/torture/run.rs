//! A run: the tortures of each engine one after the other, for as long as there is time.

use super::report::Row;
use super::{ALL, Case, Rig, Torture};
use crate::chance::Chance;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::{Duration, Instant};

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The tortures, by their names; none are all.
    pub only: Vec<String>,
    /// How long the tortures of an engine take together.
    pub time: Duration,
    /// How many cases each torture has, instead of as many as there is time for.
    pub cases: Option<u64>,
    /// The seed of the first case.
    pub seed: u64,
}

/// After so many failures a torture is over: they are likely to be one and the same.
const MOST_FAILURES: usize = 3;

thread_local! {
    /// What the last panic of this thread said, and where.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Plan {
    fn selects(&self, torture: &Torture) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == torture.name)
    }

    /// Runs the tortures of all engines, prints what fails, and returns a row for each.
    #[must_use]
    pub fn run(&self, rigs: &[Rig]) -> Vec<Row> {
        panic::set_hook(Box::new(|info| {
            PANIC.with_borrow_mut(|text| *text = info.to_string());
        }));
        let rows = thread::scope(|scope| {
            let threads: Vec<_> = rigs.iter().map(|rig| scope.spawn(|| self.run_engine(rig))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let _ = panic::take_hook();
        rows
    }

    fn run_engine(&self, rig: &Rig) -> Vec<Row> {
        let tortures: Vec<&Torture> =
            ALL.iter().filter(|it| self.selects(it) && it.engines.contains(&rig.engine())).collect();
        let mut weights: u32 = tortures.iter().map(|torture| torture.weight).sum();
        let end = Instant::now() + self.time;
        tortures
            .into_iter()
            .map(|torture| {
                let left = end.saturating_duration_since(Instant::now());
                let share = left * torture.weight / weights.max(1);
                weights -= torture.weight;
                self.run_torture(rig, torture, share)
            })
            .collect()
    }

    fn run_torture(&self, rig: &Rig, torture: &Torture, time: Duration) -> Row {
        let begun = Instant::now();
        let mut row = Row::new(torture, rig.engine(), self.seed);
        for case in 0.. {
            let is_over = match self.cases {
                Some(cases) => case >= cases,
                None => case > 0 && begun.elapsed() >= time,
            };
            if is_over || row.failures.len() >= MOST_FAILURES {
                break;
            }
            let seed = self.seed.wrapping_add(case);
            let result = panic::catch_unwind(AssertUnwindSafe(|| (torture.run)(rig, &mut Chance::new(seed))));
            match result {
                Ok(Case::Survived(faults)) => {
                    row.cases += 1;
                    row.faults += u64::from(faults);
                }
                Ok(Case::Over(reason)) => {
                    row.over = Some(reason);
                    break;
                }
                Ok(Case::Skipped(reason)) => {
                    row.skipped = Some(reason);
                    break;
                }
                Err(_) => {
                    row.cases += 1;
                    row.faults += 1;
                    row.failures.push(seed);
                    let text = PANIC.with_borrow_mut(std::mem::take);
                    println!("\nFAILED {}\n{text}\nrepeat: {}\n", row.name(), row.repeat(seed));
                }
            }
        }
        row.took = begun.elapsed();
        println!("{}", row.line());
        row
    }
}
