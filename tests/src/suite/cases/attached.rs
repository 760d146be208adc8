//! What structs say of their tables that engines keep as objects of their own.

use super::{items, items_table};
use crate::models::{ColumnExt as _, document, integer, text, typed, with_source, with_view};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{
    ColumnSettings, Compression, Declared, Deferrability, Document, Engine, GrantedPrivilege, Index,
    IndexKey, IndexPart, Policy, PolicyCommand, Statistics, StatisticsKind, Storage, TableGrant,
    TablePrivilege, TableTrigger, TriggerAction, TriggerEnabled, TriggerEvent, TriggerTiming, ViewTrigger,
};
use std::collections::BTreeMap;

const COUNT: &str = "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN NEW.changes := NEW.changes + 1; RETURN NEW; END $$";

const NOTICE: &str =
    "CREATE FUNCTION notice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$";

fn noted() -> Document {
    items([text("note"), integer("changes").default_sql("0")])
}

fn wider() -> Document {
    document([items_table([text("note"), integer("changes").default_sql("1"), text("more").nullable()])])
}

fn trigger(
    name: &str,
    timing: TriggerTiming,
    events: &[TriggerEvent],
    action: TriggerAction,
) -> TableTrigger {
    TableTrigger {
        name: name.to_owned(),
        timing,
        events: events.to_vec(),
        for_each_statement: false,
        when: None,
        action: Some(action),
        constraint: None,
        old_table: None,
        new_table: None,
        enabled: TriggerEnabled::Usual,
        comment: None,
        renamed_from: None,
    }
}

/// The document with these triggers on its table, and the functions that they call.
fn triggers(document: Document, triggers: &[TableTrigger]) -> Document {
    let mut document = document;
    let calls = |function: &str| {
        triggers.iter().any(|it| it.action == Some(TriggerAction::Execute(format!("{function}()"))))
    };
    let functions = [("count_change", COUNT), ("notice", NOTICE)];
    for (_, sql) in functions.into_iter().filter(|(name, _)| calls(name)) {
        document = with_source(document, sql);
    }
    document.tables[0].triggers = triggers.iter().cloned().map(Declared::new).collect();
    document
}

fn policy(name: &str, command: PolicyCommand, using: Option<&str>, check: Option<&str>) -> Policy {
    Policy {
        name: name.to_owned(),
        command,
        roles: Vec::new(),
        using: using.map(str::to_owned),
        check: check.map(str::to_owned),
        restrictive: false,
        comment: None,
        renamed_from: None,
    }
}

fn policies(forced: bool, policies: &[Policy]) -> Document {
    let mut document = noted();
    let options = document.tables[0].options.entry(Engine::Postgres).or_default();
    (options.row_level_security, options.force_row_level_security) = (true, forced);
    document.tables[0].policies = policies.iter().cloned().map(Declared::new).collect();
    document
}

/// The document with a view whose rows are written through this trigger.
fn through_a_view(document: Document, trigger: &TableTrigger) -> Document {
    let mut document = with_view(document, "notes", "SELECT id, note FROM items");
    let view = "notes".into();
    document.view_triggers = vec![Declared::new(ViewTrigger { view, trigger: trigger.clone() })];
    document
}

fn statistics(kinds: &[StatisticsKind]) -> Document {
    let mut document = noted();
    let parts = vec![IndexKey::Column("changes".to_owned()), IndexKey::Expression("lower(note)".to_owned())];
    let comment = Some("how notes change".to_owned());
    let statistics = Statistics { name: "items_notes".to_owned(), parts, kinds: kinds.to_vec(), comment };
    document.tables[0].statistics = vec![Declared::new(statistics)];
    document
}

fn kept(mut document: Document, column: &str, settings: ColumnSettings) -> Document {
    let settings = ColumnSettings { column: column.to_owned(), ..settings };
    document.tables[0].settings.push(Declared::new(settings));
    document
}

/// To roles that every server has.
fn grant(privileges: &[(TablePrivilege, &[&str])], role: &str) -> TableGrant {
    let privileges = privileges.iter().map(|(privilege, columns)| GrantedPrivilege {
        privilege: *privilege,
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
    });
    TableGrant { privileges: privileges.collect(), roles: vec![role.to_owned()], with_grant_option: false }
}

