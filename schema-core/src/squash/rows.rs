//! What becomes of the rows that are in tables before the range: one step in the place of several must do the same to them.
//!
//! Schemas that are equal say nothing of that: a column that is dropped and added again is empty, one that gets another default keeps what it was filled with.

use crate::dialect;
use crate::diff::Rename;
use crate::model::{Column, ColumnType, DatabaseSchema, Engine, QualifiedName, Table};
use crate::revision::RevisionId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A step of the range, as the schemas before and after it tell.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) revision: RevisionId,
    pub(super) before: Arc<DatabaseSchema>,
    pub(super) after: Arc<DatabaseSchema>,
    pub(super) renames: Vec<Rename>,
}

impl Step {
    /// The same step, taken back.
    pub(super) fn inverse(&self) -> Step {
        Step {
            revision: self.revision.clone(),
            before: Arc::clone(&self.after),
            after: Arc::clone(&self.before),
            renames: self.renames.iter().rev().map(Rename::inverse).collect(),
        }
    }
}

/// Rows that one step would leave otherwise than several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Otherwise {
    pub(super) revision: RevisionId,
    pub(super) what: String,
}

/// Where the values of a column come from.
#[derive(Clone, Debug)]
enum Origin {
    /// From a column that was there before.
    Before { name: String, types: Vec<(RevisionId, Column)> },
    /// From the default that the column was added with.
    Added { revision: RevisionId, column: Box<Column> },
}

/// Where the rows of a table come from.
#[derive(Clone, Debug)]
enum Rows {
    /// From the table of this name before the range.
    Before { name: QualifiedName, columns: BTreeMap<String, Origin> },
    /// From nowhere: the table was made in the range.
    New { revision: RevisionId },
}

struct Fold {
    fold: fn(&str) -> String,
}

impl Fold {
    fn key(&self, name: &QualifiedName) -> (Option<String>, String) {
        (name.schema.as_deref().map(self.fold), (self.fold)(&name.name))
    }

    fn table<'a>(&self, schema: &'a DatabaseSchema, name: &QualifiedName) -> Option<&'a Table> {
        schema.tables.iter().find(|table| self.key(&table.name) == self.key(name))
    }

    /// The name that a table had before renames.
    fn former(&self, name: &QualifiedName, renames: &[Rename]) -> QualifiedName {
        let mut tables = renames.iter().filter_map(Rename::as_table);
        tables
            .find(|(_, to)| self.key(to) == self.key(name))
            .map_or_else(|| name.clone(), |(from, _)| from.clone())
    }

    /// The name that a column had before renames.
    fn former_column(&self, table: &QualifiedName, column: &str, renames: &[Rename]) -> String {
        // The inverse of a rename names the table as it is before that.
        let former = self.former(table, renames);
        let is_of =
            |name: &QualifiedName| self.key(name) == self.key(table) || self.key(name) == self.key(&former);
        let mut columns = renames.iter().filter_map(Rename::as_column);
        let found = columns.find(|(of, _, to)| is_of(of) && (self.fold)(to) == (self.fold)(column));
        found.map_or_else(|| column.to_owned(), |(_, from, _)| from.to_owned())
    }

    /// Whether something is called so after renames only because it was renamed.
    fn is_new_name(&self, name: &QualifiedName, renames: &[Rename]) -> bool {
        renames.iter().filter_map(Rename::as_table).any(|(from, _)| self.key(from) == self.key(name))
    }
}

/// What one step from the first schema to the last, with these renames, does to rows otherwise than the steps do; nothing where they do the same.
pub(super) fn otherwise(engine: Engine, steps: &[Step], renames: &[Rename]) -> Option<Otherwise> {
    let names = Fold { fold: dialect::spelling(engine).fold };
    let (first, last) = (steps.first()?, steps.last()?);
    let mut all: BTreeMap<(Option<String>, String), Rows> = first
        .before
        .tables
        .iter()
        .map(|table| {
            let origin = |column: &Column| Origin::Before { name: column.name.clone(), types: Vec::new() };
            let columns =
                table.columns.iter().map(|column| ((names.fold)(&column.name), origin(column))).collect();
            (names.key(&table.name), Rows::Before { name: table.name.clone(), columns })
        })
        .collect();
    for step in steps {
        all = after(&names, &all, step);
    }
    for table in &last.after.tables {
        let Some(rows) = all.get(&names.key(&table.name)) else { continue };
        let former = names.former(&table.name, renames);
        let taken = match names.is_new_name(&former, renames) && former == table.name {
            true => None,
            false => names.table(&first.before, &former),
        };
        if let Some(found) = table_otherwise(&names, table, rows, taken, renames) {
            return Some(found);
        }
    }
    None
}

