//! What scripts rename, so that one revision in their place renames it too and does not drop it.

use crate::dialect;
use crate::diff::{RenameRequest, RenameSubject};
use crate::model::{DatabaseSchema, Engine, QualifiedName, Table};
use crate::sql::{Words, unquote_identifier, unquote_string};

/// The renames of one script or of several, in their order, put together: `a` to `b` to `c` is `a` to `c`.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    tables: Vec<Renamed>,
    types: Vec<Renamed>,
    /// Those of columns and of values of enum types, with the name that their table or type has last.
    parts: Vec<(Name, Kind, String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Column,
    Value,
}

/// A name as scripts write it: its schema, where they do, and the name, folded as the engine folds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    schema: Option<String>,
    pub(super) name: String,
}

#[derive(Clone, Debug)]
struct Renamed {
    from: Name,
    to: Name,
}

/// A rename that no plan can make: the old name is there after it, or the new one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    /// `a` to `b`.
    pub(super) rename: String,
}

impl Clash {
    pub(super) fn what(&self) -> String {
        format!("it renames {}, of which another thing has one of the names", self.rename)
    }
}

impl Name {
    pub(super) fn read(text: &str, engine: Engine) -> Self {
        let mut parts = Words::parts(text, engine);
        let name = parts.pop().map(|part| plain(&part, engine)).unwrap_or_default();
        let schema = parts.pop().map(|part| plain(&part, engine)).filter(|schema| schema != "public");
        Name { schema, name }
    }

    fn beside(&self, name: String) -> Name {
        Name { schema: self.schema.clone(), name }
    }

    fn is(&self, name: &QualifiedName, engine: Engine) -> bool {
        let fold = dialect::spelling(engine).fold;
        let same_schema = match (&self.schema, &name.schema) {
            (Some(one), Some(other)) => fold(one) == fold(other),
            (None, Some(_)) => false,
            // The usual schema has no name in a schema at hand, and scripts may write it.
            (Some(_) | None, None) => true,
        };
        same_schema && fold(&self.name) == fold(&name.name)
    }
}

/// A part of a name, as the engine keeps it.
fn plain(part: &str, engine: Engine) -> String {
    let is_quoted = part.starts_with(['"', '`', '[']);
    match engine {
        Engine::Postgres if !is_quoted => part.to_lowercase(),
        Engine::Postgres | Engine::Sqlite | Engine::Mysql | Engine::Mariadb => unquote_identifier(part),
    }
}

impl Names {
    /// Reads what a statement renames.
    pub(super) fn read(&mut self, sql: &str, engine: Engine) {
        let mut words = Words::new(sql, engine);
        if words.skip("RENAME") {
            if words.skip("TABLE") || words.skip("TABLES") {
                self.read_list(words, engine);
            }
            return;
        }
        if !words.skip("ALTER") {
            return;
        }
        let is_type = words.skip("TYPE");
        if !is_type && !words.skip("TABLE") {
            return;
        }
        if words.skip("IF") {
            words.skip("EXISTS");
        }
        words.skip("ONLY");
        let Some(owner) = words.name().map(|name| Name::read(&name, engine)) else { return };
        if is_type {
            self.read_type(&owner, words, engine);
        } else {
            self.read_table(owner, words, engine);
        }
    }

    /// MySQL's `RENAME TABLE a TO b, c TO d`.
    fn read_list(&mut self, mut words: Words<'_>, engine: Engine) {
        loop {
            let Some(from) = words.name() else { return };
            if !words.skip("TO") {
                return;
            }
            let Some(to) = words.name() else { return };
            self.table(&Name::read(&from, engine), Name::read(&to, engine));
            if !words.skip_mark(",") {
                return;
            }
        }
    }

    fn read_type(&mut self, owner: &Name, mut words: Words<'_>, engine: Engine) {
        if !words.skip("RENAME") {
            return;
        }
        if words.skip("VALUE") {
            let text = |word: Option<&str>| word.map(|word| unquote_string(word, engine));
            let from = text(words.word());
            words.skip("TO");
            if let Some((from, to)) = from.zip(text(words.word())) {
                self.part(owner, Kind::Value, from, to);
            }
        } else if words.skip("TO")
            && let Some(to) = words.name()
        {
            let to = owner.beside(Name::read(&to, engine).name);
            for part in self.parts.iter_mut().filter(|part| part.0 == *owner && part.1 == Kind::Value) {
                part.0 = to.clone();
            }
            renamed(&mut self.types, owner, to);
        }
    }

