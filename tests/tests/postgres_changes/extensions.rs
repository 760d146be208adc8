//! Extensions that people have: what they bring is theirs and no difference, and tables, indexes and functions use it. Those that the server does not have are skipped,
//! and said so.

use super::on_items;
use schema_tests::postgres::Scratch;
use schema_tests::server::Server;
use std::io::{self, Write as _};

/// An extension, with what is on a table that uses it.
struct Extension {
    name: &'static str,
    /// How it is created.
    create: &'static str,
    /// What uses it.
    uses: &'static str,
}

const EXTENSIONS: [Extension; 9] = [
    Extension {
        name: "pg_trgm",
        create: "CREATE EXTENSION pg_trgm",
        uses: "CREATE INDEX codes ON items USING gin (code gin_trgm_ops); ALTER TABLE items ADD alike real GENERATED ALWAYS AS (similarity(code, 'a')) STORED",
    },
    Extension {
        name: "citext",
        create: "CREATE EXTENSION citext",
        uses: "ALTER TABLE items ADD c citext DEFAULT 'X'::citext, ADD every citext[]; CREATE DOMAIN mail AS citext CHECK (VALUE ~ '@'); ALTER TABLE items ADD m mail;
            CREATE FUNCTION same(a citext, b citext) RETURNS boolean LANGUAGE sql AS 'SELECT a = b'; CREATE INDEX cs ON items (c)",
    },
    Extension {
        name: "hstore",
        create: "CREATE EXTENSION hstore",
        uses: "ALTER TABLE items ADD h hstore DEFAULT 'a=>1'::hstore; CREATE INDEX keys ON items USING gin (h); CREATE VIEW a AS SELECT id, h -> 'a' AS a FROM items WHERE h ? 'a'",
    },
    Extension {
        name: "pgcrypto",
        create: "CREATE EXTENSION pgcrypto",
        uses: "ALTER TABLE items ADD hash bytea GENERATED ALWAYS AS (digest(code, 'sha256')) STORED;
            CREATE FUNCTION secret(a text) RETURNS text LANGUAGE sql AS $$ SELECT crypt(a, gen_salt('bf')) $$",
    },
    Extension {
        name: "uuid-ossp",
        create: "CREATE EXTENSION \"uuid-ossp\"",
        uses: "ALTER TABLE items ADD u uuid NOT NULL DEFAULT uuid_generate_v4()",
    },
    Extension {
        name: "btree_gist",
        create: "CREATE EXTENSION btree_gist",
        uses: "ALTER TABLE items ADD during int4range, ADD EXCLUDE USING gist (shop WITH =, during WITH &&)",
    },
    Extension {
        name: "postgis",
        create: "CREATE EXTENSION postgis",
        uses: "ALTER TABLE items ADD place geometry(Point, 4326), ADD area geography; CREATE INDEX places ON items USING gist (place);
            CREATE VIEW near AS SELECT id FROM items WHERE ST_DWithin(area, area, 10)",
    },
    Extension {
        name: "pg_partman",
        create: "CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman",
        uses: "CREATE VIEW kept AS SELECT parent_table FROM partman.part_config",
    },
    Extension {
        name: "pg_cron",
        create: "CREATE EXTENSION pg_cron",
        uses: "CREATE VIEW jobs AS SELECT jobid, schedule FROM cron.job; CREATE FUNCTION nightly() RETURNS bigint LANGUAGE sql AS $$ SELECT cron.schedule('0 3 * * *', 'SELECT 1') $$",
    },
];

/// The extensions that can be created here.
fn available() -> Vec<&'static Extension> {
    let Some(server) = Server::Postgres.url() else { return Vec::new() };
    let mut scratch = Scratch::create(&server);
    // The last one works in one database of the server alone, once the server has loaded it.
    let query = "SELECT name::text FROM pg_available_extensions
        WHERE name <> 'pg_cron' OR coalesce(current_setting('cron.database_name', true), '') = current_database()";
    let rows = scratch.client().query(query, &[]).unwrap();
    let there: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let (there, missing): (Vec<&Extension>, Vec<&Extension>) =
        EXTENSIONS.iter().partition(|extension| there.iter().any(|name| name == extension.name));
    for extension in missing {
        let _ = writeln!(io::stderr(), "SKIPPED: the server does not have the extension {}", extension.name);
    }
    there
}

#[test]
fn what_an_extension_brings_is_its_own() {
    for extension in available() {
        let Some(script) = on_items("", extension.create) else { continue };
        let created = script.lines().filter(|line| line.starts_with("CREATE ")).count();
        assert_eq!(created, extension.create.split(';').count(), "{script}");
    }
}

#[test]
fn what_an_extension_brings_is_used() {
    for extension in available() {
        let Extension { name: _, create, uses } = extension;
        let _ = on_items(create, &format!("{create}; {uses}"));
    }
}

/// It comes before what uses it, and goes behind it.
#[test]
fn an_extension_comes_with_what_uses_it() {
    for extension in available() {
        let _ = on_items("", &format!("{}; {}", extension.create, extension.uses));
    }
}

/// A text that becomes one in which case does not count, under a view and an index, and a domain that does.
#[test]
fn columns_and_domains_get_types_of_extensions() {
    let of = |ty: &str| {
        format!(
            "CREATE EXTENSION citext; CREATE DOMAIN mail AS {ty}; ALTER TABLE items ADD m mail, ADD t {ty}; CREATE INDEX ms ON items (m, t); CREATE VIEW v AS SELECT id, m, t FROM items;
             UPDATE items SET m = code, t = code"
        )
    };
    let _ = on_items(&of("text"), &of("citext"));
}

/// What pg_partman makes of its own accord is a table like any other to `diff`, with a name that a filter can leave alone.
#[test]
fn partitions_of_pg_partman_are_those_of_a_table() {
    if !available().iter().any(|extension| extension.name == "pg_partman") {
        return;
    }
    let of = |more: &str| {
        format!(
            "CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman; CREATE TABLE events (id integer, at timestamptz NOT NULL {more}) PARTITION BY RANGE (at);
             SELECT partman.create_parent('public.events', 'at', 'native', 'monthly', p_start_partition := '2024-01-01')"
        )
    };
    let _ = on_items(&of(""), &of(", note text"));
}