fn after(
    names: &Fold,
    all: &BTreeMap<(Option<String>, String), Rows>,
    step: &Step,
) -> BTreeMap<(Option<String>, String), Rows> {
    let mut next = BTreeMap::new();
    for table in &step.after.tables {
        let former = names.former(&table.name, &step.renames);
        let renamed_away = former == table.name && names.is_new_name(&former, &step.renames);
        let before = names.table(&step.before, &former).filter(|_| !renamed_away);
        let rows = match before.and_then(|before| Some((before, all.get(&names.key(&before.name))?))) {
            None => Rows::New { revision: step.revision.clone() },
            Some((_, Rows::New { revision })) => Rows::New { revision: revision.clone() },
            Some((before, Rows::Before { name, columns })) => {
                let mut origins = BTreeMap::new();
                for column in &table.columns {
                    let old = names.former_column(&table.name, &column.name, &step.renames);
                    let there = before.columns.iter().find(|it| (names.fold)(&it.name) == (names.fold)(&old));
                    let mut origin = match there.and_then(|_| columns.get(&(names.fold)(&old))) {
                        Some(origin) => origin.clone(),
                        None => Origin::Added {
                            revision: step.revision.clone(),
                            column: Box::new(column.clone()),
                        },
                    };
                    if let (Origin::Before { types, .. }, Some(there)) = (&mut origin, there)
                        && !same_values(there, column)
                    {
                        if types.is_empty() {
                            types.push((step.revision.clone(), there.clone()));
                        }
                        types.push((step.revision.clone(), column.clone()));
                    }
                    origins.insert((names.fold)(&column.name), origin);
                }
                Rows::Before { name: name.clone(), columns: origins }
            }
        };
        next.insert(names.key(&table.name), rows);
    }
    next
}

/// Whether values of one column are the same in the other.
fn same_values(one: &Column, other: &Column) -> bool {
    (&one.ty, &one.collation, &one.charset) == (&other.ty, &other.collation, &other.charset)
}

fn table_otherwise(
    names: &Fold,
    table: &Table,
    rows: &Rows,
    taken: Option<&Table>,
    renames: &[Rename],
) -> Option<Otherwise> {
    let (name, columns) = match (rows, taken) {
        (Rows::New { .. }, None) => return None,
        (Rows::New { revision }, Some(taken)) => {
            return Some(Otherwise {
                revision: revision.clone(),
                what: format!("it recreates `{}`, and the rows of `{}` are gone", table.name, taken.name),
            });
        }
        (Rows::Before { name, columns }, Some(taken)) if names.key(name) == names.key(&taken.name) => {
            (taken, columns)
        }
        (Rows::Before { name, columns }, _) => {
            let revision = columns.values().find_map(|origin| match origin {
                Origin::Added { revision, .. } => Some(revision.clone()),
                Origin::Before { .. } => None,
            });
            return Some(Otherwise {
                revision: revision?,
                what: format!("the rows of `{name}` come into `{}`", table.name),
            });
        }
    };
    table.columns.iter().find_map(|column| {
        let old = names.former_column(&table.name, &column.name, renames);
        let taken = name.columns.iter().find(|it| (names.fold)(&it.name) == (names.fold)(&old));
        let place = format!("`{}.{}`", table.name, column.name);
        match (columns.get(&(names.fold)(&column.name))?, taken) {
            (Origin::Before { name, types }, Some(taken)) if *name == taken.name => {
                let widened = |pair: &[(RevisionId, Column)]| is_wider(&pair[0].1, &pair[1].1);
                let (revision, _) = types.get(2)?;
                (!types.windows(2).all(widened)).then(|| Otherwise {
                    revision: revision.clone(),
                    what: format!("it changes the type of {place} a second time"),
                })
            }
            (Origin::Before { name, types }, _) => Some(Otherwise {
                revision: types.first().map(|(revision, _)| revision.clone())?,
                what: format!("the values of `{name}` come into {place}"),
            }),
            (Origin::Added { revision, column: _ }, Some(_)) => Some(Otherwise {
                revision: revision.clone(),
                what: format!("it adds {place} again, which was dropped, and is empty then"),
            }),
            (Origin::Added { .. }, None) if column.generated.is_some() || column.auto.is_some() => None,
            (Origin::Added { revision, column: added }, None) => {
                let same = added.default == column.default
                    && (added.default.is_none() || same_values(added, column))
                    && added.generated.is_none();
                (!same).then(|| Otherwise {
                    revision: revision.clone(),
                    what: format!("it fills {place} with a default that changes later"),
                })
            }
        }
    })
}

