//! Triggers, policies, statistics and grants that structs say, as PostgreSQL makes them.

use super::{quote, quote_name, quote_text, render};
use crate::dialect::attached::Said;
use crate::model::{
    ColumnSettings, Deferrability, GrantedPrivilege, IndexKey, ObjectKind, Policy, PolicyCommand,
    QualifiedName, Statistics, StatisticsKind, TableGrant, TableSettings, TableTrigger, TriggerAction,
    TriggerEnabled, TriggerEvent, TriggerTiming, View,
};
use std::collections::BTreeMap;

/// Adds the objects that a struct says.
pub(in crate::dialect) fn attach(said: &mut Said<'_>) {
    let (table, engine) = (said.table, said.engine);
    for trigger in said.triggers() {
        attach_trigger(trigger, said);
    }
    for policy in table.policies.iter().filter_map(|it| it.for_engine(engine)) {
        let statements = policy_statements(policy, &table.name);
        said.add_named(ObjectKind::Policy, (&policy.name, policy.renamed_from.as_ref()), statements);
    }
    for statistics in table.statistics.iter().filter_map(|it| it.for_engine(engine)) {
        let statements = statistics_statements(statistics, &table.name);
        said.add("statistics", &statistics.name, statements);
    }
    for settings in table.settings.iter().filter_map(|it| it.for_engine(engine)) {
        if settings.is_said() {
            let statement = settings_statement(settings, &table.name);
            said.add("storage of", &settings.column, vec![statement]);
        }
    }
    for settings in table.table_settings.iter().filter_map(|it| it.for_engine(engine)) {
        for statement in table_settings_statements(settings, &table.name) {
            said.add("settings of", &table.name.name, vec![statement]);
        }
    }
    for grant in table.grants.iter().filter_map(|it| it.for_engine(engine)) {
        said.add("grant to", &grant.roles.join(", "), vec![grant_statement(grant, &table.name)]);
    }
}

/// The statements that create a materialized view and its indexes.
pub(in crate::dialect) fn materialized_statements(view: &View) -> Vec<String> {
    let name = &view.name;
    let query = view.query.trim().trim_end_matches(';').to_owned();
    let mut statements = vec![render::create_view(&View { query, ..view.clone() })];
    for index in &view.indexes {
        statements.push(render::create_index(name, index, render::IndexBuild::Whole));
        let index_name =
            QualifiedName { schema: name.schema.clone(), name: index.name.clone().unwrap_or_default() };
        statements.extend(comment_on(&format!("INDEX {}", quote_name(&index_name)), index.comment.as_ref()));
    }
    statements.extend(comment_on(&format!("MATERIALIZED VIEW {}", quote_name(name)), view.comment.as_ref()));
    statements
}

