//! What belongs to a view survives when a script creates it once more, or is a difference: above all the session in which it was created, which says how its literals compare.

use schema_core::apply::apply;
use schema_core::autogenerate::{compare_models, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::{Driver, Value};
use schema_core::filter::Filter;
use schema_tests::models::{TableExt as _, document, integer, table, text, with_view};
use schema_tests::mysql::{Scratch, differences};
use schema_tests::server::Server;

const TABLE: &str =
    "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(255) NOT NULL) CHARSET utf8mb4;
    INSERT INTO t VALUES (1, 'É'), (2, 'x');";

/// Rows are found by literals, as bytes or by letters alone.
const QUERY: &str = "SELECT id, 'É' = 'e' AS same FROM t WHERE 'É' = 'e' OR id = 2";

/// A view under another collation than scripts are run with, and from the client of an old library.
const OLD_CLIENT: &str = "SET character_set_client = 'utf8mb3', collation_connection = 'utf8mb4_bin';";

const BACK: &str = "SET NAMES utf8mb4;";

fn rows(driver: &mut dyn Driver, query: &str) -> Vec<Vec<Value>> {
    driver.query(query, &[]).unwrap()
}

fn compared(from: &mut Scratch, to: &mut Scratch) -> Comparison {
    let engine = from.driver().engine();
    compare(engine, from.introspect(), to.introspect(), Scope::Database, &[]).unwrap()
}

const SESSION: &str = "SELECT CONCAT_WS(' ', @@character_set_client, @@collation_connection)";

/// Turns the first database into the second and back, and compares both with what the server says of them.
fn turned_and_back(from: &mut Scratch, to: &mut Scratch) -> String {
    let (before, after, session) = (from.dump(), to.dump(), rows(from.driver(), SESSION));
    let comparison = compared(from, to);
    assert!(!comparison.is_empty());
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    apply(from.driver(), &up, &[]).unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
    assert_eq!(differences(&after, &from.dump()), "");
    assert!(compared(from, to).is_empty());
    apply(from.driver(), &down, &[]).unwrap_or_else(|error| panic!("{error}\n{}", down.to_script()));
    assert_eq!(differences(&before, &from.dump()), "");
    assert_eq!(rows(from.driver(), SESSION), session);
    up.to_script()
}

#[test]
fn a_view_that_differs_in_its_collation_alone_is_a_difference_and_comes_back_with_it() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    one.load(&format!("{TABLE}CREATE VIEW v AS {QUERY};")).unwrap();
    other.load(&format!("{TABLE}{OLD_CLIENT}CREATE VIEW v AS {QUERY};{BACK}")).unwrap();
    assert_eq!(rows(one.driver(), "SELECT id FROM v").len(), 2);
    assert_eq!(rows(other.driver(), "SELECT id FROM v").len(), 1);
    let script = turned_and_back(&mut one, &mut other);
    assert!(
        script.contains("character_set_client = 'utf8mb3', collation_connection = 'utf8mb4_bin'"),
        "{script}"
    );
    assert_eq!(rows(one.driver(), "SELECT id FROM v").len(), 2);
    turned_and_back(&mut other, &mut one);
    assert_eq!(rows(other.driver(), "SELECT id FROM v").len(), 1);
}

#[test]
fn views_are_created_under_the_settings_that_they_remember() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut empty, mut full) = (Scratch::create(&server), Scratch::create(&server));
    empty.load(TABLE).unwrap();
    full.load(&format!(
        "{TABLE}{OLD_CLIENT}CREATE VIEW v AS {QUERY};
         SET NAMES latin1;CREATE VIEW w AS SELECT id, 'x' COLLATE latin1_bin AS x, COLLATION('x') AS c FROM t;
         {BACK}CREATE VIEW x AS SELECT v.id, w.c FROM v JOIN w ON v.id = w.id;"
    ))
    .unwrap();
    turned_and_back(&mut empty, &mut full);
    let up = compared(&mut empty, &mut full).up().unwrap();
    apply(empty.driver(), &up, &[]).unwrap();
    for query in ["SELECT * FROM v", "SELECT * FROM w", "SELECT * FROM x"] {
        assert_eq!(rows(empty.driver(), query), rows(full.driver(), query), "{query}");
    }
}

