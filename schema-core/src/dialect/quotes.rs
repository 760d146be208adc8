//! Whatever is quoted or in brackets in SQL that models say is closed there: else it would swallow what a script says behind it.

use super::Unsupported;
use super::problems::Problems;
use crate::model::{
    BoundValue, Column, ColumnType, Declared, DeclaredTable, Default, Document, Domain, Engine, IndexKey,
    PartitionBound, TablePartition, TableTrigger, TriggerAction,
};
use crate::sql::{Token, TokenKind, tokenize};

/// Each engine has quotes of its own.
pub(super) fn check(document: &Document, engine: Engine) -> Result<(), Vec<Unsupported>> {
    let mut quotes =
        Quotes { engine, is_of_models: document.engine.is_none(), problems: Problems::new(engine) };
    for table in document.tables.iter().filter(|table| crate::model::applies_to(&table.only, engine)) {
        quotes.check_table(table);
    }
    for view in &document.views {
        if let Some(definition) = view.for_engine(engine) {
            let place = view.origin.clone().unwrap_or_else(|| definition.name.to_string());
            quotes.check(&definition.query, &place, true);
        }
    }
    for declared in &document.view_triggers {
        if let Some(of_view) = declared.for_engine(engine) {
            let place = declared.origin.clone().unwrap_or_else(|| of_view.view.to_string());
            let place = format!("{place}.{}", of_view.trigger.name);
            of_trigger(&of_view.trigger).into_iter().for_each(|sql| quotes.check(sql, &place, false));
        }
    }
    for domain in &document.domains {
        if let Some(definition) = domain.for_engine(engine) {
            let place = domain.origin.clone().unwrap_or_else(|| definition.name.to_string());
            of_domain(definition).into_iter().for_each(|sql| quotes.check(sql, &place, false));
        }
    }
    for composite in &document.composite_types {
        let place = composite.origin.clone().unwrap_or_else(|| composite.base.name.to_string());
        let types = composite.base.attributes.iter().filter_map(|attribute| of_type(&attribute.ty));
        types.for_each(|sql| quotes.check(sql, &place, false));
    }
    quotes.problems.or(())
}

struct Quotes {
    engine: Engine,
    is_of_models: bool,
    problems: Problems,
}

impl Quotes {
    fn check_table(&mut self, table: &DeclaredTable) {
        let place = table.origin.clone().unwrap_or_else(|| table.name.to_string());
        self.check_all(&place, &table.columns, |column| Some(&column.name), of_column);
        self.check_all(&place, &table.checks, |check| check.name.as_ref(), |check| vec![&check.expression]);
        self.check_all(
            &place,
            &table.indexes,
            |index| index.name.as_ref(),
            |index| {
                let keys = index.parts.iter().filter_map(|part| of_key(&part.key));
                keys.chain(index.predicate.as_deref()).collect()
            },
        );
        self.check_all(&place, &table.exclusions, |it| it.name.as_ref(), |it| vec![&it.definition]);
        self.check_all(&place, &table.triggers, |trigger| Some(&trigger.name), of_trigger);
        self.check_all(
            &place,
            &table.policies,
            |policy| Some(&policy.name),
            |policy| [policy.using.as_deref(), policy.check.as_deref()].into_iter().flatten().collect(),
        );
        self.check_all(
            &place,
            &table.statistics,
            |statistics| Some(&statistics.name),
            |statistics| statistics.parts.iter().filter_map(of_key).collect(),
        );
        self.check_all(
            &place,
            &table.partitioning,
            |_| None,
            |partitioning| partitioning.key.iter().filter_map(|part| of_key(&part.key)).collect(),
        );
        self.check_all(&place, &table.partitions, |partition| Some(&partition.name), of_partition);
    }

