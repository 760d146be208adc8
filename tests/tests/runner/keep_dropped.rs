//! Tables that revisions drop and keep: the way down brings their rows back.

use crate::engines::on_every_engine;
use schema_core::autogenerate::{AutogenerateError, Scripts, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::describe;
use schema_core::filter::Filter;
use schema_core::kept::KeepDropped;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::runner::{self, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;

on_every_engine!(
    downgrade_brings_back_the_rows_of_dropped_tables,
    tables_can_be_kept_again_and_again,
    what_was_purged_stops_the_way_down_before_anything_is_changed,
    rows_that_refer_to_what_is_gone_are_refused_and_stay_kept,
);

fn spelt(project: &Project, sql: &str) -> String {
    let (number, quote) = match project.engine() {
        Engine::Sqlite => ("integer PRIMARY KEY", '"'),
        Engine::Postgres => ("bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", '"'),
        Engine::Mysql | Engine::Mariadb => ("bigint AUTO_INCREMENT PRIMARY KEY", '`'),
    };
    sql.replace("NUMBER", number).replace('"', &quote.to_string())
}

/// The schema that statements make in an empty database.
fn schema_of(project: &Project, statements: &[&str]) -> DatabaseSchema {
    let mut scratch = project.driver().scratch().unwrap();
    for statement in statements {
        scratch.execute(&spelt(project, statement)).unwrap();
    }
    scratch.introspect().unwrap()
}

fn planned(
    project: &Project,
    before: &DatabaseSchema,
    after: &DatabaseSchema,
    revision: &str,
) -> Result<Scripts, AutogenerateError> {
    let comparison: Comparison =
        compare(project.engine(), before.clone(), after.clone(), Scope::Database, &[]).unwrap();
    let comparison = comparison.online(true).keeping_dropped(KeepDropped::by(&revision.parse().unwrap()));
    let scripts = scripts(project.driver().as_ref(), &comparison, &Filter::default())?;
    assert_eq!((&scripts.unproven, &scripts.plain_because), (&None, &None));
    Ok(scripts)
}

/// A project whose revision `a` makes the tables and rows, and whose revision `b` drops tables of them.
fn project_of(project: &mut Project, before: &[&str], rows: &[&str], after: &[&str]) -> Scripts {
    let text = before.iter().chain(rows).map(|sql| spelt(project, sql) + ";\n").collect::<String>();
    let (before, after) = (schema_of(project, before), schema_of(project, after));
    let scripts = planned(project, &before, &after, "b").unwrap_or_else(|error| panic!("{error}"));
    project.revision("a", &text, "");
    project.revision("b", &scripts.up.to_script(), &scripts.down.to_script());
    upgraded(project, "b").unwrap();
    assert_schema(project, &after);
    scripts
}

fn upgraded(project: &Project, to: &str) -> Result<(), RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(project.driver().as_mut(), &directory, &ids(&[to]), &options, &mut |_| {}).map(drop)
}

/// Undoes the revision.
fn downgraded(project: &Project, revision: &str) -> Result<(), RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::downgrade(project.driver().as_mut(), &directory, &ids(&[revision]), &options, &mut |_| {})
        .map(drop)
}

fn assert_schema(project: &Project, wanted: &DatabaseSchema) {
    let found = project.driver().introspect().unwrap();
    let left = compare(project.engine(), found, wanted.clone(), Scope::Database, &[]).unwrap();
    assert_eq!(describe(left.changes()), Vec::<String>::new());
}

fn kept(project: &Project, table: &str) -> String {
    let name = KeepDropped::by(&"b".parse().unwrap()).name(project.engine(), &table.into());
    project.driver().quote(&name)
}

const AUTHORS: &str = r#"CREATE TABLE "authors" ("id" integer PRIMARY KEY, "name" varchar(40) NOT NULL)"#;

const BOOKS: [&str; 4] = [
    r#"CREATE TABLE "books" ("id" NUMBER, "title" varchar(80) NOT NULL, "price" integer DEFAULT 7,
       "length" integer GENERATED ALWAYS AS ("price" * 2) STORED, "author" integer NOT NULL, "sequel" bigint,
       CONSTRAINT "books_title_key" UNIQUE ("title"), CONSTRAINT "books_price_check" CHECK ("price" > 0),
       CONSTRAINT "books_author_fkey" FOREIGN KEY ("author") REFERENCES "authors" ("id"))"#,
    r#"CREATE INDEX "books_price_idx" ON "books" ("price")"#,
    r#"CREATE TABLE "reviews" ("id" integer PRIMARY KEY, "book" bigint NOT NULL, "stars" integer,
       CONSTRAINT "reviews_book_fkey" FOREIGN KEY ("book") REFERENCES "books" ("id"))"#,
    AUTHORS,
];

