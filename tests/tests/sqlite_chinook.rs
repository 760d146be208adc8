//! Chinook, a real database with its 15,000 rows: it is read, recreated from what was read, and changed ten times, each time up and down.

#![allow(clippy::unwrap_used, clippy::panic)]

use rusqlite::Connection;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::{Scope, resolve};
use schema_core::diff::DataLoss;
use schema_core::driver::sqlite::SqliteDriver;
use schema_core::model::{
    Check, ColumnType, DatabaseSchema, Declared, DeclaredTable, Document, Engine, Index, IndexKey, IndexPart,
    KeyColumn, QualifiedName, ReferentialAction, Unique, View,
};
use schema_core::proof::prove;
use schema_tests::revisions::Revisions;
use schema_tests::sandbox::Sandbox;
use schema_tests::sqlite::{chinook_script, dump, load, rows, schema, scratch};
use std::collections::BTreeMap;

fn chinook() -> Option<SqliteDriver> {
    Some(load(&chinook_script()?).unwrap())
}

fn document(database: &SqliteDriver) -> Document {
    Document::from_schema(schema(database.connection()), Engine::Sqlite)
}

/// What the document, as a model would declare it, changes in the database.
fn changes_to(document: &Document, database: &SqliteDriver) -> Comparison {
    let desired = resolve(document, Engine::Sqlite).unwrap();
    compare(Engine::Sqlite, schema(database.connection()), desired, Scope::Models, &[]).unwrap()
}

fn table<'a>(document: &'a mut Document, name: &str) -> &'a mut DeclaredTable {
    document.tables.iter_mut().find(|table| table.name.name == name).unwrap()
}

fn column<'a>(
    document: &'a mut Document,
    table_name: &str,
    name: &str,
) -> &'a mut schema_core::model::Column {
    let columns = &mut table(document, table_name).columns;
    &mut columns.iter_mut().find(|column| column.base.name == name).unwrap().base
}

fn check(name: &str, expression: &str) -> Declared<Check> {
    Declared::new(Check { name: Some(name.to_owned()), ..Check::new(expression) })
}

fn index(key: IndexKey, unique: bool, predicate: Option<&str>) -> Declared<Index> {
    Declared::new(Index {
        name: None,
        parts: vec![IndexPart::new(key)],
        unique,
        predicate: predicate.map(str::to_owned),
        using: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        with: BTreeMap::new(),
        parser: None,
        invisible: false,
        comment: None,
        renamed_from: None,
        definition: None,
    })
}

#[test]
fn what_is_read_makes_an_equal_database() {
    let Some(database) = chinook() else { return };
    let json = document(&database).to_json().unwrap();
    let read = Document::from_json(&json).unwrap();
    let whole = compare(
        Engine::Sqlite,
        DatabaseSchema::default(),
        resolve(&read, Engine::Sqlite).unwrap(),
        Scope::Database,
        &[],
    )
    .unwrap();

    let mut twin = scratch();
    let (up, down) = (whole.up().unwrap(), whole.down().unwrap());
    Revisions::new(Engine::Sqlite).apply(&mut twin, &up, &down).unwrap();
    assert_eq!(dump(twin.connection()), dump(database.connection()));
    assert!(changes_to(&read, &twin).is_empty());
    assert!(changes_to(&read, &database).is_empty());
}