    /// Looks at the SQL of all objects of one kind.
    fn check_all<'a, T>(
        &mut self,
        table: &str,
        objects: &'a [Declared<T>],
        name: impl Fn(&'a T) -> Option<&'a String>,
        sql: impl Fn(&'a T) -> Vec<&'a str>,
    ) {
        for object in objects {
            let Some(definition) = object.for_engine(self.engine) else { continue };
            let place = match object.origin.as_ref().or(name(definition)) {
                Some(origin) => format!("{table}.{origin}"),
                None => table.to_owned(),
            };
            sql(definition).into_iter().for_each(|sql| self.check(sql, &place, false));
        }
    }

    /// Only what comes last can be open. A comment up to the end of its line is so where more follows in the same line; a statement may end with one.
    fn check(&mut self, sql: &str, place: &str, is_statement: bool) {
        let tokens = tokenize(sql, self.engine);
        let Some(last) = tokens.last() else { return };
        let is_open = match last.kind {
            TokenKind::Unterminated(_) => true,
            TokenKind::LineComment => self.is_of_models && !is_statement,
            TokenKind::Whitespace
            | TokenKind::BlockComment
            | TokenKind::Word
            | TokenKind::QuotedIdentifier
            | TokenKind::String
            | TokenKind::Blob
            | TokenKind::Number
            | TokenKind::Parameter
            | TokenKind::Punctuation
            | TokenKind::Unknown => false,
        };
        let bracket = unpaired(&tokens, sql);
        if is_open {
            let what = format!("SQL in which nothing closes `{}`", last.text(sql));
            let hint = "close the quote or the comment (`/* .. */`); where engines read quotes differently, write the SQL for each inside \
                        `postgres(..)`, `mysql(..)` or `sqlite(..)`";
            self.problems.add(place, &what, hint);
        } else if let Some(bracket) = bracket {
            let verb = if bracket == "(" { "closes" } else { "opens" };
            self.problems.add(
                place,
                &format!("SQL in which nothing {verb} `{bracket}`"),
                "pair the brackets",
            );
        }
    }
}

/// A bracket without its partner.
fn unpaired(tokens: &[Token], sql: &str) -> Option<&'static str> {
    let mut depth = 0_usize;
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Punctuation) {
        match token.text(sql) {
            "(" => depth += 1,
            ")" if depth == 0 => return Some(")"),
            ")" => depth -= 1,
            _ => {}
        }
    }
    (depth > 0).then_some("(")
}

fn of_type(ty: &ColumnType) -> Option<&str> {
    if let ColumnType::Sql(ty) = ty { Some(ty) } else { None }
}

fn of_domain(domain: &Domain) -> Vec<&str> {
    let default = if let Some(Default::Sql(sql)) = &domain.default { Some(sql.as_str()) } else { None };
    let checks = domain.checks.iter().map(|check| check.expression.as_str());
    of_type(&domain.ty).into_iter().chain(default).chain(checks).collect()
}

fn of_column(column: &Column) -> Vec<&str> {
    let ty = of_type(&column.ty);
    let default = if let Some(Default::Sql(sql)) = &column.default { Some(sql.as_str()) } else { None };
    let generated = column.generated.as_ref().map(|generated| generated.expression.as_str());
    [ty, default, generated].into_iter().flatten().collect()
}

fn of_key(key: &IndexKey) -> Option<&str> {
    match key {
        IndexKey::Column(_) => None,
        IndexKey::Expression(sql) => Some(sql),
    }
}

fn of_trigger(trigger: &TableTrigger) -> Vec<&str> {
    let action = trigger.action.as_ref().map(|action| match action {
        TriggerAction::Execute(sql) | TriggerAction::Body(sql) => sql.as_str(),
    });
    trigger.when.as_deref().into_iter().chain(action).collect()
}

fn of_partition(partition: &TablePartition) -> Vec<&str> {
    let values: Vec<&BoundValue> = match &partition.bound {
        PartitionBound::Range { from, to } => from.iter().chain(to).collect(),
        PartitionBound::Values(values) => values.iter().collect(),
        PartitionBound::Default | PartitionBound::Hash { .. } | PartitionBound::Open => Vec::new(),
    };
    let sql = values.into_iter().filter_map(|value| match value {
        BoundValue::Sql(sql) => Some(sql.as_str()),
        BoundValue::Min
        | BoundValue::Max
        | BoundValue::Null
        | BoundValue::Bool(_)
        | BoundValue::Number(_)
        | BoundValue::Text(_) => None,
    });
    sql.collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::model::{Declared, Document, Engine, QualifiedName, View};

    fn with_view(query: &str) -> Document {
        let mut document = Document::empty();
        document.views.push(Declared::new(View::new(QualifiedName::new("v"), query)));
        document
    }

    #[test]
    fn each_engine_closes_its_own_quotes() {
        for (expression, refusing) in [
            ("a <> ';'", &[][..]),
            ("a <> 'it", &Engine::ALL),
            ("a <> 'b' /* and", &Engine::ALL),
            (r"a <> '\'", &[Engine::Mysql, Engine::Mariadb]),
            ("a IN (1, ')')", &[]),
            ("a IN (1, (2)", &Engine::ALL),
            ("a = 1) OR (b = 2", &Engine::ALL),
            ("a <> $$it's$$", &[Engine::Sqlite, Engine::Mysql, Engine::Mariadb]),
        ] {
            let refuses = |engine: &Engine| {
                check(&with_view(&format!("SELECT * FROM t WHERE {expression}")), *engine).is_err()
            };
            assert_eq!(Engine::ALL.into_iter().filter(refuses).collect::<Vec<_>>(), refusing, "{expression}");
        }
    }
}