fn library() -> [&'static str; 4] {
    let [books, index, reviews, authors] = BOOKS;
    [authors, books, index, reviews]
}

const ROWS: [&str; 5] = [
    r#"INSERT INTO "authors" VALUES (1, 'Lem'), (2, 'Strugatzki')"#,
    r#"INSERT INTO "books" ("title", "price", "author", "sequel") VALUES ('Solaris', 9, 1, 2), ('Eden', NULL, 1, NULL)"#,
    r#"INSERT INTO "books" ("title", "author") VALUES ('Picknick', 2)"#,
    r#"DELETE FROM "books" WHERE "title" = 'Eden'"#,
    r#"INSERT INTO "reviews" VALUES (1, 1, 5), (2, 3, NULL)"#,
];

const READ: [&str; 2] = [
    r#"SELECT concat("id", ' ', "title", ' ', "price", ' ', "length", ' ', "author", ' ', coalesce("sequel", 0)) FROM "books" ORDER BY "id""#,
    r#"SELECT concat("id", ' ', "book", ' ', coalesce("stars", 0)) FROM "reviews" ORDER BY "id""#,
];

fn rows(project: &Project) -> Vec<String> {
    READ.iter().flat_map(|query| project.query(&spelt(project, query))).collect()
}

fn downgrade_brings_back_the_rows_of_dropped_tables(project: &mut Project) {
    let scripts = project_of(project, &library(), &ROWS, &[AUTHORS]);
    let (up, down) = (scripts.up.to_script(), scripts.down.to_script());
    assert!(up.contains("KEEPS") && !up.contains("DESTROYS"), "{up}");
    insta::assert_snapshot!(
        format!("keep_dropped_{}", project.engine().name()),
        format!("{up}\n-- down\n\n{down}")
    );
    let names: Vec<String> = project.driver().relations().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["authors"]);
    downgraded(project, "b").unwrap();
    assert_eq!(rows(project), ["1 Solaris 9 18 1 2", "3 Picknick 7 14 2 0", "1 1 5", "2 3 0"]);
    let before = schema_of(project, &library());
    assert_schema(project, &before);
    // The numbers go on behind those that were given.
    project.execute(&[&spelt(project, r#"INSERT INTO "books" ("title", "author") VALUES ('Fiasko', 1)"#)]);
    assert_eq!(project.query(&spelt(project, r#"SELECT max("id") FROM "books""#)), ["4"]);
    upgraded(project, "b").unwrap();
    downgraded(project, "b").unwrap();
    assert_eq!(rows(project).len(), 5);
}

fn tables_can_be_kept_again_and_again(project: &mut Project) {
    project_of(project, &library(), &ROWS, &[AUTHORS]);
    let (with, without) = (schema_of(project, &library()), schema_of(project, &[AUTHORS]));
    let again = planned(project, &without, &with, "c").unwrap();
    let once_more = planned(project, &with, &without, "d").unwrap();
    project.revision("c", &again.up.to_script(), &again.down.to_script());
    project.revision("d", &once_more.up.to_script(), &once_more.down.to_script());
    upgraded(project, "c").unwrap();
    let others = r#"INSERT INTO "books" ("title", "author") VALUES ('Other', 2)"#;
    project.execute(&[&spelt(project, others)]);
    upgraded(project, "d").unwrap();
    assert_schema(project, &without);
    downgraded(project, "d").unwrap();
    assert_eq!(rows(project), ["1 Other 7 14 2 0"]);
    downgraded(project, "c").unwrap();
    downgraded(project, "b").unwrap();
    assert_eq!(rows(project).len(), 4);
}

fn what_was_purged_stops_the_way_down_before_anything_is_changed(project: &mut Project) {
    project_of(project, &library(), &ROWS, &[AUTHORS]);
    project.execute(&[&format!("DROP TABLE {}", kept(project, "reviews"))]);
    let error = downgraded(project, "b").unwrap_err();
    assert!(
        error.to_string().contains("reviews` is gone, which kept what this script brings back"),
        "{error}"
    );
    assert_schema(project, &schema_of(project, &[AUTHORS]));
    let count = project.query(&format!("SELECT count(*) FROM {}", kept(project, "books")));
    assert_eq!((count, project.applied()), (vec!["2".to_owned()], vec!["a".to_owned(), "b".to_owned()]));
}

fn rows_that_refer_to_what_is_gone_are_refused_and_stay_kept(project: &mut Project) {
    project_of(project, &library(), &ROWS, &[AUTHORS]);
    let author = |sql| spelt(project, sql);
    project.execute(&[&author(r#"DELETE FROM "authors" WHERE "id" = 2"#)]);
    downgraded(project, "b").unwrap_err();
    let count = project.query(&format!("SELECT count(*) FROM {}", kept(project, "books")));
    assert_eq!(count, ["2"]);
    project.execute(&[&author(r#"INSERT INTO "authors" VALUES (2, 'Strugatzki')"#)]);
    downgraded(project, "b").unwrap();
    assert_eq!(rows(project).len(), 4);
}

/// All that can be on a table of PostgreSQL, or be its, and that other revisions may change.
#[test]
fn nothing_is_left_on_a_kept_table_that_another_revision_changes() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    let before = [
        "CREATE TYPE mood AS ENUM ('fine', 'so-so')",
        "CREATE DOMAIN stars AS integer CHECK (VALUE < 6)",
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$",
        "CREATE TABLE t (id serial PRIMARY KEY, mood mood NOT NULL DEFAULT 'fine', moods mood[], stars stars DEFAULT one(), n integer, \
         CHECK (n >= one()), EXCLUDE USING btree (n WITH =))",
        "CREATE INDEX t_one_idx ON t ((n + one()))",
        "CREATE STATISTICS t_stats ON n, stars FROM t",
        "CREATE TRIGGER touches BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE t FORCE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON t USING (n > one())",
        "CREATE VIEW moods AS SELECT mood FROM t",
    ];
    let rows = ["INSERT INTO t (moods, n) VALUES ('{fine,so-so}', 3), (NULL, 4)"];
    let scripts = project_of(&mut project, &before, &rows, &[]);
    insta::assert_snapshot!(
        "keep_dropped_all_of_postgres",
        format!("{}\n-- down\n\n{}", scripts.up.to_script(), scripts.down.to_script())
    );
    downgraded(&project, "b").unwrap();
    let found = project.query("SELECT concat(id, mood, moods, stars, n) FROM t ORDER BY id");
    assert_eq!(found, ["1fine{fine,so-so}13", "2fine14"]);
    assert_eq!(project.query("SELECT nextval('t_id_seq')::text"), ["3"]);
    assert_schema(&project, &schema_of(&project, &before));
}

#[test]
fn what_cannot_be_kept_is_said_to_be_destroyed() {
    let Some(project) = Project::on(Server::Postgres) else { return };
    let before = [
        "CREATE TABLE t (id integer, at date) PARTITION BY RANGE (at)",
        "CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        "CREATE TABLE parent (id integer)",
        "CREATE TABLE child () INHERITS (parent)",
        "CREATE TABLE counted (n integer)",
        "CREATE SEQUENCE counts OWNED BY counted.n",
    ];
    let (before, after) = (schema_of(&project, &before), schema_of(&project, &[]));
    let up = planned(&project, &before, &after, "b").unwrap().up.to_script();
    let destroyed: Vec<&str> = up.lines().filter(|line| line.starts_with("-- DESTROYS")).collect();
    assert_eq!(
        destroyed,
        [
            "-- DESTROYS DATA: all rows of `t_1` are gone, for partitioned tables and their partitions cannot be kept",
            "-- DESTROYS DATA: all rows of `t` are gone, for partitioned tables and their partitions cannot be kept",
            "-- DESTROYS DATA: all rows of `counted` are gone, for the numbers of sequences that belong to it cannot be kept",
            "-- DESTROYS DATA: all rows of `child` are gone, for tables that inherit cannot be kept",
            "-- DESTROYS DATA: all rows of `parent` are gone, for tables that inherit cannot be kept",
        ]
    );
}

#[test]
fn triggers_and_checks_of_mysql_do_not_go_with_the_kept_table() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let before = [
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, n int, CONSTRAINT few CHECK (n < 9), parent int, \
         CONSTRAINT t_parent FOREIGN KEY (parent) REFERENCES t (id))",
        "CREATE TRIGGER adds BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.n + 1",
    ];
    let rows = [
        "INSERT INTO t VALUES (1, 1, NULL), (2, 2, 1)",
        "UPDATE t SET parent = 2 WHERE id = 1",
        "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
        "INSERT INTO t VALUES (0, 5, NULL)",
    ];
    project_of(&mut project, &before, &rows, &[]);
    downgraded(&project, "b").unwrap();
    assert_eq!(
        project.query("SELECT concat(id, ' ', n, ' ', coalesce(parent, '-')) FROM t ORDER BY id"),
        ["0 6 -", "1 2 2", "2 3 1"]
    );
    assert_schema(&project, &schema_of(&project, &before));
}
