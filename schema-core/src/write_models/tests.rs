use super::*;
use crate::model::{
    Column, ColumnType, Default, EnumType, EnumValue, ForeignKey, KeyColumn, PrimaryKey, Table, Unique, View,
};

fn column(name: &str, ty: &str) -> Column {
    Column::new(name, ColumnType::Sql(ty.to_owned()))
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    let key = columns.first().map(|column| PrimaryKey::new(vec![KeyColumn::new(column.name.clone())]));
    Table { columns, primary_key: key, ..Table::new(name) }
}

fn written(engine: Engine, tables: Vec<Table>) -> Written {
    write(engine, &DatabaseSchema { tables, ..DatabaseSchema::default() }, &ViewColumns::new())
}

fn text(written: &Written) -> String {
    written.rust(SqlPlace::Files("sql"), &Style::default()).text
}

#[test]
fn hostile_names_stay_inside_their_literals() {
    let name = "a\"#\n#[derive(\\)] \u{202e}";
    let structs = written(Engine::Sqlite, vec![table(name, vec![column(name, "TEXT")])]);
    let literal = r##""a\"#\n#[derive(\\)] \u{202e}""##;
    let rust = text(&structs);
    assert_eq!(rust.matches(literal).count(), 2, "{rust}");
    assert_eq!(structs.losses, []);
    assert!(rust.contains("pub struct ADerive {\n"), "{rust}");
}

#[test]
fn names_that_a_new_database_gives_are_left_out() {
    let mut users = table("users", vec![column("id", "bigint"), column("email", "text")]);
    let unique = |name: &str| Unique {
        name: Some(name.to_owned()),
        ..Unique::new(vec![KeyColumn::new("email".to_owned())])
    };
    users.primary_key =
        users.primary_key.map(|key| PrimaryKey { name: Some("users_pkey".to_owned()), ..key });
    users.uniques = vec![unique("users_email_key")];
    let structs = text(&written(Engine::Postgres, vec![users.clone()]));
    assert!(structs.contains("#[column(pk)]") && structs.contains("#[column(unique)]"), "{structs}");
    users.uniques = vec![unique("one_login")];
    let structs = text(&written(Engine::Postgres, vec![users]));
    assert!(structs.contains("#[column(unique(name = \"one_login\"))]"), "{structs}");
}

#[test]
fn a_reference_between_types_is_spelled_for_the_compiler() {
    let users = table("users", vec![column("id", "bigint")]);
    let mut posts = table("posts", vec![column("id", "bigint"), column("author", "integer")]);
    posts.foreign_keys.push(ForeignKey::new(vec!["author".to_owned()], "users".into()));
    let structs = written(Engine::Postgres, vec![users, posts]);
    let rust = text(&structs);
    assert!(rust.contains("#[column(type = \"integer\", fk(User::id))]"), "{rust}");
    assert_eq!(structs.losses, []);
}

#[test]
fn defaults_are_words_only_where_these_mean_the_same() {
    let with = |name: &str, ty: &str, default: &str| Column {
        default: Some(Default::Sql(default.to_owned())),
        ..column(name, ty)
    };
    let structs = written(
        Engine::Postgres,
        vec![table(
            "t",
            vec![
                with("a", "integer", "0"),
                with("b", "text", "'x'::text"),
                with("c", "character varying(9)", "'x'::character varying"),
                with("d", "timestamp with time zone", "now()"),
                with("e", "uuid", "gen_random_uuid()"),
                with("f", "boolean", "true"),
                with("g", "integer", "007"),
                with("h", "smallint", "70000"),
            ],
        )],
    );
    let rust = structs.rust(SqlPlace::Inline, &Style::default());
    for expected in [
        "#[column(pk, default = 0)]",
        "#[column(default = \"x\")]",
        "#[column(type = \"character varying(9)\", default = \"x\")]",
        "#[column(default = now)]",
        "#[column(default_sql = \"gen_random_uuid()\")]",
        "#[column(default = true)]",
        "#[column(default_sql = \"007\")]",
        "#[column(default_sql = \"70000\")]",
    ] {
        assert!(rust.text.contains(expected), "{expected}\n{}", rust.text);
    }
    assert_eq!(rust.crates.iter().copied().collect::<Vec<_>>(), ["jiff", "uuid"]);
}

#[test]
fn an_enum_is_a_type_of_columns_and_keeps_its_texts() {
    let value = |name: &str| EnumValue { name: name.to_owned(), renamed_from: None };
    let mood = EnumType {
        name: "mood".into(),
        values: ["sad", "so_so", "2", "Sad"].map(value).to_vec(),
        comment: None,
        renamed_from: None,
    };
    let users = table("users", vec![column("id", "bigint"), column("mood", "mood"), column("all", "mood[]")]);
    let schema = DatabaseSchema { tables: vec![users], enums: vec![mood], ..DatabaseSchema::default() };
    let structs = text(&write(Engine::Postgres, &schema, &ViewColumns::new()));
    let expected = "#[derive(SqlEnum)]\n#[sql_enum(name = \"mood\", rename_all = \"snake_case\")]\npub enum Mood {\n    \
                    Sad,\n    SoSo,\n    #[sql_enum(rename = \"2\")]\n    Value2,\n    #[sql_enum(rename = \"Sad\")]\n    \
                    Sad2,\n}\n";
    assert!(structs.contains(expected), "{structs}");
    assert!(structs.contains("    pub mood: Mood,\n    pub all: Vec<Mood>,\n"), "{structs}");
}

