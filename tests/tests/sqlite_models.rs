//! What models declare, on SQLite.

#![expect(dead_code, reason = "models are declared, not used")]

use schema_core::comparison::compare;
use schema_core::dialect::{Scope, resolve};
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::{Json, Schema, Table};
use schema_tests::sqlite::load;

#[derive(Table)]
#[table(name = "owners")]
struct Owner {
    #[column(pk, type = "varchar(20)")]
    code: String,
}

#[derive(Table)]
#[table(name = "pets")]
struct Pet {
    #[column(pk, auto)]
    id: i64,
    #[column(fk(Owner::code))]
    owner: i64,
}

#[test]
fn a_foreign_key_between_types_that_never_compare_equal_is_refused() {
    let document = Schema::of::<(Owner, Pet)>().unwrap();
    let problems = resolve(&document, Engine::Sqlite).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(
        problems[0].to_string(),
        "sqlite cannot hold a foreign key from the type `INTEGER` to the type `varchar(20)` of `owners`.`code` of \
         `sqlite_models::Pet.owner`"
    );
}

#[derive(Table)]
#[table(name = "visits")]
struct Visit {
    #[column(pk, auto)]
    id: i64,
    #[column(default = now)]
    at: jiff_0_2::Timestamp,
    tags: Json<Vec<String>>,
}

#[test]
fn an_instant_given_by_the_default_and_a_json_value_are_read_by_the_driver() {
    let desired = resolve(&Schema::of::<(Visit,)>().unwrap(), Engine::Sqlite).unwrap();
    let whole = compare(Engine::Sqlite, DatabaseSchema::default(), desired, Scope::Models, &[]).unwrap();
    let database = load("").unwrap();
    let connection = database.connection();
    for statement in whole.up().unwrap().statements {
        connection.execute_batch(&statement.sql).unwrap();
    }
    connection.execute("INSERT INTO visits (tags) VALUES (?1)", [Json(vec!["new".to_owned()])]).unwrap();
    let (at, tags): (jiff_0_2::Timestamp, Json<Vec<String>>) = connection
        .query_row("SELECT at, tags FROM visits", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert!((jiff_0_2::Timestamp::now() - at).get_seconds() < 60, "{at}");
    assert_eq!(tags.0, ["new"]);
}