    fn read_table(&mut self, mut owner: Name, mut words: Words<'_>, engine: Engine) {
        let is_mysql = matches!(engine, Engine::Mysql | Engine::Mariadb);
        while !words.is_at_end() {
            if is_mysql && words.skip("CHANGE") {
                words.skip("COLUMN");
                if words.skip("IF") {
                    words.skip("EXISTS");
                }
                self.column(&owner, &mut words, engine);
            } else if words.skip("RENAME") {
                if words.skip("TO") || words.skip("AS") {
                    if let Some(to) = words.name().map(|to| Name::read(&to, engine)) {
                        let to = Name { schema: to.schema.or_else(|| owner.schema.clone()), name: to.name };
                        self.table(&owner, to.clone());
                        owner = to;
                    }
                } else if !["CONSTRAINT", "INDEX", "KEY"].into_iter().any(|word| words.skip(word)) {
                    words.skip("COLUMN");
                    self.column(&owner, &mut words, engine);
                }
            } else {
                words.word();
            }
        }
    }

    /// `a TO b`, or MySQL's `a b`.
    fn column(&mut self, owner: &Name, words: &mut Words<'_>, engine: Engine) {
        let Some(from) = words.word() else { return };
        words.skip("TO");
        if let Some(to) = words.word() {
            self.part(owner, Kind::Column, plain(from, engine), plain(to, engine));
        }
    }

    fn table(&mut self, from: &Name, to: Name) {
        for part in self.parts.iter_mut().filter(|part| part.0 == *from && part.1 == Kind::Column) {
            part.0 = to.clone();
        }
        renamed(&mut self.tables, from, to);
    }

    fn part(&mut self, owner: &Name, kind: Kind, from: String, to: String) {
        match self.parts.iter_mut().find(|part| part.0 == *owner && part.1 == kind && part.3 == from) {
            Some(part) => part.3 = to,
            None => self.parts.push((owner.clone(), kind, from, to)),
        }
    }

    /// What has to be requested so that a comparison of the schemas before and after the scripts sees the renames.
    ///
    /// # Errors
    ///
    /// A rename of what was there before to what is there after it, of which another thing has one of the names.
    pub(super) fn requests(
        &self,
        engine: Engine,
        before: &DatabaseSchema,
        after: &DatabaseSchema,
    ) -> Result<Vec<RenameRequest>, Clash> {
        let mut requests = Vec::new();
        for Renamed { from, to } in self.tables.iter().filter(|it| it.from != it.to) {
            let (old, new) = (table(before, from, engine), table(after, to, engine));
            if let Some((old, _)) = old.zip(new) {
                // A table that a rebuild drops and gives its name to another is none of these: `new_x` was not there before.
                no_clash(
                    from,
                    to,
                    table(before, to, engine).is_some() || table(after, from, engine).is_some(),
                )?;
                requests.push(RenameRequest {
                    subject: RenameSubject::Table(old.name.clone()),
                    to: to.name.clone(),
                });
            }
        }
        for Renamed { from, to } in self.types.iter().filter(|it| it.from != it.to) {
            let find = |schema: &DatabaseSchema, name: &Name| {
                schema.enums.iter().find(|it| name.is(&it.name, engine)).map(|it| it.name.clone())
            };
            if let Some((old, _)) = find(before, from).zip(find(after, to)) {
                no_clash(from, to, find(before, to).is_some() || find(after, from).is_some())?;
                requests.push(RenameRequest { subject: RenameSubject::EnumType(old), to: to.name.clone() });
            }
        }
        for (owner, kind, from, to) in self.parts.iter().filter(|part| part.2 != part.3) {
            let renamed = match kind {
                Kind::Column => &self.tables,
                Kind::Value => &self.types,
            };
            let first = renamed.iter().find(|it| it.to == *owner).map_or(owner, |it| &it.from);
            let sides = match kind {
                Kind::Column => columns(before, first, engine).zip(columns(after, owner, engine)),
                Kind::Value => values(before, first, engine).zip(values(after, owner, engine)),
            };
            let Some(((_, old), (name, new))) = sides else { continue };
            let fold = dialect::spelling(engine).fold;
            let has = |names: &[String], name: &str| match kind {
                Kind::Column => names.iter().any(|it| fold(it) == fold(name)),
                Kind::Value => names.iter().any(|it| it == name),
            };
            if has(&old, from) && has(&new, to) && (*kind == Kind::Value || fold(from) != fold(to)) {
                if has(&old, to) || has(&new, from) {
                    return Err(Clash { rename: format!("`{}.{from}` to `{to}`", owner.name) });
                }
                let subject = match kind {
                    Kind::Column => RenameSubject::Column(name, from.clone()),
                    Kind::Value => RenameSubject::EnumValue(name, from.clone()),
                };
                requests.push(RenameRequest { subject, to: to.clone() });
            }
        }
        Ok(requests)
    }
}