fn attach_trigger(trigger: &TableTrigger, said: &mut Said<'_>) {
    let TableTrigger {
        name,
        timing,
        events,
        for_each_statement,
        when,
        action,
        constraint,
        old_table,
        new_table,
        enabled,
        comment,
        renamed_from,
    } = trigger;
    let Some(TriggerAction::Execute(function)) = action else {
        let what = if action.is_some() { "a trigger with a `body`" } else { "a trigger without `execute`" };
        said.problem(
            name,
            what,
            "call a function: `postgres(execute = \"touch()\")`, which `sql!` creates; or leave the trigger to other engines with `except(postgres)`",
        );
        return;
    };
    if constraint.is_some() && (*timing != TriggerTiming::After || *for_each_statement) {
        let hint = "a constraint trigger fires `after` the change of each `row`";
        said.problem(name, "such a constraint trigger", hint);
    }
    if events.contains(&TriggerEvent::Truncate) && !for_each_statement {
        said.problem(
            name,
            "a trigger on `truncate` for each row",
            "write a trigger of its own with `truncate, each = statement`",
        );
    }
    let has_columns =
        |event: &TriggerEvent| matches!(event, TriggerEvent::Update(columns) if !columns.is_empty());
    if *timing == TriggerTiming::InsteadOf && events.iter().any(has_columns) {
        let hint = "write `update`, or leave `update_of(..)` to SQLite: `postgres(update)`";
        said.problem(name, "a trigger on some columns of a view", hint);
    }
    let table = quote_name(&said.table.name);
    let timing = match timing {
        TriggerTiming::Before => "BEFORE",
        TriggerTiming::After => "AFTER",
        TriggerTiming::InsteadOf => "INSTEAD OF",
    };
    let events: Vec<String> = events.iter().map(event).collect();
    let kind = if constraint.is_some() { "CONSTRAINT TRIGGER" } else { "TRIGGER" };
    let mut sql = format!("CREATE {kind} {} {timing} {} ON {table}", quote(name), events.join(" OR "));
    sql.push_str(match constraint {
        None | Some(Deferrability::NotDeferrable) => "",
        Some(Deferrability::InitiallyImmediate) => " DEFERRABLE",
        Some(Deferrability::InitiallyDeferred) => " DEFERRABLE INITIALLY DEFERRED",
    });
    if old_table.is_some() || new_table.is_some() {
        sql.push_str(" REFERENCING");
    }
    for (which, name) in [("OLD", old_table), ("NEW", new_table)] {
        if let Some(name) = name {
            sql.push_str(&format!(" {which} TABLE AS {}", quote(name)));
        }
    }
    sql.push_str(if *for_each_statement { " FOR EACH STATEMENT" } else { " FOR EACH ROW" });
    if let Some(when) = when {
        sql.push_str(&format!(" WHEN ({when})"));
    }
    let call = if function.contains('(') { "" } else { "()" };
    sql.push_str(&format!(" EXECUTE FUNCTION {function}{call}"));
    let mut statements = vec![sql];
    let enable = match enabled {
        TriggerEnabled::Usual => None,
        TriggerEnabled::Always => Some("ENABLE ALWAYS"),
        TriggerEnabled::Replica => Some("ENABLE REPLICA"),
        TriggerEnabled::Disabled => Some("DISABLE"),
    };
    statements.extend(enable.map(|enable| format!("ALTER TABLE {table} {enable} TRIGGER {}", quote(name))));
    statements.extend(comment_on(&format!("TRIGGER {} ON {table}", quote(name)), comment.as_ref()));
    said.add_named(ObjectKind::Trigger, (name, renamed_from.as_ref()), statements);
}

fn event(event: &TriggerEvent) -> String {
    match event {
        TriggerEvent::Insert => "INSERT".to_owned(),
        TriggerEvent::Update(columns) if columns.is_empty() => "UPDATE".to_owned(),
        TriggerEvent::Update(columns) => {
            let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
            format!("UPDATE OF {}", columns.join(", "))
        }
        TriggerEvent::Delete => "DELETE".to_owned(),
        TriggerEvent::Truncate => "TRUNCATE".to_owned(),
    }
}

fn policy_statements(policy: &Policy, table: &QualifiedName) -> Vec<String> {
    let Policy { name, command, roles, using, check, restrictive, comment, renamed_from: _ } = policy;
    let target = format!("{} ON {}", quote(name), quote_name(table));
    let command = match command {
        PolicyCommand::All => "ALL",
        PolicyCommand::Select => "SELECT",
        PolicyCommand::Insert => "INSERT",
        PolicyCommand::Update => "UPDATE",
        PolicyCommand::Delete => "DELETE",
    };
    let kind = if *restrictive { " AS RESTRICTIVE" } else { "" };
    let mut sql = format!("CREATE POLICY {target}{kind} FOR {command}");
    if !roles.is_empty() {
        let roles: Vec<String> = roles.iter().map(|name| role(name)).collect();
        sql.push_str(&format!(" TO {}", roles.join(", ")));
    }
    if let Some(using) = using {
        sql.push_str(&format!(" USING ({using})"));
    }
    if let Some(check) = check {
        sql.push_str(&format!(" WITH CHECK ({check})"));
    }
    let mut statements = vec![sql];
    statements.extend(comment_on(&format!("POLICY {target}"), comment.as_ref()));
    statements
}

