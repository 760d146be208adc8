//! What `validate` finds in documents.

#![expect(dead_code, reason = "models are declared, not used")]
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use schema_core::model::{
    AutoIncrement, Check, ColumnType, Declared, Default, Document, Domain, Engine, IndexKey, IndexPart,
    QualifiedName, ReferentialAction,
};
use schema_core::validate::validate;
use schema_core::{Schema, SqlEnum, Table};

#[derive(SqlEnum)]
#[sql_enum(name = "state")]
enum State {
    New,
}

#[derive(Table)]
#[table(name = "feeds")]
struct Feed {
    #[column(pk, auto)]
    id: i64,
    #[column(unique)]
    url: String,
    name: String,
}

#[derive(Table)]
#[table(
    name = "products",
    index(name = "by_title", columns(title)),
    check(name = "titled", expr = "title <> ''")
)]
struct Product {
    #[column(pk, name = "ident")]
    id: i64,
    #[column(fk(Feed::id))]
    feed: Option<i64>,
    title: String,
    #[column(generated = "lower(title)", stored)]
    lower: String,
    state: State,
}

fn models() -> Document {
    Schema::of::<(Feed, Product)>().unwrap()
}

/// What is found after a change, one error a line.
fn found(change: impl FnOnce(&mut Document)) -> String {
    let mut document = models();
    change(&mut document);
    let errors = validate(&document).err().unwrap_or_default();
    let lines: Vec<String> = errors.iter().map(|error| error.to_string().replace("validate::", "")).collect();
    lines.join("\n")
}

#[test]
fn sound_models_pass() {
    assert_eq!(found(|_| {}), "");
}

#[test]
fn an_error_names_struct_and_field() {
    let errors = found(|document| document.tables[1].columns[0].base.auto = Some(AutoIncrement::Usual));
    assert_eq!(errors, "");
    let errors = found(|document| {
        document.tables[1].columns[0].base.auto = Some(AutoIncrement::Usual);
        document.tables[1].columns[0].base.default = Some(Default::Number("1".to_owned()));
    });
    assert_eq!(
        errors,
        "`Product.id`: the database numbers this column: it has no default and is not generated"
    );
}

#[test]
fn columns_are_there_once_and_numbered_once() {
    let errors = found(|document| {
        let table = &mut document.tables[1];
        let mut twin = table.columns[2].clone();
        twin.base.renamed_from = Some("title".to_owned());
        table.columns.push(twin);
        table.columns[0].base.auto = Some(AutoIncrement::Usual);
        table.columns[2].base.auto = Some(AutoIncrement::Usual);
        table.columns[1].base.auto = Some(AutoIncrement::Usual);
    });
    assert_eq!(
        errors,
        "`Product`: the database numbers one column of a table, not both `ident` and `feed`\n\
         `Product.feed`: the database numbers this column: it never is NULL\n\
         `Product.title`: there are two columns `title`\n\
         `Product.title`: `renamed_from` is the present name, `title`\n\
         `Product.title`: the database numbers integers alone"
    );
}

#[test]
fn a_former_name_is_claimed_once() {
    let errors = found(|document| {
        document.tables[0].renamed_from = Some("sources".to_owned());
        document.tables[1].renamed_from = Some("sources".to_owned());
    });
    assert_eq!(errors, "`Product`: `Feed` is renamed from `sources` too");
}

#[test]
fn keys_and_indexes_are_of_columns_that_exist() {
    let errors = found(|document| {
        let table = &mut document.tables[1];
        let key = &mut table.primary_key.as_mut().unwrap().base;
        key.columns[0].name = "feed".to_owned();
        table.indexes[0].base.parts.push(IndexPart::new(IndexKey::Column("titel".to_owned())));
        table.indexes[0].base.include.push("title".to_owned());
        table.indexes.push(Declared::new(table.indexes[0].base.clone()));
        table.indexes[1].base.parts.clear();
        table.indexes[1].base.include.clear();
        table
            .checks
            .push(Declared::new(Check { expression: " ".to_owned(), ..table.checks[0].base.clone() }));
    });
    assert_eq!(
        errors,
        "`Product`: `by_title` is the name of another one of this table\n\
         `Product`: `titled` is the name of another one of this table\n\
         `Product, check titled`: the check has no expression\n\
         `Product, index by_title`: the table has no column `titel`\n\
         `Product, index by_title`: the column `title` is named twice\n\
         `Product, index by_title`: it has no columns\n\
         `Product.id`: the column `feed` of the primary key allows NULL"
    );
}

