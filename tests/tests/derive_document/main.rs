//! What the derives declare, as the document has it.

#![expect(dead_code, reason = "models are declared, not used")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod words;

use schema_core::model::{
    AutoIncrement, Column, ColumnType, Declared, DeclaredTable, Default, Deferrability, Document, Engine,
    IndexKey, Match, NullsOrder, ReferentialAction,
};
use schema_core::{Columns, DeclarationError, Model, Schema, SqlEnum, SqlType, Table, View};
use std::marker::PhantomData;

/// The models of the contract.
mod contract {
    use schema_core::{SqlEnum, Table};

    #[derive(SqlEnum)]
    #[sql_enum(name = "import_status", rename_all = "snake_case")]
    pub(crate) enum ImportStatus {
        Queued,
        Running,
        #[sql_enum(rename = "done", renamed_from = "finished")]
        Succeeded,
        Failed,
    }

    /// People who can sign in.
    #[derive(Table)]
    #[table(name = "users")]
    #[table(index(name = "users_email_lower_key", expr = "lower(email)", unique, only(postgres, sqlite)))]
    pub(crate) struct User {
        #[column(pk, auto)]
        pub id: i64,
        /// Login e-mail.
        #[column(type = "varchar(320)")]
        pub email: String,
        #[column(unique, renamed_from = "nick")]
        pub handle: Option<String>,
        #[column(default = now)]
        pub created_at: jiff::Timestamp,
        #[column(skip)]
        pub cache: Vec<u8>,
    }

    #[derive(Table)]
    #[table(name = "feeds")]
    pub(crate) struct Feed {
        #[column(pk)]
        pub id: uuid::Uuid,
    }

    #[derive(Table)]
    #[table(name = "products", pk(feed_id, sku), renamed_from = "items")]
    #[table(index(
        name = "products_live_idx",
        columns(feed_id, sku(desc)),
        where = "deleted_at IS NULL",
        only(postgres, sqlite)
    ))]
    #[table(index(columns(title), using = gin, opclass = "gin_trgm_ops", only(postgres)))]
    #[table(unique(columns(feed_id, gtin)))]
    #[table(check(name = "products_sku_nonempty", expr = "sku <> ''"))]
    #[table(mysql(engine = "InnoDB", charset = "utf8mb4"), sqlite(strict))]
    pub(crate) struct Product {
        #[column(fk(Feed::id, on_delete = cascade))]
        pub feed_id: uuid::Uuid,
        pub sku: String,
        pub gtin: Option<String>,
        #[column(type = "varchar(500)", renamed_from = "name")]
        pub title: String,
        #[column(generated = "lower(title)", stored)]
        pub title_norm: String,
        #[column(precision = 12, scale = 2, check = "price >= 0", default = 0)]
        pub price: rust_decimal::Decimal,
        #[column(default = ImportStatus::Queued)]
        pub status: ImportStatus,
        pub deleted_at: Option<jiff::Timestamp>,
    }
}

fn only_table<M: Model>() -> DeclaredTable {
    Schema::of::<M>().unwrap().tables.remove(0)
}

fn column(table: &DeclaredTable, name: &str) -> Declared<Column> {
    table.columns.iter().find(|column| column.base.name == name).unwrap().clone()
}

#[test]
fn the_models_of_the_contract_make_a_document_that_reads_back() {
    let document = Schema::of::<(contract::User, contract::Product, contract::Feed)>().unwrap();
    assert_eq!(Document::from_json(&document.to_json().unwrap()).unwrap(), document);
    let names: Vec<&str> = document.tables.iter().map(|table| table.name.name.as_str()).collect();
    assert_eq!(names, ["feeds", "products", "users"]);
    let values: Vec<&str> = document.enums[0].base.values.iter().map(|value| value.name.as_str()).collect();
    assert_eq!(values, ["queued", "running", "done", "failed"]);
    assert_eq!(document.enums[0].base.values[2].renamed_from.as_deref(), Some("finished"));
}

#[test]
fn the_registry_holds_every_linked_model_and_reports_all_clashes_at_once() {
    // This file declares two mistakes on purpose, far below.
    let error = schema_core::registry::document().unwrap_err();
    assert_eq!(error.0.len(), 2, "{error}");
}

