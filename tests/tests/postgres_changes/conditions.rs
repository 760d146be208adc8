//! `x BETWEEN a AND b AND c` is an AND in an AND until the server reads what it wrote of it: wherever an expression can stand, its two spellings are one.

use super::ITEMS;
use schema_core::apply::apply;
use schema_core::autogenerate::scripts;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::filter::Filter;
use schema_core::model::Engine;
use schema_tests::postgres::Scratch;
use schema_tests::server::Server;

const FUNCTIONS: &str = "CREATE FUNCTION one() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

/// Everything with a condition of several parts, as somebody writes it.
const EVERYWHERE: &str = "CREATE POLICY own ON items USING (shop BETWEEN 1 AND one() AND id > 0 AND code <> 'x') WITH CHECK (shop NOT BETWEEN 1 AND one() OR id > 0);
    CREATE RULE kept AS ON DELETE TO items WHERE OLD.shop BETWEEN 1 AND one() AND OLD.id > 0 DO ALSO NOTHING;
    CREATE TRIGGER touched BEFORE UPDATE ON items FOR EACH ROW WHEN (OLD.shop BETWEEN 1 AND 2 AND NEW.id > 0) EXECUTE FUNCTION touch();
    ALTER TABLE items ADD CHECK (shop BETWEEN 1 AND 9 AND id > 0),
        ADD few boolean GENERATED ALWAYS AS (shop BETWEEN 1 AND 2 AND id > 0) STORED, ADD own boolean DEFAULT (one() BETWEEN 1 AND 2 AND one() > 0),
        ADD span int4range, ADD EXCLUDE USING gist (span WITH &&) WHERE (shop BETWEEN 1 AND 2 AND id > 0);
    CREATE INDEX items_few ON items (shop) WHERE shop BETWEEN 1 AND 2 AND id > 0;
    CREATE INDEX items_are_few ON items ((shop BETWEEN 1 AND 2 AND id > 0));
    CREATE VIEW few AS SELECT shop BETWEEN 1 AND 2 AND id > 0 AS few FROM items WHERE shop BETWEEN 1 AND 2 AND id > 0;
    CREATE MATERIALIZED VIEW stored AS SELECT id FROM items WHERE shop BETWEEN 1 AND 2 AND id > 0;
    CREATE INDEX stored_few ON stored (id) WHERE id BETWEEN 1 AND 2 AND id > 0;
    CREATE FUNCTION are_few(given boolean DEFAULT (1 BETWEEN 1 AND one() AND one() > 0)) RETURNS boolean LANGUAGE sql
        AS 'SELECT true';
    CREATE DOMAIN few_of AS integer CHECK (VALUE BETWEEN 1 AND 2 AND VALUE > 0)";

/// As the server reads it where it has written it itself.
fn read_again(sql: &str) -> String {
    sql.replace("NOT BETWEEN 1 AND one() OR", "< 1 OR shop > one() OR")
        .replace("OLD.shop BETWEEN 1 AND", "OLD.shop >= 1 AND OLD.shop <=")
        .replace("shop BETWEEN 1 AND", "shop >= 1 AND shop <=")
        .replace("one() BETWEEN 1 AND", "one() >= 1 AND one() <=")
        .replace("VALUE BETWEEN 1 AND", "VALUE >= 1 AND VALUE <=")
}

/// Goes from one schema to the other and back. No dump is compared: the two spellings are two to it.
fn there_and_back(before: &str, after: &str) {
    let Some(server) = Server::Postgres.url() else { return };
    let (mut database, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    database.load(&format!("{ITEMS}; {FUNCTIONS}; {before}")).unwrap();
    wanted.load(&format!("{ITEMS}; {FUNCTIONS}; {after}")).unwrap();
    let (start, goal) = (database.introspect(), wanted.introspect());
    let comparison = compare(Engine::Postgres, start.clone(), goal.clone(), Scope::Database, &[]).unwrap();
    let scripts = scripts(database.driver(), &comparison, &Filter::default()).unwrap();
    assert!(scripts.unproven.is_none());
    for (plan, wanted) in [(scripts.up, goal), (scripts.down, start)] {
        apply(database.driver(), &plan, &[]).unwrap();
        let now = database.introspect();
        let rest = compare(Engine::Postgres, now, wanted, Scope::Database, &[]).unwrap();
        assert!(rest.is_empty(), "{:?}\n{}", rest.changes(), plan.to_script());
    }
}

#[test]
fn conditions_of_several_parts_settle_wherever_they_stand() {
    there_and_back("", EVERYWHERE);
}

#[test]
fn what_has_a_condition_of_several_parts_is_recreated() {
    let Some(server) = Server::Postgres.url() else { return };
    // Older servers know no such bodies.
    let knows_bodies = Scratch::create(&server).version() >= 14;
    let more = |ty: &str| {
        let body = "BEGIN ATOMIC SELECT max(shop) FROM items WHERE shop BETWEEN 1 AND most AND id > 0; END";
        let function = format!("CREATE FUNCTION few_items(most {ty}) RETURNS {ty} LANGUAGE sql {body};");
        let view = "CREATE VIEW more AS SELECT shop FROM items WHERE shop BETWEEN 1 AND 2 AND id > 0 GROUP BY shop, ((id + 1) * 2)";
        format!("{} {EVERYWHERE}; {view}", if knows_bodies { &function } else { "" })
    };
    there_and_back(
        &more("integer"),
        &format!("ALTER TABLE items ALTER shop TYPE bigint; {}", more("bigint")),
    );
}

#[test]
fn a_condition_that_the_server_has_read_again_is_no_difference() {
    let Some(server) = Server::Postgres.url() else { return };
    let [one, other] = [EVERYWHERE.to_owned(), read_again(EVERYWHERE)].map(|sql| {
        let mut database = Scratch::create(&server);
        database.load(&format!("{ITEMS}; {FUNCTIONS}; {sql}")).unwrap();
        database.introspect()
    });
    let comparison = compare(Engine::Postgres, one, other, Scope::Database, &[]).unwrap();
    assert!(comparison.is_empty(), "{:?}", comparison.changes());
}