fn no_clash(from: &Name, to: &Name, clashes: bool) -> Result<(), Clash> {
    if clashes { Err(Clash { rename: format!("`{}` to `{}`", from.name, to.name) }) } else { Ok(()) }
}

fn renamed(all: &mut Vec<Renamed>, from: &Name, to: Name) {
    match all.iter_mut().find(|it| it.to == *from) {
        Some(before) => before.to = to,
        None => all.push(Renamed { from: from.clone(), to }),
    }
}

pub(super) fn table<'schema>(
    schema: &'schema DatabaseSchema,
    name: &Name,
    engine: Engine,
) -> Option<&'schema Table> {
    schema.tables.iter().find(|table| name.is(&table.name, engine))
}

pub(super) fn columns(
    schema: &DatabaseSchema,
    name: &Name,
    engine: Engine,
) -> Option<(QualifiedName, Vec<String>)> {
    let table = table(schema, name, engine)?;
    Some((table.name.clone(), table.columns.iter().map(|column| column.name.clone()).collect()))
}

fn values(schema: &DatabaseSchema, name: &Name, engine: Engine) -> Option<(QualifiedName, Vec<String>)> {
    let found = schema.enums.iter().find(|it| name.is(&it.name, engine))?;
    Some((found.name.clone(), found.values.iter().map(|value| value.name.clone()).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::test_schema::schema;
    use super::*;

    fn requests(
        engine: Engine,
        sql: &[&str],
        before: &DatabaseSchema,
        after: &DatabaseSchema,
    ) -> Result<Vec<String>, Clash> {
        let mut names = Names::default();
        for sql in sql {
            names.read(sql, engine);
        }
        Ok(names.requests(engine, before, after)?.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn renames_of_several_scripts_become_one() {
        let sql = [
            "ALTER TABLE a RENAME TO b",
            "ALTER TABLE b RENAME COLUMN x TO y",
            "ALTER TABLE IF EXISTS ONLY b RENAME TO c",
            "ALTER TABLE c RENAME y TO \"Z\"",
            "ALTER TABLE new_c RENAME TO c",
        ];
        let (before, after) = (schema(&[("a", &["x"])]), schema(&[("c", &["Z"])]));
        assert_eq!(
            requests(Engine::Postgres, &sql, &before, &after),
            Ok(vec!["a=c".to_owned(), "c.x=Z".to_owned()])
        );
    }

    #[test]
    fn mysql_renames_in_its_own_ways() {
        let sql =
            ["RENAME TABLE a TO b, `d` TO e", "ALTER TABLE b ADD COLUMN z int, CHANGE x y int NOT NULL"];
        let before = schema(&[("a", &["x"]), ("d", &[])]);
        let after = schema(&[("b", &["y", "z"]), ("e", &[])]);
        let wanted = ["a=b", "d=e", "b.x=y"].map(str::to_owned).to_vec();
        assert_eq!(requests(Engine::Mysql, &sql, &before, &after), Ok(wanted));
    }

    #[test]
    fn a_name_that_another_thing_takes_is_no_rename_that_a_plan_can_make() {
        let before = schema(&[("a", &[])]);
        let after = schema(&[("a", &[]), ("b", &[])]);
        let found = requests(Engine::Sqlite, &["ALTER TABLE a RENAME TO b"], &before, &after);
        assert_eq!(found, Err(Clash { rename: "`a` to `b`".to_owned() }));
        assert_eq!(requests(Engine::Sqlite, &["ALTER TABLE a RENAME TO b"], &after, &before), Ok(Vec::new()));
    }
}