#[test]
fn a_column_says_type_nullability_default_and_comment() {
    let users = only_table::<contract::User>();
    assert_eq!(users.comment.as_deref(), Some("People who can sign in."));
    assert!(users.origin.as_deref().unwrap().ends_with("contract::User"));
    let id = column(&users, "id").base;
    assert_eq!((id.ty, id.auto), (ColumnType::I64, Some(AutoIncrement::Usual)));
    let email = column(&users, "email").base;
    assert_eq!(email.ty, ColumnType::Sql("varchar(320)".to_owned()));
    assert_eq!(email.comment.as_deref(), Some("Login e-mail."));
    let handle = column(&users, "handle").base;
    assert!(handle.nullable);
    assert_eq!(handle.renamed_from.as_deref(), Some("nick"));
    assert_eq!(column(&users, "created_at").base.default, Some(Default::Now));
    assert!(users.columns.iter().all(|column| column.base.name != "cache"));
    let products = only_table::<contract::Product>();
    assert_eq!(column(&products, "status").base.default, Some(Default::EnumValue("queued".to_owned())));
    assert_eq!(
        column(&products, "price").base.ty,
        ColumnType::Decimal { precision: Some(12), scale: Some(2) }
    );
}

#[derive(Table)]
#[table(name = "defaults")]
struct Defaults {
    #[column(pk, identity = always)]
    id: i32,
    #[column(default = -1_000)]
    number: i64,
    #[column(default = -1.5)]
    ratio: f64,
    #[column(default = true)]
    flag: bool,
    #[column(default = "it's")]
    text: String,
    #[column(default_sql = "gen_random_uuid()", sqlite(default_sql = "randomblob(16)"))]
    token: uuid::Uuid,
    #[column(default = now, mysql(default_sql = "CURRENT_TIMESTAMP(6)"), on_update_sql = "CURRENT_TIMESTAMP")]
    at: chrono::NaiveDateTime,
}

#[test]
fn defaults_are_literals_or_sql() {
    let table = only_table::<Defaults>();
    let default = |name| column(&table, name).base.default.unwrap();
    assert_eq!(column(&table, "id").base.auto, Some(AutoIncrement::IdentityAlways));
    assert_eq!(default("number"), Default::Number("-1000".to_owned()));
    assert_eq!(default("ratio"), Default::Number("-1.5".to_owned()));
    assert_eq!(default("flag"), Default::Bool(true));
    assert_eq!(default("text"), Default::Text("it's".to_owned()));
    assert_eq!(default("token"), Default::Sql("gen_random_uuid()".to_owned()));
    let token = column(&table, "token");
    let on_sqlite = token.for_engine(Engine::Sqlite).unwrap();
    assert_eq!(on_sqlite.default, Some(Default::Sql("randomblob(16)".to_owned())));
    assert_eq!(on_sqlite.ty, ColumnType::Uuid);
    // An engine's `default_sql` takes the place of `default`.
    let at = column(&table, "at");
    assert_eq!(
        at.for_engine(Engine::Mariadb).unwrap().default,
        Some(Default::Sql("CURRENT_TIMESTAMP(6)".to_owned()))
    );
    assert_eq!(at.for_engine(Engine::Mariadb).unwrap().on_update.as_deref(), Some("CURRENT_TIMESTAMP"));
    assert_eq!(at.for_engine(Engine::Postgres).unwrap().default, Some(Default::Now));
}

#[derive(Table)]
#[table(name = "overrides", mysql(engine = "InnoDB", charset = "utf8mb4"), mariadb(charset = "latin1"))]
#[table(postgres(
    unlogged,
    with(fillfactor = 70, autovacuum_enabled = false),
    index(columns(name), using = "gin")
))]
struct Overrides {
    #[column(pk)]
    id: i64,
    #[column(
        collation = "C",
        mysql(type = "varchar(64)", collation = "utf8mb4_bin"),
        mariadb(collation = "utf8mb4_general_ci")
    )]
    name: String,
    #[column(check = "size > 0", mysql(check(name = "positive", expr = "size >= 1")))]
    size: i32,
    #[column(postgres(check = "length(code) = 3"), mysql(index(length = 3)))]
    code: String,
    #[column(only(postgres), unique)]
    tags: Vec<String>,
}

#[test]
fn an_engine_s_block_completes_what_holds_for_all() {
    let table = only_table::<Overrides>();
    let name = column(&table, "name");
    let on = |engine| name.for_engine(engine).unwrap();
    assert_eq!(on(Engine::Sqlite).collation.as_deref(), Some("C"));
    assert_eq!(on(Engine::Mysql).collation.as_deref(), Some("utf8mb4_bin"));
    assert_eq!(on(Engine::Mysql).ty, ColumnType::Sql("varchar(64)".to_owned()));
    // MariaDB hears MySQL's block too.
    assert_eq!(on(Engine::Mariadb).ty, ColumnType::Sql("varchar(64)".to_owned()));
    assert_eq!(on(Engine::Mariadb).collation.as_deref(), Some("utf8mb4_general_ci"));
    assert_eq!(table.for_engine(Engine::Mariadb).unwrap().options.engine.as_deref(), Some("InnoDB"));
    assert_eq!(table.for_engine(Engine::Mariadb).unwrap().options.charset.as_deref(), Some("latin1"));
    let postgres = table.for_engine(Engine::Postgres).unwrap();
    assert!(postgres.options.unlogged);
    assert_eq!(postgres.options.with["fillfactor"], "70");
    assert_eq!(postgres.options.with["autovacuum_enabled"], "false");
}

