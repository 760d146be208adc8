//! What a script recreates on PostgreSQL keeps what the database at hand has on it, whatever the database was like that the script was written against.

use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::driver::HistoryTable;
use schema_core::filter::Filter;
use schema_core::model::Engine;
use schema_core::revision::Direction;
use schema_core::runner::{self, RunOptions, RunnerError};
use schema_tests::migrations::{Project, ids};
use schema_tests::postgres::{Dump, Roles, Scratch, differences, dump_of};
use schema_tests::server::Server;
use schema_tests::shell::{self, AtErrors};
use std::sync::atomic::{AtomicU32, Ordering};

/// The roles of the tests, each with the number of the process.
fn roles(server: &str) -> (Roles, impl Fn(&str) -> String) {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let suffix = format!("{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let named = move |sql: &str| sql.replace("role_", &format!("role{suffix}_"));
    let all = ["role_dev", "role_app", "role_reader", "role_writer"].map(&named);
    (Roles::create(server, all.iter().map(String::as_str)), named)
}

/// The scripts that lead from one schema to another, as the database of a developer gives them.
fn written(server: &str, before: &str, after: &str, renames: &[RenameRequest]) -> (String, String) {
    let (mut dev, mut wanted) = (Scratch::create(server), Scratch::create(server));
    dev.load(before).unwrap();
    wanted.load(after).unwrap();
    let comparison =
        compare(Engine::Postgres, dev.introspect(), wanted.introspect(), Scope::Database, renames).unwrap();
    let Scripts { up, down, unproven, not_judged: _, plain_because: _ } =
        scripts(dev.driver(), &comparison, &Filter::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(unproven, None);
    (up.to_script(), down.to_script())
}

/// Applies a revision to a database that has tables.
fn upgraded(project: &Project, revision: &str) -> Result<(), RunnerError> {
    let options = RunOptions { adopt: true, ..RunOptions::default() };
    let directory = project.directory();
    runner::upgrade(&mut *project.driver(), &directory, &ids(&[revision]), &options, &mut |_| {}).map(drop)
}

fn downgraded(project: &Project, revision: &str) -> Result<(), RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::downgrade(&mut *project.driver(), &directory, &ids(&[revision]), &options, &mut |_| {}).map(drop)
}

/// The dump without the tables of the history.
fn dumped(project: &Project) -> Dump {
    let mut dump = dump_of(&project.url_text());
    dump.retain(|(_, object), _| !object.contains("schema_history"));
    dump
}

fn execute(project: &Project, script: &str) {
    postgres::Client::connect(&project.url_text(), postgres::NoTls).unwrap().batch_execute(script).unwrap();
}

/// What a run would do, as SQL for `psql`.
fn offline(project: &Project, direction: Direction) -> String {
    let (directory, table) = (project.directory(), HistoryTable::default());
    runner::offline(&directory, Engine::Postgres, &table, &["a".parse().unwrap()], direction).unwrap().sql
}

/// How a script is run.
#[derive(Clone, Copy, Debug)]
enum By {
    Runner,
    Shell,
}

/// Runs the scripts that a developer's database gives on another one, where `rights` were given: these are there after up, and after down.
fn kept(before: &str, after: &str, of_dev: &str, rights: &str) {
    kept_in_spite_of_renames((before, after), (of_dev, of_dev), (rights, rights), &[]);
}

fn kept_in_spite_of_renames(
    (before, after): (&str, &str),
    (of_dev, of_dev_after): (&str, &str),
    (rights, rights_after): (&str, &str),
    renames: &[RenameRequest],
) {
    let Some(server) = Server::Postgres.url() else { return };
    let (_roles, named) = roles(&server);
    let (of_dev, of_dev_after) = (named(of_dev), named(of_dev_after));
    let (rights, rights_after) = (named(rights), named(rights_after));
    let (up, down) = written(
        &server,
        &format!("{before}; {of_dev}"),
        // Models say nothing of roles.
        &format!("{after}; {of_dev_after}"),
        renames,
    );
    let of_dev = named("role_dev");
    assert!(!up.contains(&of_dev) && !down.contains(&of_dev), "the developer's roles are in\n{up}\n{down}");
    let mut goal = Scratch::create(&server);
    goal.load(&format!("{after}; {rights_after}")).unwrap();
    let goal = goal.dump();
    for by in [By::Runner, By::Shell] {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        execute(&project, &format!("{before}; {rights}"));
        let start = dumped(&project);
        project.revision("a", &up, &down);
        for (direction, wanted) in [(Direction::Up, &goal), (Direction::Down, &start)] {
            match (by, direction) {
                (By::Runner, Direction::Up) => {
                    upgraded(&project, "a").unwrap_or_else(|error| panic!("{error}\n{up}"))
                }
                (By::Runner, Direction::Down) => {
                    downgraded(&project, "a").unwrap_or_else(|error| panic!("{error}\n{down}"));
                }
                (By::Shell, direction) => {
                    let sql = offline(&project, direction);
                    let Some(outcome) = shell::run(&project.url_text(), &sql, AtErrors::Usual) else {
                        return;
                    };
                    assert_eq!(outcome.exits(0).stderr, "", "{sql}");
                }
            }
            let reached = dumped(&project);
            assert_eq!(differences(wanted, &reached), "", "{by:?} {direction}\n{up}\n{down}");
        }
    }
}

#[test]
fn views_keep_owner_grants_defaults_and_comments_of_the_database_at_hand() {
    let of = |ty: &str| {
        format!(
            "CREATE TABLE t (id integer, n {ty}); CREATE VIEW v AS SELECT id, n FROM t; CREATE VIEW w AS SELECT n FROM v; \
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; \
             CREATE TRIGGER i INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION note()"
        )
    };
    kept(
        &of("integer"),
        &of("bigint"),
        "GRANT SELECT ON v TO role_dev; ALTER VIEW w OWNER TO role_dev; ALTER VIEW v ALTER n SET DEFAULT 1; COMMENT ON COLUMN v.n IS 'dev'",
        "ALTER VIEW v OWNER TO role_app; GRANT SELECT ON v TO role_reader WITH GRANT OPTION; GRANT UPDATE (n), INSERT (id, n) ON v TO role_writer;
         REVOKE DELETE ON v FROM role_app; GRANT SELECT ON w TO PUBLIC; COMMENT ON COLUMN v.id IS 'prod'; ALTER VIEW v ALTER id SET DEFAULT 7;
         COMMENT ON TRIGGER i ON v IS 'prod';
         ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO role_reader, role_app; ALTER DEFAULT PRIVILEGES REVOKE TRIGGER ON TABLES FROM CURRENT_USER",
    );
}

#[test]
fn comments_that_no_script_says_are_kept_and_others_are_not() {
    let of = |values: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ({values}); CREATE TABLE t (id integer, m mood); \
             CREATE VIEW v AS SELECT id, m FROM t; CREATE VIEW w AS SELECT m FROM v"
        )
    };
    let (three, two) = (of("'a', 'b', 'c'"), of("'a', 'b'"));
    let at_hand =
        "COMMENT ON VIEW v IS 'prod v'; COMMENT ON TYPE mood IS 'prod mood'; COMMENT ON VIEW w IS 'prod w'";
    kept(&three, &two, "", at_hand);
    // The script takes one comment away and says another.
    let before = "COMMENT ON VIEW v IS 'dev v'; COMMENT ON TYPE mood IS 'dev mood'";
    let after = "COMMENT ON TYPE mood IS 'new mood'";
    kept_in_spite_of_renames(
        (&three, &two),
        (before, after),
        (
            &format!("{before}; COMMENT ON VIEW w IS 'prod w'"),
            &format!("{after}; COMMENT ON VIEW w IS 'prod w'"),
        ),
        &[],
    );
}