type Edit = (&'static str, fn(&mut Document));

const EDITS: [Edit; 12] = [
    ("a column is added", |document| {
        let mut tier = schema_core::model::Column::new("LoyaltyTier", ColumnType::Text);
        tier.nullable = true;
        table(document, "Customer").columns.push(Declared::new(tier));
    }),
    ("a column is renamed", |document| {
        let price = column(document, "Track", "UnitPrice");
        price.name = "Price".to_owned();
        price.renamed_from = Some("UnitPrice".to_owned());
    }),
    ("a type is widened", |document| {
        column(document, "Track", "Name").ty = ColumnType::Sql("NVARCHAR(400)".to_owned());
    }),
    ("a check is added", |document| {
        table(document, "InvoiceLine").checks.push(check("quantity_positive", "Quantity > 0"));
    }),
    ("a unique constraint is added", |document| {
        table(document, "Genre").uniques.push(Declared::new(Unique::new(vec![KeyColumn::new("Name")])));
    }),
    ("a partial index is added", |document| {
        let part = IndexKey::Column("Company".to_owned());
        table(document, "Customer").indexes.push(index(part, false, Some("Company IS NOT NULL")));
    }),
    ("an expression index is added", |document| {
        table(document, "Customer").indexes.push(index(
            IndexKey::Expression("lower(Email)".to_owned()),
            true,
            None,
        ));
    }),
    ("a foreign key gets an action", |document| {
        table(document, "Album").foreign_keys[0].base.on_delete = ReferentialAction::Cascade;
    }),
    ("a table that others refer to is renamed", |document| {
        let kinds = table(document, "MediaType");
        kinds.name = QualifiedName::new("media_types");
        kinds.renamed_from = Some("MediaType".to_owned());
        table(document, "Track")
            .foreign_keys
            .iter_mut()
            .filter(|key| key.base.references.name == "MediaType")
            .for_each(|key| key.base.references = QualifiedName::new("media_types"));
    }),
    ("NULL is refused and a default given in a table that others refer to", |document| {
        let name = column(document, "Artist", "Name");
        name.nullable = false;
        name.default = Some(schema_core::model::Default::Text("unknown".to_owned()));
    }),
    ("a view is created", |document| {
        document.views.push(Declared::new(View::new(
            "sales",
            "SELECT i.CustomerId, sum(l.Quantity * l.UnitPrice) AS total FROM Invoice i \
             JOIN InvoiceLine l ON l.InvoiceId = i.InvoiceId GROUP BY i.CustomerId",
        )));
    }),
    ("a column that others refer to is renamed and its table rebuilt", |document| {
        let id = column(document, "Artist", "ArtistId");
        id.name = "Id".to_owned();
        id.renamed_from = Some("ArtistId".to_owned());
        table(document, "Artist").primary_key.as_mut().unwrap().base.columns = vec![KeyColumn::new("Id")];
        table(document, "Artist").checks.push(check("artist_id_positive", "Id > 0"));
        table(document, "Album").foreign_keys[0].base.referenced_columns = vec!["Id".to_owned()];
    }),
];

#[test]
fn realistic_changes_go_up_and_down_with_all_rows() {
    let Some(mut database) = chinook() else { return };
    let (start, rows_at_start) = (dump(database.connection()), rows(database.connection()));
    assert!(rows_at_start.values().map(Vec::len).sum::<usize>() > 15_000);
    for (what, edit) in EDITS {
        let mut models = document(&database);
        edit(&mut models);
        let comparison = changes_to(&models, &database);
        assert!(!comparison.is_empty(), "{what}: not seen");
        assert!(comparison.changes().data_loss() < DataLoss::Certain, "{what}");
        let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
        prove(&mut scratch(), &comparison, &up, &down)
            .unwrap_or_else(|error| panic!("{what}: {error}\n{}", up.to_script()));

        let mut revisions = Revisions::new(Engine::Sqlite);
        revisions.apply(&mut database, &up, &down).unwrap_or_else(|error| panic!("{what}: {error}"));
        let again = changes_to(&models, &database);
        assert!(again.is_empty(), "{what} does not settle: {:#?}", again.changes());
        revisions.undo(&mut database).unwrap_or_else(|error| panic!("{what}, down: {error}"));
        assert_eq!(dump(database.connection()), start, "{what}");
        assert!(rows(database.connection()) == rows_at_start, "{what}: rows differ");
    }
}

#[test]
fn all_changes_at_once_keep_all_rows() {
    let Some(mut database) = chinook() else { return };
    let (start, rows_at_start) = (dump(database.connection()), rows(database.connection()));
    let mut models = document(&database);
    for (_, edit) in EDITS {
        edit(&mut models);
    }
    let comparison = changes_to(&models, &database);
    let mut revisions = Revisions::new(Engine::Sqlite);
    revisions.apply(&mut database, &comparison.up().unwrap(), &comparison.down().unwrap()).unwrap();
    assert!(changes_to(&models, &database).is_empty());
    assert_eq!(
        rows(database.connection()).values().map(Vec::len).sum::<usize>(),
        rows_at_start.values().map(Vec::len).sum::<usize>()
    );
    revisions.undo(&mut database).unwrap();
    assert_eq!(dump(database.connection()), start);
    assert!(rows(database.connection()) == rows_at_start);
}

/// A folder with Chinook as `chinook.db` and a project for the empty database `app.db`.
fn sandbox() -> Option<Sandbox> {
    let script = chinook_script()?;
    let sandbox = Sandbox::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    let open = |name: &str| Connection::open(sandbox.path().join(name)).unwrap();
    open("chinook.db").execute_batch(&script).unwrap();
    open("app.db").execute_batch("VACUUM").unwrap();
    sandbox.write("schema.toml", "[databases.dev]\nurl = \"sqlite://app.db\"\n");
    sandbox.write("migrations/heads", "");
    Some(sandbox)
}

#[test]
fn inspect_writes_what_makes_an_equal_database_as_json_and_as_sql() {
    let Some(sandbox) = sandbox() else { return };
    let sql = sandbox.run("inspect sqlite://chinook.db").exits(0).stdout;
    Connection::open(sandbox.path().join("twin.db")).unwrap().execute_batch(&sql).unwrap();
    sandbox.run("diff --from sqlite://chinook.db --to sqlite://twin.db").exits(0);

    let json = sandbox.run("inspect sqlite://chinook.db --format json").exits(0).stdout;
    sandbox.write("chinook.json", &json);
    sandbox.run("autogenerate -m chinook --schema-json chinook.json").exits(0);
    sandbox.run("upgrade").exits(0);
    // What the models leave without a name has one now, which is no difference to them.
    sandbox.run("check --schema-json chinook.json").exits(0);
    sandbox.run("verify").exits(0);
}

#[test]
fn realistic_changes_go_up_and_down_from_the_command_line() {
    let Some(sandbox) = sandbox() else { return };
    let file = |name: &str| sandbox.path().join(name);
    let pristine = Connection::open(file("chinook.db")).unwrap();
    let (start, rows_at_start) = (dump(&pristine), rows(&pristine));
    let document = Document::from_schema(schema(&pristine), Engine::Sqlite);
    drop(pristine);
    for (what, edit) in EDITS {
        std::fs::copy(file("chinook.db"), file("app.db")).unwrap();
        std::fs::remove_dir_all(file("migrations")).unwrap();
        sandbox.write("migrations/heads", "");
        let mut models = document.clone();
        edit(&mut models);
        sandbox.write("models.json", &models.to_json().unwrap());
        for (command, code) in [
            ("check --schema-json models.json", 1),
            ("autogenerate -m change --schema-json models.json", 0),
            ("upgrade --adopt", 0),
            ("check --schema-json models.json", 0),
            ("diff --from sqlite://app.db --to sqlite://chinook.db", 1),
            ("downgrade base", 0),
            ("diff --from sqlite://app.db --to sqlite://chinook.db", 0),
        ] {
            let outcome = sandbox.run(command);
            assert_eq!(outcome.code, Some(code), "{what}: {command}\n{outcome}");
        }
        let database = Connection::open(file("app.db")).unwrap();
        assert_eq!(dump(&database), start, "{what}");
        assert!(rows(&database) == rows_at_start, "{what}: rows differ");
    }
}