#[test]
fn objects_in_an_engine_s_block_are_that_engine_s() {
    let table = only_table::<Overrides>();
    let checks = |engine| {
        let table = table.for_engine(engine).unwrap();
        table.checks.into_iter().map(|check| (check.name, check.expression)).collect::<Vec<_>>()
    };
    let check = |name: Option<&str>, expression: &str| (name.map(str::to_owned), expression.to_owned());
    assert_eq!(checks(Engine::Sqlite), [check(None, "size > 0")]);
    assert_eq!(checks(Engine::Mysql), [check(Some("positive"), "size >= 1")]);
    assert_eq!(checks(Engine::Postgres), [check(None, "size > 0"), check(None, "length(code) = 3")]);
    let indexes = |engine| table.for_engine(engine).unwrap().indexes;
    assert_eq!(indexes(Engine::Sqlite), []);
    assert_eq!(indexes(Engine::Postgres)[0].using.as_deref(), Some("gin"));
    assert_eq!(indexes(Engine::Mariadb)[0].parts[0].prefix_length, Some(3));
    // What stands on a column of some engines is theirs too.
    assert_eq!(table.for_engine(Engine::Sqlite).unwrap().uniques, []);
    assert_eq!(table.for_engine(Engine::Postgres).unwrap().uniques.len(), 1);
    assert_eq!(column(&table, "tags").base.ty, ColumnType::Array(Box::new(ColumnType::Text)));
}

#[expect(
    clippy::duplicated_attributes,
    reason = "clippy takes the same engine in two objects for one attribute twice"
)]
#[derive(Table)]
#[table(
    name = "servers",
    mysql(engine = "InnoDB", index(name = "by_hash", expr = "lower(name)"), except(mariadb))
)]
#[table(mysql(pk(id, name), except(mariadb)))]
#[table(check(name = "mysql_alone", expr = "id > 0", only(mysql), except(mariadb)))]
#[table(check(name = "both", expr = "id > 1", only(mysql)))]
#[table(check(name = "mariadb_alone", expr = "id > 2", only(mariadb)))]
#[table(check(name = "neither", expr = "id > 3", except(mysql)))]
#[table(index(name = "by_name", columns(name), mysql(invisible, except(mariadb))))]
struct Servers {
    #[column(pk)]
    id: i64,
    #[column(mysql(invisible, index(length = 3), except(mariadb)))]
    name: String,
    #[column(mysql(default_sql = "uuid()", except(mariadb)), mariadb(check = "code <> ''"))]
    code: String,
    #[column(except(mariadb))]
    on_mysql: i64,
}

#[test]
fn mysql_alone_can_be_said_of_objects_and_of_blocks() {
    let document = Schema::of::<Servers>().unwrap();
    let read_back = Document::from_json(&document.to_json().unwrap()).unwrap();
    assert_eq!(read_back, document);
    let table = &read_back.tables[0];
    let on = |engine| table.for_engine(engine).unwrap();
    let checks = |engine| on(engine).checks.into_iter().filter_map(|check| check.name).collect::<Vec<_>>();
    assert_eq!(checks(Engine::Mysql), ["mysql_alone", "both"]);
    assert_eq!(checks(Engine::Mariadb), ["both", "mariadb_alone"]);
    assert_eq!(checks(Engine::Postgres), ["neither"]);
    let column = |engine, name| on(engine).columns.into_iter().find(|column| column.name == name);
    assert!(column(Engine::Mysql, "name").unwrap().invisible);
    assert!(!column(Engine::Mariadb, "name").unwrap().invisible);
    assert_eq!(column(Engine::Mysql, "code").unwrap().default, Some(Default::Sql("uuid()".to_owned())));
    assert_eq!(column(Engine::Mariadb, "code").unwrap().default, None);
    assert!(column(Engine::Mysql, "on_mysql").is_some());
    assert_eq!(column(Engine::Mariadb, "on_mysql"), None);
    let indexes = |engine| {
        let indexes = on(engine).indexes;
        indexes.into_iter().map(|index| (index.name, index.invisible)).collect::<Vec<_>>()
    };
    let by_name = |invisible| (Some("by_name".to_owned()), invisible);
    assert_eq!(indexes(Engine::Mysql), [(None, false), by_name(true), (Some("by_hash".to_owned()), false)]);
    assert_eq!(indexes(Engine::Mariadb), [by_name(false)]);
    assert_eq!(on(Engine::Mysql).options.engine.as_deref(), Some("InnoDB"));
    assert_eq!(on(Engine::Mariadb).options.engine, None);
    let key = |engine| on(engine).primary_key.unwrap().columns.len();
    assert_eq!((key(Engine::Mysql), key(Engine::Mariadb), key(Engine::Sqlite)), (2, 1, 1));
}