#[test]
fn materialized_views_keep_what_the_database_at_hand_has() {
    let of = |ty: &str| {
        format!(
            "CREATE TABLE t (id integer, n {ty}, x text); INSERT INTO t VALUES (1, 1, 'x');
             CREATE MATERIALIZED VIEW m AS SELECT id, n, x FROM t; CREATE INDEX m_x ON m (upper(x)); CREATE UNIQUE INDEX m_id ON m (id);
             CREATE STATISTICS st ON id, n FROM m"
        )
    };
    kept(
        &of("integer"),
        &of("bigint"),
        "GRANT SELECT ON m TO role_dev; ALTER MATERIALIZED VIEW m SET (fillfactor = 50); COMMENT ON MATERIALIZED VIEW m IS 'dev'; COMMENT ON COLUMN m.n IS 'dev';
         COMMENT ON INDEX m_x IS 'dev'; ALTER MATERIALIZED VIEW m ALTER x SET STATISTICS 11; ALTER MATERIALIZED VIEW m CLUSTER ON m_id",
        "ALTER MATERIALIZED VIEW m OWNER TO role_app; GRANT SELECT ON m TO role_reader; GRANT SELECT (x) ON m TO role_writer; COMMENT ON MATERIALIZED VIEW m IS 'prod';
         COMMENT ON COLUMN m.x IS 'prod'; COMMENT ON INDEX m_id IS 'prod'; COMMENT ON STATISTICS st IS 'prod'; ALTER STATISTICS st SET STATISTICS 5;
         ALTER MATERIALIZED VIEW m SET (autovacuum_enabled = false); ALTER MATERIALIZED VIEW m ALTER x SET STATISTICS 77, ALTER x SET STORAGE EXTERNAL;
         ALTER INDEX m_x ALTER COLUMN 1 SET STATISTICS 99; ALTER MATERIALIZED VIEW m CLUSTER ON m_x; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO role_writer;
         REFRESH MATERIALIZED VIEW m WITH NO DATA",
    );
}