#[test]
fn what_is_lost_is_named() {
    let mut posts = table("posts", vec![column("id", "INTEGER"), column(" ", "TEXT"), column("a", "")]);
    posts.foreign_keys.push(ForeignKey::new(vec!["a".to_owned()], "gone".into()));
    let schema = DatabaseSchema { tables: vec![posts], ..DatabaseSchema::default() };
    let losses: Vec<String> = write(Engine::Sqlite, &schema, &ViewColumns::new())
        .losses
        .into_iter()
        .map(|Loss { object, reason }| format!("{object}: {reason}"))
        .collect();
    assert_eq!(
        losses,
        [
            "the column `posts`.` `: its name is blank, which no attribute takes",
            "the missing type of the column `posts`.`a`: a field has a type: it is said as BLOB",
            "the foreign key from `a` of the table `posts`: no struct is written for the table that it refers to",
        ]
    );
}

#[test]
fn sql_says_what_no_struct_does() {
    let mut written = write(
        Engine::Sqlite,
        &DatabaseSchema { views: vec![View::new("v", "SELECT 1 -- one")], ..DatabaseSchema::default() },
        &ViewColumns::new(),
    );
    assert_eq!(written.losses, []);
    assert_eq!(
        written.sql,
        [SqlFile {
            path: "views/v.sql".to_owned(),
            sql: "CREATE VIEW v AS SELECT 1 -- one\n;\n".to_owned(),
            objects: vec!["the view `v`".to_owned()],
        }]
    );
    let expected = "//! Written by `schema-cli models` from a sqlite database.\n\nuse schema_core::sql_file;\n\n\
                    sql_file!(\"sql/views/v.sql\", only(sqlite));\n";
    assert_eq!(text(&written), expected);
    assert!(
        written
            .rust(SqlPlace::Inline, &Style::default())
            .text
            .contains("sql!(\n    r\"CREATE VIEW v AS SELECT 1 -- one\n;\n\",\n")
    );
    assert!(written.leave_out("views/v.sql", "refused") && !written.leave_out("views/v.sql", "refused"));
    assert_eq!(written.losses, [Loss { object: "the view `v`".to_owned(), reason: "refused".to_owned() }]);
    assert_eq!(written.sql, []);
}

#[test]
fn structs_derive_what_is_asked_for_and_have_types_of_these_crates() {
    let value = |name: &str| EnumValue { name: name.to_owned(), renamed_from: None };
    let mood = EnumType {
        name: "mood".into(),
        values: ["Sad", "so_so"].map(value).to_vec(),
        comment: None,
        renamed_from: None,
    };
    let columns =
        [("Id", "bigint"), ("at", "timestamp with time zone"), ("price", "numeric(10,2)"), ("mood", "mood")];
    let items = table("items", columns.map(|(name, ty)| column(name, ty)).to_vec());
    let schema = DatabaseSchema { tables: vec![items], enums: vec![mood], ..DatabaseSchema::default() };
    let path = |path: &str| path.parse::<DerivePath>().unwrap();
    let style = Style {
        derives: vec![path("Debug"), path("sqlx::FromRow")],
        enum_derives: vec![path("Debug"), path("sqlx::Type")],
        dates: Dates::Chrono,
        decimals: Decimals::BigDecimal,
    };
    let rust = write(Engine::Postgres, &schema, &ViewColumns::new()).rust(SqlPlace::Inline, &style);
    let expected = "#[derive(SqlEnum, Debug, sqlx::Type)]\n#[sql_enum(name = \"mood\")]\n#[sqlx(type_name = \"mood\")]\n\
                    pub enum Mood {\n    Sad,\n    #[sql_enum(rename = \"so_so\")]\n    #[sqlx(rename = \"so_so\")]\n    SoSo,\n}\n\n\
                    #[derive(Table, Debug, sqlx::FromRow)]\n#[table(name = \"items\")]\npub struct Item {\n    \
                    #[column(pk, name = \"Id\")]\n    #[sqlx(rename = \"Id\")]\n    pub id: i64,\n    \
                    pub at: chrono::DateTime<chrono::Utc>,\n    #[column(precision = 10, scale = 2)]\n    \
                    pub price: bigdecimal::BigDecimal,\n    pub mood: Mood,\n}\n";
    assert!(rust.text.ends_with(expected), "{}", rust.text);
    assert_eq!(rust.crates.iter().copied().collect::<Vec<_>>(), ["bigdecimal", "chrono"]);
    let many = Style { derives: vec![path("some::long::path::of::A"); 5], ..Style::default() };
    let text = written(Engine::Sqlite, vec![table("t", vec![column("id", "INTEGER")])])
        .rust(SqlPlace::Inline, &many)
        .text;
    let expected = "#[derive(\n    Table, some::long::path::of::A, some::long::path::of::A, some::long::path::of::A,\n    \
                    some::long::path::of::A, some::long::path::of::A,\n)]\n";
    assert!(text.contains(expected), "{text}");
}