#[derive(Table)]
#[table(name = "notes", postgres(row_level_security = forced))]
#[table(trigger(
    name = "notes_touched",
    after,
    update_of(body, at),
    when = "NEW.body <> OLD.body",
    body = "UPDATE notes SET seen = 0 WHERE id = NEW.id",
    mysql(before, update, body = "SET NEW.seen = 0"),
    postgres(before, insert, update_of(body), execute = "touch()", enabled = always, comment = "seen again"),
    except(mariadb)
))]
#[table(postgres(
    trigger(name = "notes_gone", after, delete, constraint, deferrable = initially_deferred, execute = "gone"),
    trigger(name = "notes_many", after, truncate, each = statement, old_table = "old_notes", execute = "gone()"),
    policy(name = "own", to(app, "web app"), using = "owner = current_user", check = "true", restrictive),
    statistics(name = "notes_kinds", columns(body, expr("lower(owner)")), kinds(mcv, ndistinct), comment = "c"),
    grant(select, update(body, at), to(app, "web app", public)),
    grant(all, to(keeper), with_grant_option)
))]
#[table(policy(name = "seen", for = select, using = "seen = 0", only(postgres)))]
struct Entry {
    #[column(pk, auto)]
    id: i64,
    body: String,
    owner: String,
    seen: i64,
    #[column(flatten)]
    times: Timestamps,
    #[column(name = "changed_on")]
    at: Option<jiff::Timestamp>,
}

#[test]
fn triggers_policies_statistics_and_grants_stand_on_the_table() {
    let document = Schema::of::<Entry>().unwrap();
    let json = document.to_json().unwrap();
    assert!(json.contains("\"format\": 3"), "older releases would leave them out");
    assert_eq!(Document::from_json(&json).unwrap(), document);
    let table = &document.tables[0];
    let options = &table.for_engine(Engine::Postgres).unwrap().options;
    assert!(options.row_level_security && options.force_row_level_security);

    let statements = |engine: Engine| -> Vec<String> {
        let attached = schema_core::dialect::attached(&document, engine).unwrap();
        attached.into_iter().flat_map(|object| object.statements).collect()
    };
    assert_eq!(
        statements(Engine::Sqlite),
        [
            "CREATE TRIGGER notes_touched AFTER UPDATE OF body, changed_on ON notes WHEN NEW.body <> OLD.body BEGIN\n    \
          UPDATE notes SET seen = 0 WHERE id = NEW.id;\nEND"
        ]
    );
    assert_eq!(statements(Engine::Mariadb), [""; 0]);
    assert_eq!(
        statements(Engine::Postgres),
        [
            "CREATE TRIGGER notes_touched BEFORE INSERT OR UPDATE OF body ON notes FOR EACH ROW \
             WHEN (NEW.body <> OLD.body) EXECUTE FUNCTION touch()",
            "ALTER TABLE notes ENABLE ALWAYS TRIGGER notes_touched",
            "COMMENT ON TRIGGER notes_touched ON notes IS 'seen again'",
            "CREATE CONSTRAINT TRIGGER notes_gone AFTER DELETE ON notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW \
             EXECUTE FUNCTION gone()",
            "CREATE TRIGGER notes_many AFTER TRUNCATE ON notes REFERENCING OLD TABLE AS old_notes FOR EACH STATEMENT \
             EXECUTE FUNCTION gone()",
            "CREATE POLICY seen ON notes FOR SELECT USING (seen = 0)",
            "CREATE POLICY own ON notes AS RESTRICTIVE FOR ALL TO app, \"web app\" USING (owner = current_user) WITH CHECK (true)",
            "CREATE STATISTICS notes_kinds (mcv, ndistinct) ON body, (lower(owner)) FROM notes",
            "COMMENT ON STATISTICS notes_kinds IS 'c'",
            "GRANT SELECT, UPDATE (body, changed_on) ON notes TO app, \"web app\", PUBLIC",
            "GRANT ALL ON notes TO keeper WITH GRANT OPTION",
        ]
    );
}