#[test]
fn an_enum_type_keeps_its_owner_and_grants_even_where_it_is_renamed() {
    let of = |name: &str, values: &str| {
        format!(
            "CREATE TYPE {name} AS ENUM ({values}); CREATE TABLE t (id integer, m {name}); CREATE VIEW v AS SELECT m FROM t"
        )
    };
    let of_dev = "REVOKE USAGE ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO role_dev";
    let rights = "ALTER TYPE mood OWNER TO role_app; GRANT USAGE ON TYPE mood TO role_reader WITH GRANT OPTION; GRANT SELECT ON v TO role_reader;
        ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO role_writer";
    kept(&of("mood", "'a', 'b'"), &of("mood", "'a'"), of_dev, rights);
}

#[test]
fn sequences_keep_their_grants_when_they_become_those_of_identities() {
    let of = |numbered: &str| format!("CREATE TABLE t (id {numbered} PRIMARY KEY, n integer)");
    kept(
        &of("serial"),
        &of("integer GENERATED BY DEFAULT AS IDENTITY"),
        "GRANT USAGE ON SEQUENCE t_id_seq TO role_dev",
        "ALTER TABLE t OWNER TO role_app; GRANT USAGE, SELECT ON SEQUENCE t_id_seq TO role_writer; COMMENT ON SEQUENCE t_id_seq IS 'prod'",
    );
}

#[test]
fn a_table_that_becomes_partitioned_keeps_what_the_database_at_hand_has() {
    let of = |partitioned: &str| {
        format!(
            "CREATE TABLE t (id serial PRIMARY KEY, x text, CONSTRAINT c CHECK (id > 0)) {partitioned}; INSERT INTO t (x) VALUES ('a'), ('b');
             CREATE INDEX t_x ON t (upper(x)); CREATE VIEW v AS SELECT x FROM t; CREATE POLICY p ON t TO CURRENT_USER USING (id > 0);
             CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER i BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note()"
        )
    };
    kept(
        &of(""),
        &of("PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t DEFAULT"),
        "GRANT SELECT ON t TO role_dev; COMMENT ON CONSTRAINT c ON t IS 'dev'; COMMENT ON TRIGGER i ON t IS 'dev'",
        "ALTER TABLE t OWNER TO role_app; GRANT SELECT ON t TO role_reader; GRANT UPDATE (x) ON t TO role_writer; GRANT USAGE ON SEQUENCE t_id_seq TO role_writer;
         ALTER TABLE t ALTER x SET STORAGE EXTERNAL, ALTER x SET STATISTICS 42; ALTER TABLE t DISABLE TRIGGER i; ALTER POLICY p ON t TO role_app;
         COMMENT ON POLICY p ON t IS 'prod'; COMMENT ON CONSTRAINT c ON t IS 'prod'; ALTER VIEW v OWNER TO role_app;
         CREATE PUBLICATION role_pub FOR TABLE t",
    );
}