/// Whether every value of one type is the same value of the other: `varchar(20)` in `varchar(40)`, `numeric(8,2)` in `numeric(10,2)`.
fn is_wider(one: &Column, other: &Column) -> bool {
    if (&one.collation, &one.charset) != (&other.collation, &other.charset) {
        return false;
    }
    let (ColumnType::Sql(one), ColumnType::Sql(other)) = (&one.ty, &other.ty) else {
        return one.ty == other.ty;
    };
    let (Some((one, narrow)), Some((other, wide))) = (measured(one), measured(other)) else {
        return one == other;
    };
    let is_known =
        ["varchar", "character varying", "varbinary", "numeric", "decimal"].contains(&one.as_str());
    one == other
        && is_known
        && match (narrow.as_slice(), wide.as_slice()) {
            ([narrow], [wide]) => narrow <= wide,
            ([narrow, scale], [wide, wide_scale]) => {
                scale <= wide_scale && narrow.saturating_sub(*scale) <= wide.saturating_sub(*wide_scale)
            }
            _ => false,
        }
}

/// `varchar(20)` as its name and its numbers.
fn measured(ty: &str) -> Option<(String, Vec<u32>)> {
    let (name, rest) = ty.split_once('(')?;
    let numbers = rest.strip_suffix(')')?.split(',').map(|number| number.trim().parse().ok());
    Some((name.trim().to_ascii_lowercase(), numbers.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Default as ColumnDefault;

    fn column(name: &str, ty: &str, default: Option<&str>) -> Column {
        let mut column = Column::new(name, ColumnType::Sql(ty.to_owned()));
        column.default = default.map(|sql| ColumnDefault::Sql(sql.to_owned()));
        column
    }

    fn schema(tables: &[(&str, &[Column])]) -> Arc<DatabaseSchema> {
        let tables = tables.iter().map(|(name, columns)| {
            let mut table = Table::new(*name);
            table.columns = columns.to_vec();
            table
        });
        Arc::new(DatabaseSchema { tables: tables.collect(), ..DatabaseSchema::default() })
    }

    fn steps(schemas: &[Arc<DatabaseSchema>]) -> Vec<Step> {
        let step = |(number, pair): (usize, &[Arc<DatabaseSchema>])| Step {
            revision: format!("r{number}").parse().unwrap(),
            before: Arc::clone(&pair[0]),
            after: Arc::clone(&pair[1]),
            renames: Vec::new(),
        };
        schemas.windows(2).enumerate().map(step).collect()
    }

    fn found(schemas: &[Arc<DatabaseSchema>]) -> Option<String> {
        otherwise(Engine::Postgres, &steps(schemas), &[]).map(|it| format!("{}: {}", it.revision, it.what))
    }

    #[test]
    fn rows_of_tables_that_the_range_makes_are_none() {
        let empty = schema(&[]);
        let one = schema(&[("t", &[column("a", "int", None)])]);
        let two = schema(&[("t", &[column("a", "text", None), column("b", "int", Some("1"))])]);
        let three = schema(&[("t", &[column("a", "int", None), column("b", "int", Some("2"))])]);
        assert_eq!(found(&[empty, one, two, three]), None);
    }

    #[test]
    fn values_that_several_steps_leave_otherwise_are_found() {
        let a = column("a", "int", None);
        let with = |more: Column| schema(&[("t", &[a.clone(), more])]);
        let without = schema(&[("t", std::slice::from_ref(&a))]);
        let b = |ty: &str, default: Option<&str>| with(column("b", ty, default));
        assert_eq!(found(&[without.clone(), b("int", Some("1")), b("int", Some("1"))]), None);
        let changed = found(&[without.clone(), b("int", Some("1")), b("int", Some("2"))]);
        assert_eq!(changed.as_deref(), Some("r0: it fills `t.b` with a default that changes later"));
        let again = found(&[b("int", None), without.clone(), b("int", None)]);
        assert_eq!(again.as_deref(), Some("r1: it adds `t.b` again, which was dropped, and is empty then"));
        let twice = found(&[b("text", None), b("int", None), b("text", None)]);
        assert_eq!(twice.as_deref(), Some("r1: it changes the type of `t.b` a second time"));
        assert_eq!(found(&[b("varchar(1)", None), b("varchar(2)", None), b("varchar(3)", None)]), None);
        let recreated = found(&[without.clone(), schema(&[]), without]);
        assert_eq!(recreated.as_deref(), Some("r1: it recreates `t`, and the rows of `t` are gone"));
    }
}