#[test]
fn what_an_engine_cannot_attach_is_told_with_what_to_write() {
    let document = Schema::of::<Entry>().unwrap();
    // Its `when` holds for all engines.
    let [problem] = schema_core::dialect::attached(&document, Engine::Mysql).unwrap_err().try_into().unwrap();
    assert!(problem.to_string().ends_with("Entry.notes_touched`"), "{problem}");
    assert!(problem.hint.contains("`when` inside `postgres(..)` or `sqlite(..)`"), "{}", problem.hint);

    let mut document = document;
    for policy in &mut document.tables[0].policies {
        policy.only.clear();
    }
    for grant in &mut document.tables[0].grants {
        grant.only.clear();
    }
    document.tables[0].triggers[0].overrides.clear();
    let hints = |engine: Engine| -> Vec<String> {
        let problems = schema_core::dialect::attached(&document, engine).unwrap_err();
        problems
            .into_iter()
            .map(|problem| format!("{} of {}: {}", problem.what, problem.place, problem.hint))
            .collect()
    };
    let of_sqlite = hints(Engine::Sqlite);
    assert!(of_sqlite.iter().all(|hint| hint.ends_with("limit it with `only(postgres)`")), "{of_sqlite:?}");
    assert!(of_sqlite.iter().any(|hint| hint.starts_with("a grant of `derive_document::Entry.grant`")));
    let of_postgres = hints(Engine::Postgres);
    assert!(
        of_postgres[0].starts_with("a trigger with a `body` of `derive_document::Entry.notes_touched`"),
        "{of_postgres:?}"
    );
}

/// When a row came and changed.
#[derive(Columns)]
#[table(index(columns(created_at(desc, nulls = last))), check(expr = "updated_at >= created_at"))]
struct Timestamps {
    #[column(default = now)]
    created_at: jiff::Timestamp,
    #[column(name = "changed_at")]
    updated_at: Option<jiff::Timestamp>,
    #[column(fk(Node::id, on_delete = set_null))]
    author: Option<i64>,
}

#[derive(Columns)]
struct Base {
    #[column(pk, auto)]
    id: i64,
    #[column(flatten)]
    timestamps: Timestamps,
}

#[derive(Table)]
#[table(name = "nodes")]
#[table(index(name = "recent", columns(updated_at, parent), unique, nulls_not_distinct, include(label)))]
struct Node {
    #[column(flatten)]
    base: Base,
    #[column(fk(Self::id, name = "nodes_parent", on_delete = cascade, on_update = no_action, deferrable = initially_deferred))]
    parent: Option<i64>,
    label: String,
}

#[test]
fn flattened_structs_bring_columns_keys_checks_and_indexes() {
    let table = only_table::<Node>();
    let names: Vec<&str> = table.columns.iter().map(|column| column.base.name.as_str()).collect();
    assert_eq!(names, ["id", "created_at", "changed_at", "author", "parent", "label"]);
    assert_eq!(table.columns[1].origin.as_deref(), Some("base.timestamps.created_at"));
    assert_eq!(table.primary_key.as_ref().unwrap().base.columns[0].name, "id");
    assert_eq!(table.checks[0].base.expression, "updated_at >= created_at");
    assert_eq!(table.checks[0].origin.as_deref(), Some("base.timestamps"));
    let recent = &table.indexes[0].base;
    assert_eq!(recent.parts[0].key, IndexKey::Column("changed_at".to_owned()));
    assert!(recent.unique && recent.nulls_not_distinct);
    assert_eq!(recent.include, ["label"]);
    let part = &table.indexes[1].base.parts[0];
    assert!(part.descending);
    assert_eq!(part.nulls, Some(NullsOrder::Last));
}

#[test]
fn a_foreign_key_may_lead_to_its_own_table() {
    let table = only_table::<Node>();
    let parent = &table.foreign_keys[0].base;
    assert_eq!(
        (parent.references.name.as_str(), parent.referenced_columns.as_slice()),
        ("nodes", ["id".to_owned()].as_slice())
    );
    assert_eq!(parent.name.as_deref(), Some("nodes_parent"));
    assert_eq!(parent.on_delete, ReferentialAction::Cascade);
    assert_eq!(parent.deferrable, Deferrability::InitiallyDeferred);
    assert_eq!(table.foreign_keys[1].base.on_delete, ReferentialAction::SetNull(Vec::new()));
}

#[derive(Table)]
#[table(name = "lefts", schema = "app")]
struct Left {
    #[column(pk, name = "left_id")]
    id: i64,
    #[column(fk(Right::id, match = full))]
    right: Option<i64>,
}

