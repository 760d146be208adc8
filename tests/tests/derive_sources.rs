//! SQL beside structs, as the document has it.

#![allow(clippy::unwrap_used, clippy::panic)]

use schema_core::Schema;
use schema_core::model::{Document, Engine};

schema_core::sql!("CREATE VIEW said AS SELECT 1 AS a", except(sqlite, mysql));

schema_core::sql_file!("src/suite/said.sql");

mod named {
    schema_core::sql!(pub(crate) Numbers, "CREATE VIEW numbers AS SELECT 1 AS a", only(sqlite));
}

#[test]
fn sql_is_declared_with_its_place_and_engines() {
    let document = schema_core::registry::document().unwrap();
    let [in_file, in_code, named] = document.sources.as_slice() else { panic!("{:?}", document.sources) };
    assert_eq!(in_code.only, [Engine::Postgres]);
    assert_eq!(in_code.sql, "CREATE VIEW said AS SELECT 1 AS a");
    assert_eq!(in_code.place(1), format!("tests/tests/derive_sources.rs:{}", in_code.line.unwrap()));
    assert_eq!((in_file.place(2).as_str(), in_file.only.len()), ("src/suite/said.sql:2", 0));
    assert_eq!(document.sources_for(Engine::Sqlite), [in_file.clone(), named.clone()]);
    assert_eq!(Schema::of::<named::Numbers>().unwrap().sources, std::slice::from_ref(named));
    let json = document.to_json().unwrap();
    assert!(json.contains("\"format\": 2"), "older releases would leave the SQL out");
    assert_eq!(Document::from_json(&json).unwrap(), document);
}