#[test]
fn text_that_the_client_would_send_as_other_bytes_is_sent_in_unicode() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut empty, mut full) = (Scratch::create(&server), Scratch::create(&server));
    empty.load(TABLE).unwrap();
    full.load(&format!(
        "{TABLE}SET character_set_client = latin1;CREATE VIEW v AS SELECT id, 'Ã' AS a FROM t;
         CREATE VIEW w AS SELECT id, 'a' AS a FROM t;
         CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.name = 'Ã';{BACK}"
    ))
    .unwrap();
    turned_and_back(&mut empty, &mut full);
    let up = compared(&mut empty, &mut full).up().unwrap();
    apply(empty.driver(), &up, &[]).unwrap();
    let (insert, query) =
        ("INSERT INTO t VALUES (3, '')", "SELECT HEX(a), HEX(name) FROM v JOIN t USING (id) WHERE id = 3");
    let [first, second] = [&mut empty, &mut full].map(|database| {
        database.load(insert).unwrap();
        rows(database.driver(), query)
    });
    assert_eq!(first, [["C383C692".into(), "C383C692".into()]]);
    assert_eq!(first, second);

    // A view that was created in ASCII gets a text that is none.
    full.load("ALTER VIEW w AS SELECT id, 'é' AS a FROM t;").unwrap();
    empty
        .load("SET character_set_client = latin1;CREATE OR REPLACE VIEW w AS SELECT id, 'a' AS a FROM t;SET NAMES utf8mb4;")
        .unwrap();
    let up = compared(&mut empty, &mut full).up().unwrap();
    apply(empty.driver(), &up, &[]).unwrap();
    let query = "SELECT HEX(a) FROM w";
    assert_eq!(rows(empty.driver(), query), rows(full.driver(), query));
}

/// What nobody says in a model stays when the model changes the query.
#[test]
fn what_models_do_not_say_of_a_view_survives_a_change_of_its_query() {
    let Some(server) = Server::Mysql.url() else { return };
    let mut database = Scratch::create(&server);
    let create = |query: &str| {
        format!(
            "{OLD_CLIENT}CREATE ALGORITHM = MERGE DEFINER = `nobody`@`%` SQL SECURITY INVOKER VIEW v AS {query};{BACK}"
        )
    };
    database.load(&format!("{TABLE}{}", create(QUERY))).unwrap();
    let before = database.dump();
    let query = format!("{QUERY} AND name <> 'É'");
    let models = with_view(document([table("t", [integer("id"), text("name")]).key(&["id"])]), "v", &query);
    let comparison = compare_models(database.driver(), &models, &[]).unwrap();
    let found = scripts(database.driver(), &comparison, &Filter::default()).unwrap();
    assert_eq!(found.unproven, None);
    apply(database.driver(), &found.up, &[]).unwrap();
    let again = compare_models(database.driver(), &models, &[]).unwrap();
    assert!(again.is_empty(), "{:?}", again.changes());

    let mut expected = Scratch::create(&server);
    expected.load(&format!("{TABLE}{}", create(&query))).unwrap();
    assert_eq!(differences(&expected.dump(), &database.dump()), "");
    apply(database.driver(), &found.down, &[]).unwrap();
    assert_eq!(differences(&before, &database.dump()), "");
}

#[test]
fn each_option_of_a_view_is_a_difference_by_itself() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut plain, mut other) = (Scratch::create(&server), Scratch::create(&server));
    plain.load(&format!("{TABLE}CREATE VIEW v AS SELECT id FROM t WHERE id > 1;")).unwrap();
    other.load(TABLE).unwrap();
    for (head, end) in [
        ("ALGORITHM = TEMPTABLE", ""),
        ("DEFINER = `nobody`@`%`", ""),
        ("SQL SECURITY INVOKER", ""),
        ("", "WITH LOCAL CHECK OPTION"),
        ("", "WITH CASCADED CHECK OPTION"),
    ] {
        let view = format!("CREATE OR REPLACE {head} VIEW v AS SELECT id FROM t WHERE id > 1 {end};");
        other.load(&view).unwrap();
        turned_and_back(&mut plain, &mut other);
        turned_and_back(&mut other, &mut plain);
    }
}

/// No server remembers the mode: it writes a view so that it means the same under every mode.
#[test]
fn the_sql_mode_in_which_a_view_was_created_is_in_its_text() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut original, mut copy) = (Scratch::create(&server), Scratch::create(&server));
    original
        .load(&format!(
            r#"{TABLE}SET sql_mode = 'PIPES_AS_CONCAT,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE,IGNORE_SPACE';
            CREATE VIEW v AS SELECT 'a' || 'b' AS joined, "id", 'c\d' AS slashed, NOT 1 BETWEEN -5 AND 5 AS negated, count (*) AS counted
            FROM t GROUP BY "id"; SET sql_mode = DEFAULT;"#
        ))
        .unwrap();
    copy.load(TABLE).unwrap();
    let up = compared(&mut copy, &mut original).up().unwrap();
    apply(copy.driver(), &up, &[]).unwrap();
    let query = "SELECT joined, id, HEX(slashed), negated, counted FROM v";
    assert_eq!(rows(copy.driver(), query), rows(original.driver(), query));
    assert!(compared(&mut copy, &mut original).is_empty());
}