#[derive(Table)]
#[table(name = "rights", pk(id(desc, collation = "C"), r#type, name = "rights_key", on_conflict = replace))]
#[table(fk(columns(left, r#type), references = self::Pair, to(left, kind), on_delete = set_null(left), renamed_from = "old"))]
struct Right {
    #[column(unique)]
    id: i64,
    #[column(fk(Left::id))]
    left: Option<i64>,
    r#type: String,
}

#[derive(Table)]
#[table(name = "pairs", pk(left, kind))]
struct Pair {
    left: i64,
    kind: String,
}

#[test]
fn tables_may_refer_to_each_other() {
    let document = Schema::of::<(Left, (Right, Pair))>().unwrap();
    let (left, right) = (&document.tables[2], &document.tables[1]);
    assert_eq!(left.name.to_string(), "app.lefts");
    assert_eq!(left.foreign_keys[0].base.match_type, Match::Full);
    let to_left = &right.foreign_keys[0].base;
    assert_eq!(to_left.references.to_string(), "app.lefts");
    // The metadata names columns, not fields.
    assert_eq!(to_left.referenced_columns, ["left_id"]);
    let to_pair = &right.foreign_keys[1].base;
    assert_eq!(to_pair.columns, ["left", "type"]);
    assert_eq!(to_pair.referenced_columns, ["left", "kind"]);
    assert_eq!(to_pair.on_delete, ReferentialAction::SetNull(vec!["left".to_owned()]));
    let key = &right.primary_key.as_ref().unwrap().base;
    assert_eq!(key.name.as_deref(), Some("rights_key"));
    assert!(key.columns[0].descending);
    assert_eq!(key.columns[1].name, "type");
}

/// A typed key.
#[derive(SqlType)]
struct Id<T>(i64, PhantomData<T>);

#[derive(SqlType)]
struct Slug {
    #[column(type = "citext")]
    text: String,
}

#[derive(SqlType)]
struct Note(Option<String>);

#[derive(Table)]
#[table(name = "types")]
struct Types {
    #[column(pk, default = 7)]
    id: Id<Self>,
    slug: Slug,
    note: Note,
    bytes: Vec<u8>,
    digest: [u8; 32],
    boxed: Box<str>,
    letter: char,
    statuses: Vec<contract::ImportStatus>,
    json: Option<serde_json::Value>,
    day: chrono::NaiveDate,
    moment: chrono::DateTime<chrono::Utc>,
    clock: jiff::civil::Time,
    #[column(type = "point", sqlite(type = "text"))]
    place: Option<(f64, f64)>,
}

#[test]
fn rust_types_have_their_column_types() {
    let document = Schema::of::<Types>().unwrap();
    let table = &document.tables[0];
    let ty = |name| column(table, name).base.ty;
    assert_eq!(ty("id"), ColumnType::I64);
    assert_eq!(ty("slug"), ColumnType::Sql("citext".to_owned()));
    assert!(column(table, "note").base.nullable);
    assert_eq!(ty("bytes"), ColumnType::Bytes);
    assert_eq!(ty("digest"), ColumnType::FixedBytes(32));
    assert_eq!(ty("boxed"), ColumnType::Text);
    assert_eq!(ty("letter"), ColumnType::Char);
    assert_eq!(ty("statuses"), ColumnType::Array(Box::new(ColumnType::Enum("import_status".to_owned()))));
    assert_eq!(ty("json"), ColumnType::Json);
    assert_eq!(ty("day"), ColumnType::Date);
    assert_eq!(ty("moment"), ColumnType::Instant);
    assert_eq!(ty("clock"), ColumnType::Time);
    // `type` lets any Rust type stand; `Option` is then read as written.
    let place = column(table, "place");
    assert!(place.base.nullable && place.for_engine(Engine::Sqlite).unwrap().nullable);
    assert_eq!(place.for_engine(Engine::Sqlite).unwrap().ty, ColumnType::Sql("text".to_owned()));
    // The enum of an array comes along.
    assert_eq!(document.enums.len(), 1);
}

/// One line.
///
///   Another,   
/// indented.
#[derive(View)]
#[view(name = "live_products", query = "SELECT sku, title FROM products", postgres(query = "SELECT 1, 2"))]
#[view(only(postgres, sqlite))]
struct LiveProduct {
    sku: String,
    #[column(name = "label")]
    title: String,
    #[column(skip)]
    extra: (),
}

#[test]
fn a_view_has_its_query_by_engine() {
    let document = Schema::of::<LiveProduct>().unwrap();
    let view = &document.views[0];
    assert_eq!(view.base.columns, ["sku", "label"]);
    assert_eq!(view.base.comment.as_deref(), Some("One line.\n\n  Another,\nindented."));
    assert_eq!(view.for_engine(Engine::Sqlite).unwrap().query, "SELECT sku, title FROM products");
    let postgres = view.for_engine(Engine::Postgres).unwrap();
    assert_eq!(postgres.query, "SELECT 1, 2");
    assert_eq!(view.for_engine(Engine::Mysql), None);
}

