use super::{column, sql, table, texts};
use crate::comparison::{Comparison, compare};
use crate::dialect::Scope;
use crate::diff::{self, RenameError, RenameRequest, RenameSubject};
use crate::model::{
    AutoIncrement, Check, Column, DatabaseSchema, Default, Engine, EnumType, EnumValue, ForeignKey,
    Generated, Index, IndexKey, IndexPart, KeyColumn, Partition, QualifiedName, SequenceOptions, Table,
    Unique, View,
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn enum_type(name: &str, values: &[&str]) -> EnumType {
    EnumType {
        name: name.into(),
        values: values
            .iter()
            .map(|value| EnumValue { name: (*value).to_owned(), renamed_from: None })
            .collect(),
        comment: None,
        renamed_from: None,
    }
}

/// A table whose column is called as its enum type, as introspection reads it.
fn jobs() -> DatabaseSchema {
    let mut jobs = table(
        "jobs",
        vec![
            column("id", sql("integer")),
            Column {
                default: Some(Default::Sql("'queued'::status".to_owned())),
                ..column("status", sql("status"))
            },
            column("past", sql("status[]")),
        ],
    );
    jobs.uniques = vec![Unique { name: text("jobs_id_key"), ..Unique::new(vec![KeyColumn::new("id")]) }];
    jobs.checks =
        vec![Check { name: text("jobs_check"), ..Check::new("((status <> 'queued'::status) OR (id > 0))") }];
    jobs.indexes = vec![Index {
        name: text("jobs_idx"),
        predicate: text("(status = 'queued'::status)"),
        ..Index::new(vec![IndexPart::new(IndexKey::Column("id".to_owned()))])
    }];
    jobs.options.replica_identity = text("USING INDEX jobs_id_key");
    DatabaseSchema {
        tables: vec![jobs],
        enums: vec![enum_type("status", &["queued", "done"])],
        views: vec![View::new("waiting", "SELECT status FROM jobs WHERE status = 'queued'::status")],
        ..DatabaseSchema::default()
    }
}

fn compared(
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    requests: &[RenameRequest],
) -> Result<Comparison, RenameError> {
    compare(Engine::Postgres, current.clone(), desired.clone(), Scope::Models, requests)
}

fn differences(
    current: &DatabaseSchema,
    desired: &DatabaseSchema,
    requests: &[RenameRequest],
) -> Vec<String> {
    diff::describe(compared(current, desired, requests).expect("the renames can be made").changes())
}

/// The schema with an enum type, one of its values, an index and constraints called otherwise.
fn renamed_jobs() -> DatabaseSchema {
    let mut desired = jobs();
    desired.enums = vec![enum_type("State", &["it's waiting", "done"])];
    let jobs = &mut desired.tables[0];
    jobs.columns[1].ty = sql("\"State\"");
    jobs.columns[1].default = Some(Default::Sql("'it''s waiting'::\"State\"".to_owned()));
    jobs.columns[2].ty = sql("\"State\"[]");
    // Models leave it open.
    jobs.options.replica_identity = None;
    jobs.uniques[0].name = text("the_id");
    jobs.checks[0].name = text("the_check");
    jobs.checks[0].expression = "((status <> 'it''s waiting'::\"State\") OR (id > 0))".to_owned();
    jobs.indexes[0].name = text("the_index");
    jobs.indexes[0].predicate = text("(status = 'it''s waiting'::\"State\")");
    desired.views[0].query = "SELECT status FROM jobs WHERE status = 'it''s waiting'::\"State\"".to_owned();
    desired
}

const RENAMES: [&str; 5] = [
    "rename enum `status` to `State`",
    "rename value `queued` of `State` to `it's waiting`",
    "rename constraint `jobs_id_key` of `jobs` to `the_id`",
    "rename constraint `jobs_check` of `jobs` to `the_check`",
    "rename index `jobs_idx` on `jobs` to `the_index`",
];

#[test]
fn hints_rename_enum_types_values_indexes_and_constraints() {
    let mut desired = renamed_jobs();
    desired.enums[0].renamed_from = text("status");
    desired.enums[0].values[0].renamed_from = text("queued");
    desired.tables[0].uniques[0].renamed_from = text("jobs_id_key");
    desired.tables[0].checks[0].renamed_from = text("jobs_check");
    desired.tables[0].indexes[0].renamed_from = text("jobs_idx");
    assert_eq!(differences(&jobs(), &desired, &[]), RENAMES);
    let comparison = compared(&jobs(), &desired, &[]).expect("the renames can be made");
    assert_eq!(
        comparison.desired().tables[0].options.replica_identity.as_deref(),
        Some("USING INDEX the_id"),
        "the replica identity follows"
    );
    // The down script, with the values first.
    let back = comparison.changes().inverse();
    let undone =
        diff::apply(comparison.renamed(), &back.renames, &crate::dialect::spelling(Engine::Postgres).renames);
    assert_eq!(undone.tables, jobs().tables);
    assert_eq!(undone.enums, jobs().enums);
    // Once they are made the hints do nothing.
    assert_eq!(differences(comparison.desired(), &desired, &[]), Vec::<String>::new());
}

#[test]
fn requests_rename_them_too() {
    let request = |subject, to: &str| RenameRequest { subject, to: to.to_owned() };
    let part = |owner: &str, name: &str| RenameSubject::Column(owner.into(), name.to_owned());
    let requests = [
        request(RenameSubject::Table("status".into()), "State"),
        request(part("State", "queued"), "it's waiting"),
        request(part("jobs", "jobs_id_key"), "the_id"),
        request(part("jobs", "jobs_check"), "the_check"),
        request(part("jobs", "jobs_idx"), "the_index"),
    ];
    assert_eq!(differences(&jobs(), &renamed_jobs(), &requests), RENAMES);
    let wrong = request(RenameSubject::Table("status".into()), "mood");
    let error = compared(&jobs(), &renamed_jobs(), &[wrong]).expect_err("no such enum in the models");
    assert_eq!(error.to_string(), "cannot rename `status=mood`: the models have no `mood`");
    for (subject, to, message) in [
        (part("status", "queued"), "x", "cannot rename `status.queued=x`: the models have no `status`"),
        (part("jobs", "jobs_idx"), "x", "cannot rename `jobs.jobs_idx=x`: the models have no `x`"),
    ] {
        let error = compared(&jobs(), &renamed_jobs(), &[request(subject, to)]).expect_err(message);
        assert_eq!(error.to_string(), message);
    }
    let error = compared(&jobs(), &jobs(), &[request(part("status", "gone"), "done")]).expect_err("gone");
    assert_eq!(error.to_string(), "cannot rename `status.gone=done`: the database has no `gone`");
}

#[test]
fn what_looks_like_a_renamed_enum_is_asked_about() {
    let enums = |object: EnumType| DatabaseSchema { enums: vec![object], ..DatabaseSchema::default() };
    let candidates = |current, desired| {
        compared(&enums(current), &enums(desired), &[])
            .expect("nothing is requested")
            .rename_candidates()
            .into_iter()
            .map(|candidate| (candidate.subject, candidate.to))
            .collect::<Vec<_>>()
    };
    let status = || enum_type("status", &["a", "b", "c"]);
    assert_eq!(
        candidates(status(), enum_type("state", &["a", "b", "d"])),
        [(RenameSubject::EnumType("status".into()), texts(&["state"]))]
    );
    assert_eq!(
        candidates(status(), enum_type("status", &["a", "x", "c"])),
        [(RenameSubject::EnumValue("status".into(), "b".to_owned()), texts(&["x"]))]
    );
    assert_eq!(candidates(status(), enum_type("status", &["a", "c"])), []);
}

#[test]
fn a_value_that_is_renamed_is_neither_dropped_nor_asked_about() {
    let schema = |values: &[&str]| DatabaseSchema {
        enums: vec![enum_type("status", values)],
        ..DatabaseSchema::default()
    };
    let mut desired = schema(&["new", "b", "ok"]);
    desired.enums[0].values[2].renamed_from = text("a");
    let comparison = compared(&schema(&["a", "b", "c"]), &desired, &[]).expect("a rename by hint");
    assert_eq!(
        diff::describe(comparison.changes()),
        ["rename value `a` of `status` to `ok`", "change enum `status`: add `new`, drop `c`, another order"]
    );
    let candidates = comparison.rename_candidates();
    let subjects: Vec<&RenameSubject> = candidates.iter().map(|candidate| &candidate.subject).collect();
    assert_eq!(subjects, [&RenameSubject::EnumValue("status".into(), "c".to_owned())]);
}

#[test]
fn a_table_in_a_schema_is_renamed_by_request() {
    let users = |name: &str| {
        let name = QualifiedName { schema: text("app"), name: name.to_owned() };
        DatabaseSchema {
            tables: vec![Table { name, ..table("", vec![column("id", sql("integer"))]) }],
            ..DatabaseSchema::default()
        }
    };
    let request = |owner: &str, name: &str, to: &str| {
        let subject = RenameSubject::Column(owner.into(), name.to_owned());
        RenameRequest { subject, to: to.to_owned() }
    };
    assert_eq!(
        differences(&users("users"), &users("people"), &[request("app", "users", "people")]),
        ["rename table `app.users` to `app.people`"]
    );
    let mut desired = users("users");
    desired.tables[0].columns[0].name = "key".to_owned();
    assert_eq!(
        differences(&users("users"), &desired, &[request("app.users", "id", "key")]),
        ["rename column `app.users`.`id` to `key`"]
    );
}

#[test]
fn a_column_that_is_called_as_its_table_keeps_its_name() {
    let mut current = table("status", vec![column("status", sql("text"))]);
    current.checks = vec![Check { name: text("c"), ..Check::new("(status <> ''::text)") }];
    let mut desired = Table { renamed_from: text("status"), ..current.clone() };
    desired.name = "state".into();
    let schema = |table| DatabaseSchema { tables: vec![table], ..DatabaseSchema::default() };
    assert_eq!(differences(&schema(current), &schema(desired), &[]), ["rename table `status` to `state`"]);
}

#[test]
fn a_renamed_column_is_followed_by_all_that_names_it() {
    let mut log = table(
        "log",
        vec![
            column("id", sql("integer")),
            Column {
                generated: Some(Generated { expression: "lower((id)::text)".to_owned(), stored: true }),
                ..column("low", sql("text"))
            },
        ],
    );
    log.partition_by = text("RANGE (id)");
    log.uniques = vec![Unique { name: text("log_id_key"), ..Unique::new(vec![KeyColumn::new("id")]) }];
    let part = Table {
        name: "log_1".into(),
        columns: log.columns.clone(),
        partition_of: Some(Partition::new("log", "DEFAULT")),
        ..table("", Vec::new())
    };
    let mut other = table("other", vec![column("log_id", sql("integer"))]);
    other.foreign_keys = vec![ForeignKey {
        name: text("other_log_id_fkey"),
        referenced_columns: texts(&["id"]),
        ..ForeignKey::new(texts(&["log_id"]), "log".into())
    }];
    let current =
        DatabaseSchema { tables: vec![log.clone(), part, other.clone()], ..DatabaseSchema::default() };
    let mut desired = log;
    desired.partition_by = None;
    desired.columns[0].name = "Id".to_owned();
    desired.columns[0].renamed_from = text("id");
    desired.columns[1].generated =
        Some(Generated { expression: "lower((\"Id\")::text)".to_owned(), stored: true });
    desired.uniques = vec![Unique::new(vec![KeyColumn::new("Id")])];
    other.foreign_keys[0].referenced_columns = texts(&["Id"]);
    let desired = DatabaseSchema { tables: vec![desired, other], ..DatabaseSchema::default() };
    assert_eq!(differences(&current, &desired, &[]), ["rename column `log`.`id` to `Id`"]);
}

#[test]
fn a_sequence_keeps_its_name_when_its_table_is_renamed() {
    let users = |name: &str| {
        table(name, vec![Column { auto: Some(AutoIncrement::Serial), ..column("id", sql("integer")) }])
    };
    let schema = |table| DatabaseSchema { tables: vec![table], ..DatabaseSchema::default() };
    let desired = Table { renamed_from: text("users"), ..users("people") };
    let comparison =
        compared(&schema(users("users")), &schema(desired), &[]).expect("the renames can be made");
    let sequence = comparison.desired().tables[0].columns[0].sequence.clone();
    assert_eq!(sequence, Some(SequenceOptions { name: text("users_id_seq"), ..SequenceOptions::default() }));
    assert_eq!(diff::describe(comparison.changes()), ["rename table `users` to `people`"]);
    let rules = crate::dialect::spelling(Engine::Postgres).renames;
    let back = diff::apply(comparison.desired(), &comparison.changes().inverse().renames, &rules);
    assert_eq!(back.tables, schema(users("users")).tables);
}
