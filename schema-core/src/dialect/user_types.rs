//! Domains and composite types of models, as each engine holds them. PostgreSQL has types for them. Elsewhere a column of a domain is of the type below it, and
//! obeys the domain's rules itself; nothing holds a composite type there.

use super::spelling;
use crate::model::{Check, Column, ColumnType, Declared, Document, Domain, Engine, QualifiedName, TypeForm};
use crate::sql::{TokenKind, tokenize};
use std::borrow::Cow;

/// The document whose columns are of what the engine has in the place of domains and composite types.
pub(super) fn as_held(document: &Document, engine: Engine) -> Cow<'_, Document> {
    if document.domains.is_empty() && document.composite_types.is_empty() {
        return Cow::Borrowed(document);
    }
    let types = UserTypes { document, engine };
    let mut held = document.clone();
    for table in &mut held.tables {
        for declared in &mut table.columns {
            if let Some(column) = declared.for_engine(engine) {
                let checks = types.checks_of(column);
                table.checks.extend(checks.into_iter().map(|check| Declared {
                    origin: declared.origin.clone(),
                    only: vec![engine],
                    ..Declared::new(check)
                }));
            }
            types.hold(&mut declared.base);
            declared.overrides.values_mut().for_each(|column| types.hold(column));
        }
    }
    Cow::Owned(held)
}

/// The types of a document on one engine.
#[derive(Clone, Copy)]
pub(super) struct UserTypes<'a> {
    pub(super) document: &'a Document,
    pub(super) engine: Engine,
}

impl<'a> UserTypes<'a> {
    /// A domain, and whether its rules hold on the engine.
    fn domain(self, name: &QualifiedName) -> Option<(&'a Domain, bool)> {
        let declared = self.document.domains.iter().find(|domain| domain.base.name == *name)?;
        match declared.for_engine(self.engine) {
            Some(domain) => Some((domain, true)),
            None => Some((&declared.base, false)),
        }
    }

    /// The type as the engine has it: one that is not declared stays, for the engine to refuse.
    pub(super) fn held(self, ty: &ColumnType) -> ColumnType {
        // A document from elsewhere may go round in circles.
        self.held_within(ty, self.document.domains.len())
    }

    fn held_within(self, ty: &ColumnType, deepest: usize) -> ColumnType {
        let has_types = self.engine == Engine::Postgres;
        match ty.form() {
            TypeForm::Domain(name) => match self.domain(name) {
                Some((domain, true)) if has_types => named(&domain.name, self.engine),
                Some((domain, _)) if deepest > 0 => self.held_within(&domain.ty, deepest - 1),
                Some(_) | None => ty.clone(),
            },
            TypeForm::Composite(name) if has_types => {
                let is_declared = self.document.composite_types.iter().any(|it| it.base.name == *name);
                if is_declared { named(name, self.engine) } else { ty.clone() }
            }
            TypeForm::Array(item) => ColumnType::Array(Box::new(self.held_within(item, deepest))),
            TypeForm::Rust | TypeForm::Enum(_) | TypeForm::Composite(_) | TypeForm::Sql(_) => ty.clone(),
        }
    }

    /// The domains that a column is of whose rules it has to obey itself, the outermost first.
    fn obeyed(self, ty: &ColumnType) -> Vec<&'a Domain> {
        let mut domains: Vec<&Domain> = Vec::new();
        let mut ty = ty;
        while let ColumnType::Domain(name) = ty
            && let Some((domain, has_rules)) = self.domain(name)
            // A document from elsewhere may go round in circles.
            && !domains.iter().any(|known| known.name == domain.name)
        {
            if has_rules && self.engine == Engine::Postgres {
                break;
            }
            if has_rules {
                domains.push(domain);
            }
            ty = &domain.ty;
        }
        domains
    }

    /// The CHECKs of the domains that a column is of.
    fn checks_of(self, column: &Column) -> Vec<Check> {
        let checks = self.obeyed(&column.ty).into_iter().flat_map(|domain| &domain.checks);
        checks.map(|check| Check::new(of_column(&check.expression, &column.name, self.engine))).collect()
    }

    fn hold(self, column: &mut Column) {
        for domain in self.obeyed(&column.ty) {
            column.nullable &= !domain.not_null;
            let has_value = column.default.is_some() || column.generated.is_some() || column.auto.is_some();
            if !has_value {
                column.default.clone_from(&domain.default);
            }
            if column.collation.is_none() {
                column.collation.clone_from(&domain.collation);
            }
        }
        column.ty = self.held(&column.ty);
    }
}

fn named(name: &QualifiedName, engine: Engine) -> ColumnType {
    ColumnType::Sql((spelling(engine).quote)(name))
}

/// The condition of a domain as that of a column.
fn of_column(expression: &str, column: &str, engine: Engine) -> String {
    let column = (spelling(engine).quote)(&QualifiedName::new(column));
    let tokens = tokenize(expression, engine);
    let is_significant = |at: &usize| tokens.get(*at).is_some_and(|token| !token.is_trivia());
    let mut condition = String::with_capacity(expression.len());
    for (position, token) in tokens.iter().enumerate() {
        let text = token.text(expression);
        let next = (position + 1..tokens.len()).find(is_significant);
        let next = next.and_then(|at| tokens.get(at)).map(|token| token.text(expression));
        let is_value = token.kind == TokenKind::Word && text.eq_ignore_ascii_case("value");
        condition.push_str(if is_value && next != Some("(") { &column } else { text });
    }
    condition
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Default, DomainCheck};

    fn document() -> Document {
        let mut document = Document::empty();
        let mut text = Domain::new("filled", ColumnType::Text);
        text.checks = vec![DomainCheck { name: None, expression: "length(VALUE) > 0".to_owned() }];
        text.not_null = true;
        let mut email = Domain::new("email", ColumnType::Domain("filled".into()));
        email.checks = vec![DomainCheck {
            name: Some("has_at".to_owned()),
            expression: "value LIKE '%@%' AND VALUE <> 'value'".to_owned(),
        }];
        email.default = Some(Default::Text("a@b".to_owned()));
        document.domains = [text, email].map(Declared::new).into();
        document
    }

    #[test]
    fn a_column_of_a_domain_obeys_its_rules_where_there_are_no_domains() {
        let document = document();
        let types = UserTypes { document: &document, engine: Engine::Sqlite };
        let mut column = Column::new("E-mail", ColumnType::Domain("email".into()));
        column.nullable = true;
        let checks: Vec<String> =
            types.checks_of(&column).into_iter().map(|check| check.expression).collect();
        assert_eq!(checks, ["\"E-mail\" LIKE '%@%' AND \"E-mail\" <> 'value'", "length(\"E-mail\") > 0"]);
        types.hold(&mut column);
        assert_eq!((&column.ty, column.nullable), (&ColumnType::Text, false));
        assert_eq!(column.default, Some(Default::Text("a@b".to_owned())));
    }

    #[test]
    fn a_column_is_of_the_domain_where_there_are_domains_and_of_the_type_below_one_that_is_for_others() {
        let mut document = document();
        let held = |document: &Document| {
            let types = UserTypes { document, engine: Engine::Postgres };
            let column = Column::new("many", ColumnType::Array(Box::new(ColumnType::Domain("email".into()))));
            (types.held(&column.ty), types.checks_of(&column).len())
        };
        let array = |ty: &str| ColumnType::Array(Box::new(ColumnType::Sql(ty.to_owned())));
        assert_eq!(held(&document), (array("email"), 0));
        document.domains[1].only = vec![Engine::Sqlite];
        assert_eq!(held(&document), (array("filled"), 0));
    }
}