macro_rules! renamed {
    ($($ident:ident $rule:literal $texts:expr;)+) => {
        #[test]
        fn values_of_an_enum_are_renamed_by_rule() {
            $(
                #[derive(SqlEnum)]
                #[sql_enum(name = $rule, rename_all = $rule)]
                enum $ident {
                    InProgress,
                    Done2,
                    r#Self_,
                }
                let values: Vec<&str> = $ident::META.values.iter().take(2).map(|value| value.name).collect();
                assert_eq!(values, $texts);
            )+
        }
    };
}

renamed! {
    Lower "lowercase" ["inprogress", "done2"];
    Upper "UPPERCASE" ["INPROGRESS", "DONE2"];
    Pascal "PascalCase" ["InProgress", "Done2"];
    Camel "camelCase" ["inProgress", "done2"];
    Snake "snake_case" ["in_progress", "done2"];
    Screaming "SCREAMING_SNAKE_CASE" ["IN_PROGRESS", "DONE2"];
    Kebab "kebab-case" ["in-progress", "done2"];
    ScreamingKebab "SCREAMING-KEBAB-CASE" ["IN-PROGRESS", "DONE2"];
}

mod clash {
    use schema_core::{SqlEnum, Table};

    #[derive(Table)]
    #[table(name = "clash")]
    pub(crate) struct First {
        id: i64,
        kind: Kind,
    }

    #[derive(Table)]
    #[table(name = "clash", only(mariadb))]
    pub(crate) struct Second {
        id: i64,
    }

    #[derive(SqlEnum)]
    #[sql_enum(name = "clashing_kind")]
    pub(crate) enum Kind {
        A,
    }

    pub(crate) mod other {
        #[derive(schema_core::SqlEnum)]
        #[sql_enum(name = "clashing_kind")]
        pub(crate) enum Kind {
            B,
        }
    }
}

#[test]
fn a_name_that_two_models_claim_is_an_error_that_names_both() {
    let error = Schema::of::<(clash::First, clash::Second, clash::other::Kind)>().unwrap_err();
    let [DeclarationError::NameTaken { name, first, second }, DeclarationError::EnumsDiffer { .. }] =
        error.0.as_slice()
    else {
        panic!("{error}");
    };
    assert_eq!(name.name, "clash");
    assert!(first.ends_with("clash::First") && second.ends_with("clash::Second"));
}

#[derive(Table)]
#[table(name = "readings", pk(id, at))]
#[table(postgres(
    partition_by(range(at)),
    partition(name = "readings_old", from(min), to("2031-01-01")),
    partition(
        name = "readings_new",
        from("2031-01-01"),
        to(expr("'2032-01-01'")),
        renamed_from = "readings_2031"
    ),
    partition(name = "readings_rest", schema = "archive", default)
))]
#[table(mysql(
    partition_by(range_columns(at)),
    partition(name = "old", to("2031-01-01")),
    partition(name = "new", to(max))
))]
struct Reading {
    id: i64,
    at: chrono::NaiveDateTime,
    value: Option<f64>,
}

#[derive(Table)]
#[table(name = "shares", partition_by(list(kind)), partition(name = "a", values(1, -2, null)), only(postgres))]
struct Share {
    kind: i32,
}

#[test]
fn partitions_are_tables_on_postgres_and_a_clause_on_mysql() {
    let document = Schema::of::<(Reading, Share)>().unwrap();
    let json = document.to_json().unwrap();
    assert!(json.contains("\"format\": 3"), "older releases would leave them out");
    assert_eq!(Document::from_json(&json).unwrap(), document);

    let postgres = schema_core::dialect::resolve(&document, Engine::Postgres).unwrap();
    let bounds: Vec<(&str, &str)> = postgres
        .tables
        .iter()
        .filter_map(|table| Some((table.name.name.as_str(), table.partition_of.as_ref()?.bound.as_str())))
        .collect();
    assert_eq!(
        bounds,
        [
            ("readings_old", "FOR VALUES FROM (MINVALUE) TO ('2031-01-01')"),
            ("readings_new", "FOR VALUES FROM ('2031-01-01') TO ('2032-01-01')"),
            ("readings_rest", "DEFAULT"),
            ("a", "FOR VALUES IN (1, -2, NULL)"),
        ]
    );
    let table = |name: &str| postgres.tables.iter().find(|table| table.name.name == name).unwrap();
    assert_eq!(table("readings").partition_by.as_deref(), Some("RANGE (at)"));
    assert_eq!(table("readings_new").renamed_from.as_deref(), Some("readings_2031"));
    assert_eq!(table("readings_new").columns.len(), 3);

    let mysql = schema_core::dialect::resolve(&document, Engine::Mariadb).unwrap();
    assert_eq!(mysql.tables.len(), 1);
    assert_eq!(
        mysql.tables[0].partition_by.as_deref(),
        Some(
            "RANGE COLUMNS (`at`)\n(PARTITION `old` VALUES LESS THAN ('2031-01-01'),\n PARTITION `new` VALUES LESS THAN (MAXVALUE))"
        )
    );
    // SQLite has no such thing, and each block is its engine's.
    assert_eq!(schema_core::dialect::resolve(&document, Engine::Sqlite).unwrap().tables.len(), 1);
}

