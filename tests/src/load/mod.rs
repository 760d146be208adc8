//! What those who read and write a large table notice while it is changed: for `cargo xtask bench online`.

mod changes;
mod traffic;

use crate::revisions::Revisions;
use crate::server::TestDatabase;
use changes::{Change, Form};
use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::filter::Filter;
use std::error::Error;
use std::time::{Duration, Instant};
use traffic::{Notice, Traffic};

/// How long there is traffic before a change and after it.
const AROUND: Duration = Duration::from_millis(500);

/// Applies each kind of change to a table of so many rows under traffic, and prints what this notices as a table in Markdown.
///
/// # Errors
///
/// The server refuses what is asked of it.
pub fn run(server: &str, rows: u64) -> Result<(), Box<dyn Error>> {
    let database = TestDatabase::create(server);
    let engine = database.engine();
    let mut driver = database.connect();
    for statement in changes::statements(&changes::before(engine)) {
        driver.execute(statement)?;
    }
    changes::fill(driver.as_mut(), rows)?;
    println!("\n## {engine}, {rows} rows\n");
    println!("| change | form | took | longest read | longest write | errors |\n|---|---|---|---|---|---|");
    let mut revisions = Revisions::new(engine);
    for change in changes::all(engine) {
        for form in Form::of(engine) {
            let (took, Notice { read, write, errors }) =
                applied(&database, server, (&change, *form), &mut revisions, rows)?;
            println!(
                "| {} | {} | {:.1} s | {} ms | {} ms | {errors} |",
                change.name,
                form.name(),
                took.as_secs_f64(),
                read.as_millis(),
                write.as_millis(),
            );
        }
    }
    Ok(())
}

/// Applies a change under traffic, and undoes it without.
fn applied(
    database: &TestDatabase,
    server: &str,
    (change, form): (&Change, Form),
    revisions: &mut Revisions,
    rows: u64,
) -> Result<(Duration, Notice), Box<dyn Error>> {
    let wanted = TestDatabase::create(server);
    let mut empty = wanted.connect();
    for statement in changes::statements(&change.after) {
        empty.execute(statement)?;
    }
    let mut driver = database.connect();
    let (current, desired) = (driver.introspect()?, empty.introspect()?);
    let comparison = compare(database.engine(), current, desired, Scope::Database, &[])?;
    let comparison = comparison.online(form == Form::Online);
    let Scripts { up, down, .. } = scripts(driver.as_ref(), &comparison, &Filter::default())?;
    let traffic = Traffic::begin(&database.url(), database.engine(), rows)?;
    std::thread::sleep(AROUND);
    let start = Instant::now();
    let result = revisions.apply(driver.as_mut(), &up, &down);
    let took = start.elapsed();
    std::thread::sleep(AROUND);
    let notice = traffic.end();
    result?;
    revisions.undo(driver.as_mut())?;
    Ok((took, notice))
}