#[test]
fn what_hangs_on_a_changed_column_keeps_how_it_is_set() {
    let of = |ty: &str| {
        format!(
            "CREATE TABLE u (id integer PRIMARY KEY, n integer, a {ty}, g text GENERATED ALWAYS AS (upper(a)) STORED, CONSTRAINT k UNIQUE (g));
             CREATE INDEX e ON u (lower(a)); CREATE STATISTICS st ON g, n FROM u; CREATE TABLE log (id integer);
             CREATE RULE r AS ON UPDATE TO u WHERE NEW.a IS DISTINCT FROM OLD.a DO ALSO INSERT INTO log VALUES (NEW.id);
             CREATE POLICY p ON u USING (a <> 'x')"
        )
    };
    kept(
        &of("text"),
        &of("varchar(90)"),
        "GRANT SELECT (g) ON u TO role_dev; ALTER TABLE u ALTER a SET STORAGE MAIN; ALTER TABLE u CLUSTER ON u_pkey; COMMENT ON CONSTRAINT k ON u IS 'dev'",
        "GRANT SELECT (g), SELECT (a) ON u TO role_reader; ALTER TABLE u ALTER a SET STORAGE EXTERNAL; ALTER TABLE u ALTER g SET STATISTICS 5;
         ALTER TABLE u DISABLE RULE r; COMMENT ON RULE r ON u IS 'prod'; COMMENT ON CONSTRAINT k ON u IS 'prod'; COMMENT ON INDEX k IS 'prod';
         ALTER INDEX e ALTER COLUMN 1 SET STATISTICS 9; ALTER TABLE u CLUSTER ON e; ALTER POLICY p ON u TO role_reader, role_writer; COMMENT ON POLICY p ON u IS 'prod';
         COMMENT ON STATISTICS st IS 'prod'",
    );
}

/// A table with a view and a materialized view, whose column changes behind a step that is committed by itself.
fn with_views(ty: &str, values: &str) -> String {
    format!(
        "CREATE TYPE mood AS ENUM ({values}); CREATE TABLE t (id integer, n {ty}, m mood); CREATE VIEW v AS SELECT id, n FROM t;
         CREATE MATERIALIZED VIEW mv AS SELECT n FROM t; CREATE VIEW of_new AS SELECT id FROM t WHERE m = '{}'",
        values.rsplit('\'').nth(1).unwrap()
    )
}

#[test]
fn what_the_script_does_not_know_stops_it_before_anything_changes() {
    let Some(server) = Server::Postgres.url() else { return };
    let (before, after) = (with_views("integer", "'a', 'b'"), with_views("bigint", "'a', 'b', 'c'"));
    let (up, down) = written(&server, &before, &after, &[]);
    assert!(up.contains("-- schema: autocommit"), "{up}");
    for (there, object) in [
        ("CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING", "the view `v`"),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER i INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f()",
            "the view `v`",
        ),
        ("CREATE VIEW w AS SELECT n FROM v", "the view `v`"),
        ("CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "the view `v`"),
        ("CREATE OR REPLACE VIEW v AS SELECT id, n FROM t WHERE n > 1", "the view `v`"),
        ("ALTER VIEW v SET (security_barrier)", "the view `v`"),
        ("CREATE INDEX i ON mv (n)", "the materialized view `mv`"),
        ("DROP VIEW v", "the view `v`"),
    ] {
        for by in [By::Runner, By::Shell] {
            let Some(mut project) = Project::on(Server::Postgres) else { return };
            execute(&project, &format!("{before}; {there}"));
            let start = dumped(&project);
            project.revision("a", &up, &down);
            let said = match by {
                By::Runner => upgraded(&project, "a").unwrap_err().to_string(),
                By::Shell => {
                    let sql = offline(&project, Direction::Up);
                    let Some(outcome) = shell::run(&project.url_text(), &sql, AtErrors::GoOn) else { return };
                    outcome.stderr
                }
            };
            assert!(said.contains(object), "{there}: {said}");
            assert_eq!(differences(&start, &dumped(&project)), "", "{there}: {by:?}");
        }
    }
}