#[test]
fn what_an_engine_cannot_partition_is_told_with_what_to_write() {
    let mut document = Schema::of::<(Reading, Share)>().unwrap();
    document.tables.iter_mut().for_each(|table| table.only.clear());
    for partition in document.tables.iter_mut().flat_map(|table| &mut table.partitions) {
        partition.only.clear();
    }
    for partitioning in document.tables.iter_mut().flat_map(|table| &mut table.partitioning) {
        partitioning.only.clear();
    }
    let problems = |engine: Engine| -> Vec<String> {
        let problems = schema_core::dialect::resolve(&document, engine).unwrap_err();
        problems.into_iter().map(|it| format!("{} of {}: {}", it.what, it.place, it.hint)).collect()
    };
    let of_sqlite = problems(Engine::Sqlite);
    assert!(of_sqlite[0].starts_with("a partitioned table of `derive_document::Reading`"), "{of_sqlite:?}");
    let of_mysql = problems(Engine::Mysql);
    assert!(
        of_mysql[0].starts_with("the first values of a partition of `derive_document::Reading.readings_old`"),
        "{of_mysql:?}"
    );
    let of_postgres = problems(Engine::Postgres);
    assert!(
        of_postgres[0].starts_with("a partition without its first values of `derive_document::Reading.old`"),
        "{of_postgres:?}"
    );
}

#[derive(SqlType)]
#[sql_type(
    domain = "mail",
    check = "VALUE LIKE '%@%'",
    postgres(check = "VALUE ~ '@'"),
    mysql(type = "varchar(320)")
)]
#[sql_type(except(sqlite))]
struct Mail(String);

#[derive(SqlType)]
#[sql_type(composite = "contact")]
struct Contact {
    mail: Option<Mail>,
    mood: contract::ImportStatus,
}

#[derive(Table)]
#[table(name = "people", only(postgres))]
struct Person {
    #[column(pk, default = "a@b")]
    mail: Mail,
    contacts: Vec<Contact>,
    other: Option<Mail>,
}

#[test]
fn domains_and_composite_types_come_along_with_the_columns_that_are_of_them() {
    let document = Schema::of::<Person>().unwrap();
    assert_eq!(Document::from_json(&document.to_json().unwrap()).unwrap(), document);
    let ty = |name| column(&document.tables[0], name).base.ty;
    assert_eq!(ty("mail"), ColumnType::Domain("mail".into()));
    assert_eq!(ty("contacts"), ColumnType::Array(Box::new(ColumnType::Composite("contact".into()))));
    assert!(column(&document.tables[0], "other").base.nullable);
    let [mail] = document.domains.as_slice() else { panic!("{:?}", document.domains) };
    let checks = |engine| {
        let checks = mail.for_engine(engine)?.checks.iter().map(|check| check.expression.clone());
        Some(checks.collect::<Vec<_>>())
    };
    assert_eq!(checks(Engine::Postgres), Some(vec!["VALUE ~ '@'".to_owned()]));
    assert_eq!(checks(Engine::Mariadb), Some(vec!["VALUE LIKE '%@%'".to_owned()]));
    assert_eq!(checks(Engine::Sqlite), None);
    assert_eq!(mail.for_engine(Engine::Mysql).unwrap().ty, ColumnType::Sql("varchar(320)".to_owned()));
    let [contact] = document.composite_types.as_slice() else { panic!("{:?}", document.composite_types) };
    assert_eq!(contact.base.attributes[0].ty, ColumnType::Domain("mail".into()));
    assert_eq!(contact.base.attributes[1].ty, ColumnType::Enum("import_status".to_owned()));
    assert_eq!(document.enums.len(), 1);
    assert_eq!(Schema::of::<(Mail, Contact)>().unwrap().domains.len(), 1);
}