fn grants(mut document: Document, grants: &[TableGrant]) -> Document {
    document.tables[0].grants = grants.iter().cloned().map(Declared::new).collect();
    document
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, capability, before, after| {
        Case::new(name, before, after)
            .only_with(capability)
            .row("items", row! { id: 3, note: "x", changes: 2 })
    };
    let on_update = |columns: &[&str]| {
        vec![TriggerEvent::Update(columns.iter().map(|&column| column.to_owned()).collect())]
    };
    let body = |sql: &str| TriggerAction::Body(sql.to_owned());
    let counted = "UPDATE items SET changes = changes + 1 WHERE id = NEW.id";
    let sqlite = |body_of| trigger("items_count", TriggerTiming::After, &on_update(&["note"]), body(body_of));
    let guarded =
        TableTrigger { when: Some("NEW.note <> OLD.note".to_owned()), ..sqlite("SELECT 1; SELECT 2") };
    let mysql = |sql| trigger("items_count", TriggerTiming::Before, &on_update(&[]), body(sql));
    let (by_one, by_two) = ("SET NEW.changes = NEW.changes + 1", "SET NEW.changes = NEW.changes + 2");
    let second = TableTrigger {
        name: "a_second".to_owned(),
        ..mysql("BEGIN SET @seen = NEW.id; SET @more = 1; END;")
    };
    let call = |function: &str| TriggerAction::Execute(format!("{function}()"));
    let postgres = trigger(
        "items_count",
        TriggerTiming::Before,
        &[TriggerEvent::Insert, TriggerEvent::Update(vec!["note".to_owned(), "changes".to_owned()])],
        call("count_change"),
    );
    let conditional = TableTrigger {
        when: Some("NEW.note <> ''".to_owned()),
        enabled: TriggerEnabled::Disabled,
        comment: Some("counts what was changed".to_owned()),
        ..postgres.clone()
    };
    let deferred = TableTrigger {
        constraint: Some(Deferrability::InitiallyDeferred),
        enabled: TriggerEnabled::Always,
        ..trigger("items_checked", TriggerTiming::After, &[TriggerEvent::Delete], call("notice"))
    };
    let of_statement = TableTrigger {
        for_each_statement: true,
        old_table: Some("old_items".to_owned()),
        new_table: Some("new_items".to_owned()),
        ..trigger("items_seen", TriggerTiming::After, &on_update(&[]), call("notice"))
    };
    let emptied = TableTrigger {
        for_each_statement: true,
        ..trigger("items_emptied", TriggerTiming::After, &[TriggerEvent::Truncate], call("notice"))
    };
    let stored = |document: Document, columns: &[&str]| {
        let mut document =
            with_view(document, "totals", "SELECT note, sum(changes) AS sum FROM items GROUP BY note");
        let parts = columns.iter().map(|&column| IndexPart::new(IndexKey::Column(column.to_owned())));
        let index =
            Index { name: Some("totals_key".to_owned()), unique: true, ..Index::new(parts.collect()) };
        let view = &mut document.views[0].base;
        (view.materialized, view.indexes) = (true, vec![index]);
        view.columns = vec!["note".to_owned(), "total".to_owned()];
        view.comment = Some("what has changed".to_owned());
        document
    };
    let reading = grant(&[(TablePrivilege::Select, &[]), (TablePrivilege::Update, &["note"])], "public");
    let writing = grant(&[(TablePrivilege::Insert, &[]), (TablePrivilege::Delete, &[])], "pg_monitor");
    let outside = ColumnSettings {
        column: String::new(),
        storage: Some(Storage::External),
        compression: Some(Compression::Pglz),
        statistics: None,
        with: BTreeMap::new(),
    };
    let looked_at =
        ColumnSettings { storage: None, compression: None, statistics: Some(77), ..outside.clone() };
    let own = policy("own", PolicyCommand::All, Some("note = current_user"), Some("changes < 10"));
    let seen = Policy {
        roles: vec!["public".to_owned()],
        restrictive: true,
        comment: Some("no empty ones".to_owned()),
        ..policy("seen", PolicyCommand::Select, Some("note <> ''"), None)
    };
    let written = policy("written", PolicyCommand::Insert, None, Some("changes = 0"));
    let changed = policy("own", PolicyCommand::All, Some("note = session_user"), Some("changes < 12"));
    let renamed = |trigger: &TableTrigger| TableTrigger {
        name: format!("{}_renamed", trigger.name),
        renamed_from: Some(trigger.name.clone()),
        ..trigger.clone()
    };
    let instead = |action: TriggerAction| {
        trigger("notes_written", TriggerTiming::InsteadOf, &[TriggerEvent::Insert], action)
    };
    let into_items = "INSERT INTO items (id, note) VALUES (NEW.id, NEW.note)";
    let (postgres_count, own_before, other) = (postgres.clone(), own.clone(), changed.clone());
    vec![
        case(
            "attach_a_trigger_in_sqlite",
            Capability::SqliteTables,
            noted(),
            triggers(noted(), &[sqlite(counted)]),
        ),
        case(
            "attach_another_trigger_to_a_table_that_changes_in_sqlite",
            Capability::SqliteTables,
            triggers(noted(), &[sqlite(counted)]),
            triggers(wider(), &[guarded]),
        ),
        case(
            "attach_a_trigger_in_mysql",
            Capability::MysqlTables,
            noted(),
            triggers(noted(), &[mysql(by_one), second.clone()]),
        ),
        case(
            "attach_another_trigger_to_a_table_that_changes_in_mysql",
            Capability::MysqlTables,
            triggers(noted(), &[mysql(by_one), second.clone()]),
            triggers(wider(), &[second, mysql(by_two)]),
        ),
        case(
            "attach_triggers_in_postgres",
            Capability::Namespaces,
            noted(),
            triggers(noted(), &[postgres.clone(), deferred.clone(), of_statement, emptied]),
        ),
        case(
            "attach_other_triggers_in_postgres",
            Capability::Namespaces,
            triggers(noted(), &[postgres, deferred.clone()]),
            triggers(wider(), &[conditional, TableTrigger { constraint: None, ..deferred }]),
        ),
        case(
            "attach_policies",
            Capability::Namespaces,
            noted(),
            policies(false, &[own.clone(), seen.clone(), written]),
        ),
        case(
            "attach_other_policies",
            Capability::Namespaces,
            policies(false, &[own, seen.clone()]),
            policies(true, &[changed, Policy { restrictive: false, ..seen }]),
        ),
        case(
            "rename_a_trigger_in_sqlite",
            Capability::SqliteTables,
            triggers(noted(), &[sqlite(counted)]),
            triggers(noted(), &[renamed(&sqlite(counted))]),
        ),
        case(
            "rename_a_trigger_in_mysql",
            Capability::MysqlTables,
            triggers(noted(), &[mysql(by_one)]),
            triggers(noted(), &[renamed(&mysql(by_one))]),
        ),
        case(
            "rename_a_trigger_of_a_table_that_is_renamed_in_postgres",
            Capability::Namespaces,
            triggers(noted(), std::slice::from_ref(&postgres_count)),
            {
                let mut document = triggers(noted(), &[renamed(&postgres_count)]);
                document.tables[0].name = "things".into();
                document.tables[0].renamed_from = Some("items".to_owned());
                document
            },
        ),
        case(
            "rename_a_policy_and_change_it",
            Capability::Namespaces,
            policies(false, std::slice::from_ref(&own_before)),
            {
                let renamed_from = Some("own".to_owned());
                policies(false, &[Policy { name: "of_user".to_owned(), renamed_from, ..other }])
            },
        ),
        case(
            "write_through_a_view_in_sqlite",
            Capability::SqliteTables,
            noted(),
            through_a_view(noted(), &instead(body(into_items))),
        ),
        case(
            "write_otherwise_through_a_view_in_sqlite",
            Capability::SqliteTables,
            through_a_view(noted(), &instead(body("SELECT 1"))),
            through_a_view(wider(), &instead(body(into_items))),
        ),
        case(
            "write_through_a_view_in_postgres",
            Capability::Namespaces,
            with_source(noted(), NOTICE),
            with_source(through_a_view(noted(), &instead(call("notice"))), NOTICE),
        ),
        case(
            "write_otherwise_through_a_view_in_postgres",
            Capability::Namespaces,
            with_source(through_a_view(noted(), &instead(call("notice"))), NOTICE),
            {
                let comment = Some("in the place of".to_owned());
                let trigger = TableTrigger { comment, ..renamed(&instead(call("notice"))) };
                with_source(through_a_view(wider(), &trigger), NOTICE)
            },
        ),
        case("row_level_security_without_policies", Capability::Namespaces, noted(), policies(true, &[])),
        case("store_a_view", Capability::Namespaces, noted(), stored(noted(), &["note"])),
        case(
            "store_a_view_with_another_index_of_a_table_that_changes",
            Capability::Namespaces,
            stored(noted(), &["note"]),
            stored(wider(), &["note", "total"]),
        ),
        case(
            "grant_what_a_struct_says",
            Capability::Namespaces,
            noted(),
            grants(noted(), &[reading.clone(), writing.clone()]),
        ),
        case(
            "grant_and_revoke_on_a_table_that_changes",
            Capability::Namespaces,
            grants(noted(), &[reading, writing.clone()]),
            grants(
                wider(),
                &[
                    TableGrant { with_grant_option: true, ..writing },
                    grant(&[(TablePrivilege::Update, &["more"])], "public"),
                ],
            ),
        ),
        case(
            "say_how_values_are_kept",
            Capability::Namespaces,
            noted(),
            kept(kept(noted(), "note", outside.clone()), "changes", looked_at.clone()),
        ),
        case(
            "say_otherwise_how_values_are_kept",
            Capability::Namespaces,
            kept(noted(), "note", outside.clone()),
            kept(
                wider(),
                "note",
                ColumnSettings { storage: Some(Storage::Main), compression: None, ..looked_at },
            ),
        ),
        case(
            "change_the_type_of_a_column_whose_values_are_kept_as_said",
            Capability::Namespaces,
            kept(noted(), "note", outside.clone()),
            kept(
                items([typed("note", "varchar(90)"), integer("changes").default_sql("0")]),
                "note",
                outside.clone(),
            ),
        ),
        case(
            "say_how_values_are_kept_as_it_is",
            Capability::Namespaces,
            kept(noted(), "note", outside.clone()),
            noted(),
        )
        .is_no_change(),
        case("attach_statistics", Capability::Namespaces, noted(), statistics(&[])),
        case(
            "attach_other_statistics",
            Capability::Namespaces,
            statistics(&[]),
            statistics(&[StatisticsKind::Ndistinct]),
        ),
    ]
}