/// The names of roles that are words of the language stand as they are.
fn role(name: &str) -> String {
    let is_word = ["public", "current_user", "current_role", "session_user"].contains(&name);
    if is_word { name.to_uppercase() } else { quote(name) }
}

fn statistics_statements(statistics: &Statistics, table: &QualifiedName) -> Vec<String> {
    let Statistics { name, parts, kinds, comment } = statistics;
    let name = quote_name(&QualifiedName { schema: table.schema.clone(), name: name.clone() });
    let kinds: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            StatisticsKind::Ndistinct => "ndistinct",
            StatisticsKind::Dependencies => "dependencies",
            StatisticsKind::Mcv => "mcv",
        })
        .collect();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            IndexKey::Column(column) => quote(column),
            IndexKey::Expression(expression) => format!("({expression})"),
        })
        .collect();
    let create =
        format!("CREATE STATISTICS {name}{kinds} ON {} FROM {}", parts.join(", "), quote_name(table));
    let mut statements = vec![create];
    statements.extend(comment_on(&format!("STATISTICS {name}"), comment.as_ref()));
    statements
}

fn settings_statement(settings: &ColumnSettings, table: &QualifiedName) -> String {
    let ColumnSettings { column, storage, compression, statistics, with } = settings;
    let storage = storage.map(|storage| format!("STORAGE {}", storage.keyword()));
    let compression = compression.map(|compression| format!("COMPRESSION {}", compression.keyword()));
    let statistics = statistics.map(|target| format!("STATISTICS {target}"));
    let with = (!with.is_empty()).then(|| format!("({})", parameters("", with)));
    let actions = [storage, compression, statistics, with].into_iter().flatten();
    let actions: Vec<String> =
        actions.map(|action| format!("ALTER COLUMN {} SET {action}", quote(column))).collect();
    format!("ALTER TABLE ONLY {} {}", quote_name(table), actions.join(", "))
}

/// `a = '1', b = '2'`
fn parameters(prefix: &str, with: &BTreeMap<String, String>) -> String {
    let parameter =
        |(name, value): (&String, &String)| format!("{prefix}{} = {}", quote(name), quote_text(value));
    with.iter().map(parameter).collect::<Vec<_>>().join(", ")
}

fn table_settings_statements(settings: &TableSettings, table: &QualifiedName) -> Vec<String> {
    let TableSettings { cluster_on, of_type, toast } = settings;
    let table = quote_name(table);
    let of_type = of_type.as_ref().map(|of_type| {
        let of_type = match of_type.split_once('.') {
            Some((schema, name)) => QualifiedName { schema: Some(schema.to_owned()), name: name.to_owned() },
            None => QualifiedName::new(of_type),
        };
        format!("ALTER TABLE {table} OF {}", quote_name(&of_type))
    });
    let cluster_on =
        cluster_on.as_ref().map(|index| format!("ALTER TABLE {table} CLUSTER ON {}", quote(index)));
    let toast =
        (!toast.is_empty()).then(|| format!("ALTER TABLE {table} SET ({})", parameters("toast.", toast)));
    [of_type, cluster_on, toast].into_iter().flatten().collect()
}

fn grant_statement(grant: &TableGrant, table: &QualifiedName) -> String {
    let TableGrant { privileges, roles, with_grant_option } = grant;
    let privileges = privileges.iter().map(|GrantedPrivilege { privilege, columns }| {
        let columns: Vec<String> = columns.iter().map(|column| quote(column)).collect();
        let columns = if columns.is_empty() { String::new() } else { format!(" ({})", columns.join(", ")) };
        format!("{}{columns}", privilege.keyword())
    });
    let privileges: Vec<String> = privileges.collect();
    let roles: Vec<String> = roles.iter().map(|name| role(name)).collect();
    let option = if *with_grant_option { " WITH GRANT OPTION" } else { "" };
    format!("GRANT {} ON {} TO {}{option}", privileges.join(", "), quote_name(table), roles.join(", "))
}

pub(super) fn comment_on(what: &str, comment: Option<&String>) -> Option<String> {
    let comment = comment.filter(|comment| !comment.is_empty())?;
    Some(format!("COMMENT ON {what} IS {}", quote_text(comment)))
}
