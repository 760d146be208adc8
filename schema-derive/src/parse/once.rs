//! What a struct says once: names of objects, former names, the column that is numbered.

use crate::diagnostics::Diagnostics;
use crate::model::{Body, Declared, Engine, Field, Member};
use std::collections::BTreeMap;

/// Reports what is there twice on one engine.
pub(super) fn check(diagnostics: &Diagnostics, body: &Body, only: &[Engine]) {
    for engine in Engine::ALL {
        let numbers_one = engine != Engine::Postgres && (only.is_empty() || only.contains(&engine));
        check_columns(diagnostics, body, engine, numbers_one);
        check_objects(diagnostics, body, engine);
        check_grants(diagnostics, body, engine);
    }
}

/// Whether they may pass it on decides one grant.
fn check_grants(diagnostics: &Diagnostics, body: &Body, engine: Engine) {
    let mut granted = Vec::new();
    for grant in body.grants.iter().filter_map(|grant| grant.for_engine(engine)) {
        for (privilege, columns) in &grant.privileges {
            let columns = columns.iter().map(|column| Some(column.field()));
            let whole = columns.len() == 0;
            for column in columns.chain(whole.then_some(None)) {
                for role in &grant.roles {
                    let key = (*privilege, column.clone(), role);
                    if granted.contains(&key) {
                        let on = column.as_ref().map(|field| format!(" on `{field}`")).unwrap_or_default();
                        let message = format!("two grants give `{role}` the same privilege{on}");
                        diagnostics.error(body.ident.span(), message);
                    } else {
                        granted.push(key);
                    }
                }
            }
        }
    }
}

fn check_columns(diagnostics: &Diagnostics, body: &Body, engine: Engine, numbers_one: bool) {
    let mut numbered: Option<&Field> = None;
    let mut former: BTreeMap<&str, &Field> = BTreeMap::new();
    for member in &body.members {
        let Member::Column(field) = member else { continue };
        let Some(column) = field.column.for_engine(engine) else { continue };
        if let Some(auto) = &column.auto
            && numbers_one
        {
            if let Some(other) = numbered {
                let message = format!(
                    "the database numbers one column of a table, and that is `{}` already",
                    other.name
                );
                diagnostics.error(auto.span, message);
            }
            numbered.get_or_insert(field);
        }
        if let Some(name) = &column.renamed_from
            && let Some(other) = former.insert(name, field)
        {
            diagnostics.error(field.span, format!("`{}` is renamed from `{name}` too", other.name));
        }
    }
}

/// Constraints share one space of names, indexes another.
fn check_objects(diagnostics: &Diagnostics, body: &Body, engine: Engine) {
    fn named<'a, T>(
        objects: &'a [Declared<T>],
        engine: Engine,
        name: impl Fn(&T) -> Option<&String> + 'a,
    ) -> impl Iterator<Item = &'a String> {
        objects.iter().filter_map(move |object| name(object.for_engine(engine)?))
    }
    let key = body.primary_key.as_slice();
    let constraints = named(key, engine, |key| key.name.as_ref())
        .chain(named(&body.uniques, engine, |unique| unique.name.as_ref()))
        .chain(named(&body.checks, engine, |check| check.name.as_ref()))
        .chain(named(&body.foreign_keys, engine, |key| key.name.as_ref()))
        .chain(named(&body.exclusions, engine, |exclusion| exclusion.name.as_ref()));
    let indexes = named(&body.indexes, engine, |index| index.name.as_ref());
    let triggers = named(&body.triggers, engine, |trigger| Some(&trigger.name));
    let policies = named(&body.policies, engine, |policy| Some(&policy.name));
    let statistics = named(&body.statistics, engine, |statistics| Some(&statistics.name));
    let partitions = named(&body.partitions, engine, |partition| Some(&partition.name));
    for (kind, mut names) in [
        ("constraints", constraints.collect::<Vec<_>>()),
        ("indexes", indexes.collect()),
        ("triggers", triggers.collect()),
        ("policies", policies.collect()),
        ("statistics", statistics.collect()),
        ("partitions", partitions.collect()),
    ] {
        names.sort();
        for name in names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]) {
            diagnostics.error(body.ident.span(), format!("two {kind} are called `{name}`"));
        }
    }
}