#[test]
fn a_foreign_key_leads_to_a_key_of_the_same_types() {
    let to = |change: fn(&mut schema_core::model::ForeignKey)| {
        found(|document| change(&mut document.tables[1].foreign_keys[0].base))
    };
    assert_eq!(to(|key| key.references.name = "feed".to_owned()), "`Product.feed`: there is no table `feed`");
    assert_eq!(
        to(|key| key.referenced_columns = vec!["ident".to_owned()]),
        "`Product.feed`: the table `feeds` has no column `ident`"
    );
    assert_eq!(
        to(|key| key.referenced_columns.push("url".to_owned())),
        "`Product.feed`: it has 1 columns, but refers to 2"
    );
    assert_eq!(
        to(|key| key.referenced_columns = vec!["name".to_owned()]),
        "`Product.feed`: `feeds` (name) is neither primary key nor unique\n\
         `Product.feed`: `feed` and `feeds.name`, which it refers to, are of different types"
    );
    // No columns mean the primary key.
    assert_eq!(to(|key| key.referenced_columns.clear()), "");
    assert_eq!(
        to(|key| key.on_delete = ReferentialAction::SetNull(vec!["title".to_owned()])),
        "`Product.feed`: the key sets `title` to NULL, which the column does not allow\n\
         `Product.feed`: `title` is no column of the key"
    );
}

#[test]
fn a_foreign_key_may_not_leave_an_engine() {
    let errors = found(|document| document.tables[0].only = vec![Engine::Postgres]);
    assert_eq!(errors, "`Product.feed`: there is no table `feeds`");
    let on = |feeds: &[Engine]| {
        found(|document| {
            document.tables[0].only = feeds.to_vec();
            document.tables[1].only = vec![Engine::Mariadb];
        })
    };
    assert_eq!(on(&[Engine::Mysql, Engine::Mariadb]), "");
    // MySQL is MySQL alone; it is the derives that take MariaDB along.
    assert_eq!(on(&[Engine::Mysql]), "`Product.feed`: there is no table `feeds`");
}

#[test]
fn generated_columns_and_enums_are_consistent() {
    let errors = found(|document| {
        let table = &mut document.tables[1];
        table.columns[3].base.default = Some(Default::Text("x".to_owned()));
        table.columns[4].base.default = Some(Default::EnumValue("Old".to_owned()));
        table.columns[2].base.ty = ColumnType::Array(Box::new(ColumnType::Enum("stat".to_owned())));
        let values = &mut document.enums[0].base.values;
        values.extend(values.clone());
    });
    assert_eq!(
        errors,
        "`Product.lower`: a generated column has no default\n\
         `Product.state`: `Old` is no value of the enum `state`\n\
         `Product.title`: there is no enum `stat`\n\
         `State`: the enum has the value `New` twice"
    );
}

#[test]
fn a_mistake_in_one_engine_s_definition_is_found() {
    let errors = found(|document| {
        let column = &mut document.tables[1].columns[3];
        let mut on_mysql = column.base.clone();
        on_mysql.default = Some(Default::Now);
        column.overrides.insert(Engine::Mysql, on_mysql);
    });
    assert_eq!(errors, "`Product.lower`: a generated column has no default");
}

#[test]
fn a_type_that_is_made_of_itself_is_an_error() {
    let domain = |name: &str, below: &str| {
        let below = ColumnType::Array(Box::new(ColumnType::Domain(QualifiedName::new(below))));
        Declared::new(Domain::new(QualifiedName::new(name), below))
    };
    assert_eq!(
        found(|document| document.domains = vec![domain("a", "b"), domain("b", "a"), domain("c", "a")]),
        "`a`: the type `a` is made of itself\n`b`: the type `b` is made of itself"
    );
}