#[test]
fn rows_and_values_that_the_script_does_not_know_are_not_lost() {
    let Some(server) = Server::Postgres.url() else { return };
    let table = |partitioned: &str, values: &str| {
        format!(
            "CREATE TYPE mood AS ENUM ({values}); CREATE TABLE t (id integer PRIMARY KEY, m mood) {partitioned}"
        )
    };
    let before = table(
        "PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9)",
        "'a', 'b'",
    );
    let after = table("", "'a'");
    let (up, down) = written(&server, &before, &after, &[]);
    for (there, object) in [
        ("ALTER TABLE t ADD extra text; INSERT INTO t VALUES (1, 'a', 'x')", "the table `t`"),
        ("CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (9) TO (20)", "the table `t`"),
        ("CREATE INDEX i ON t (m)", "the table `t`"),
        ("ALTER TABLE t ADD CHECK (id > 0)", "the table `t`"),
        ("CREATE POLICY p ON t", "the table `t`"),
        ("CREATE TABLE r (t integer REFERENCES t)", "the table `t`"),
        ("ALTER TYPE mood ADD VALUE 'c'", "the type `mood`"),
        ("CREATE TABLE other (m mood[])", "the type `mood`"),
        ("CREATE FUNCTION f(mood) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "the type `mood`"),
    ] {
        let Some(mut project) = Project::on(Server::Postgres) else { return };
        execute(&project, &before);
        execute(&project, there);
        let start = dumped(&project);
        project.revision("a", &up, &down);
        let error = upgraded(&project, "a").unwrap_err();
        assert!(
            error.to_string().contains(&format!("{object} is not what this script was written for")),
            "{there}: {error}"
        );
        assert!(error.hint().is_some_and(|hint| hint.contains(object)));
        assert_eq!(differences(&start, &dumped(&project)), "", "{there}");
    }
}

#[test]
fn grants_that_a_script_itself_gives_stay() {
    let Some(server) = Server::Postgres.url() else { return };
    let (_roles, named) = roles(&server);
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    execute(
        &project,
        &named(
            "CREATE TABLE t (id integer); CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO role_reader",
        ),
    );
    let up = "-- schema: recreates view v\nDROP VIEW v;\nCREATE VIEW v AS SELECT id FROM t;\nGRANT SELECT ON v TO role_writer;";
    project.revision("a", &named(up), "");
    upgraded(&project, "a").unwrap();
    let grants = project.query("SELECT relacl::text FROM pg_class WHERE relname = 'v'").remove(0);
    assert!(
        grants.contains(&named("role_reader=r/")) && grants.contains(&named("role_writer=r/")),
        "{grants}"
    );
}

#[test]
fn a_view_that_is_dropped_in_one_transaction_and_recreated_in_another_is_refused() {
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    execute(&project, "CREATE TABLE t (id integer); CREATE VIEW v AS SELECT id FROM t");
    let start = dumped(&project);
    project.revision(
        "a",
        "-- schema: recreates view v\nDROP VIEW v;\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON t (id);\nCREATE VIEW v AS SELECT id FROM t;",
        "",
    );
    let error = upgraded(&project, "a").unwrap_err().to_string();
    assert!(error.contains("the view v was dropped, and not recreated in the same transaction"), "{error}");
    assert_eq!(differences(&start, &dumped(&project)), "");
}

#[test]
fn a_run_that_goes_on_behind_a_step_of_its_own_gives_back_too() {
    let Some(server) = Server::Postgres.url() else { return };
    let (_roles, named) = roles(&server);
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    execute(
        &project,
        &named(
            "CREATE TABLE t (id integer); INSERT INTO t VALUES (1), (0); CREATE VIEW v AS SELECT id FROM t; GRANT SELECT ON v TO role_reader",
        ),
    );
    project.revision(
        "a",
        "-- schema: recreates view v\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON t (id);\n\
         DROP VIEW v;\nCREATE VIEW v AS SELECT id FROM t;\nSELECT 1 / id FROM t;",
        "",
    );
    upgraded(&project, "a").unwrap_err();
    execute(&project, &named("DELETE FROM t WHERE id = 0; GRANT INSERT ON v TO role_writer"));
    upgraded(&project, "a").unwrap();
    let grants = project.query("SELECT relacl::text FROM pg_class WHERE relname = 'v'").remove(0);
    assert!(
        grants.contains(&named("role_reader=r/")) && grants.contains(&named("role_writer=a/")),
        "{grants}"
    );
}

#[test]
fn who_may_not_give_the_owner_back_changes_nothing() {
    let Some(server) = Server::Postgres.url() else { return };
    let (_roles, named) = roles(&server);
    let Some(mut project) = Project::on(Server::Postgres) else { return };
    execute(
        &project,
        &named(
            "GRANT role_app TO role_dev; ALTER SCHEMA public OWNER TO role_dev; CREATE TABLE t (id integer); ALTER TABLE t OWNER TO role_dev;
             CREATE VIEW v AS SELECT id FROM t; ALTER VIEW v OWNER TO role_app",
        ),
    );
    runner::ensure_history(&mut *project.driver(), &project.directory(), &mut |_| {}).unwrap();
    execute(&project, &named("GRANT ALL ON ALL TABLES IN SCHEMA public TO role_dev"));
    let up = "SET LOCAL ROLE role_dev;\n-- schema: recreates view v\nDROP VIEW v;\nCREATE VIEW v AS SELECT id FROM t;";
    project.revision("a", &named(up), "");
    let error = upgraded(&project, "a").unwrap_err();
    let said = error.to_string();
    assert!(said.contains("cannot be restored: permission denied for schema public"), "{said}");
    assert!(said.contains(&named("in `ALTER VIEW public.v OWNER TO role_app`")), "{said}");
    assert!(error.hint().is_some_and(|hint| hint.contains("a member of the owners")));
    execute(&project, &named("GRANT CREATE ON SCHEMA public TO role_app"));
    upgraded(&project, "a").unwrap();
    assert_eq!(
        project.query("SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE relname = 'v'"),
        [named("role_app")]
    );
    project.clear();
}

#[test]
fn what_is_renamed_and_recreated_at_once_keeps_its_rights() {
    let column = |table: &str, name: &str, to: &str| RenameRequest {
        subject: RenameSubject::Column(table.into(), name.to_owned()),
        to: to.to_owned(),
    };
    let renames = [
        RenameRequest { subject: RenameSubject::EnumType("mood".into()), to: "feeling".to_owned() },
        RenameRequest { subject: RenameSubject::Table("t".into()), to: "things".to_owned() },
        RenameRequest { subject: RenameSubject::Table("u".into()), to: "more".to_owned() },
        column("things", "x", "y"),
        column("more", "g", "h"),
    ];
    let of = |mood: &str, (t, x, partitioned): (&str, &str, &str), (u, g, step): (&str, &str, u32)| {
        format!(
            "CREATE TYPE {mood}; CREATE TABLE {t} (id integer, {x} text) {partitioned};
             CREATE TABLE {u} (a integer, {g} integer GENERATED ALWAYS AS (a + {step}) STORED)"
        )
    };
    let before = of("mood AS ENUM ('a', 'b')", ("t", "x", ""), ("u", "g", 1));
    let partitioned = "PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF things DEFAULT";
    let after = of("feeling AS ENUM ('a')", ("things", "y", partitioned), ("more", "h", 2));
    let rights = |mood: &str, t: &str, x: &str, u: &str, g: &str| {
        format!(
            "ALTER TYPE {mood} OWNER TO role_app; GRANT USAGE ON TYPE {mood} TO role_reader; ALTER TABLE {t} OWNER TO role_app;
             GRANT SELECT ({x}) ON {t} TO role_reader; GRANT SELECT ({g}) ON {u} TO role_writer; ALTER TABLE {u} ALTER {g} SET STATISTICS 8"
        )
    };
    kept_in_spite_of_renames(
        (&before, &after),
        ("", ""),
        (&rights("mood", "t", "x", "u", "g"), &rights("feeling", "things", "y", "more", "h")),
        &renames,
    );
}
