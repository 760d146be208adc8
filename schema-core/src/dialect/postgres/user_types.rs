//! Domains and composite types that models say, as PostgreSQL makes them.

use super::attached::comment_on;
use super::collation::quote_collation;
use super::expression::without_brackets;
use super::{literal, quote, quote_name, refuse, types};
use crate::dialect::attached::Attached;
use crate::dialect::problems::Problems;
use crate::dialect::user_types::UserTypes;
use crate::model::{
    ColumnType, CompositeAttribute, CompositeType, Document, Domain, DomainCheck, Engine, EnumType,
    FormerName, ObjectKind,
};
use std::collections::BTreeMap;

/// The domains and composite types of a document.
pub(in crate::dialect) fn attach(document: &Document, problems: &mut Problems, objects: &mut Vec<Attached>) {
    let enums = document.enums.iter().filter_map(|object| object.for_engine(Engine::Postgres));
    let scene = Scene {
        types: UserTypes { document, engine: Engine::Postgres },
        enums: enums.map(|object| (object.name.name.as_str(), object)).collect(),
    };
    for declared in &document.domains {
        if let Some(domain) = declared.for_engine(Engine::Postgres) {
            let place = declared.origin.clone().unwrap_or_else(|| domain.name.to_string());
            objects.extend(scene.domain(domain, &place, problems));
        }
    }
    for declared in &document.composite_types {
        if let Some(composite) = declared.for_engine(Engine::Postgres) {
            let place = declared.origin.clone().unwrap_or_else(|| composite.name.to_string());
            objects.extend(scene.composite(composite, &place, problems));
        }
    }
}

/// The types below domains, by the domains as columns have them.
pub(super) fn types_below(document: &Document) -> BTreeMap<String, String> {
    let enums = document.enums.iter().filter_map(|object| object.for_engine(Engine::Postgres));
    let enums: BTreeMap<&str, &EnumType> = enums.map(|it| (it.name.name.as_str(), it)).collect();
    let types = UserTypes { document, engine: Engine::Postgres };
    let domains: Vec<&Domain> =
        document.domains.iter().filter_map(|domain| domain.for_engine(Engine::Postgres)).collect();
    let mut below: BTreeMap<String, String> = domains
        .iter()
        .filter_map(|domain| {
            let ty = types::resolve(&types.held(&domain.ty), &enums)?.text;
            Some((quote_name(&domain.name), ty))
        })
        .collect();
    // Of domains over domains, one level a time.
    for _ in &domains {
        let deeper: BTreeMap<String, String> =
            below.iter().filter_map(|(name, ty)| Some((name.clone(), below.get(ty)?.clone()))).collect();
        below.extend(deeper);
    }
    below
}

struct Scene<'a> {
    types: UserTypes<'a>,
    enums: BTreeMap<&'a str, &'a EnumType>,
}

impl Scene<'_> {
    /// A type as SQL.
    fn sql(&self, ty: &ColumnType, place: &str, problems: &mut Problems) -> Option<String> {
        if let Some(name) = ty.enum_name().filter(|name| types::is_built_in(name)) {
            let what = format!("the enum `{name}`, which has the name of one of its own types,");
            problems.add(place, &what, "choose another name for the enum");
        }
        let resolved = types::resolve(&self.types.held(ty), &self.enums);
        if resolved.is_none() {
            let name = ty.user_type().map(ToString::to_string);
            let name = name.or_else(|| ty.enum_name().map(str::to_owned)).unwrap_or_default();
            problems.add(place, &format!("the type `{name}`"), "derive `SqlEnum` or `SqlType` on it");
        }
        resolved.map(|resolved| resolved.text)
    }

    fn check_name(name: &str, place: &str, problems: &mut Problems) {
        refuse::check_length(name, place, problems);
        if types::is_built_in(name) {
            let what = format!("the type `{name}`, which has the name of one of its own types,");
            problems.add(place, &what, "choose another name");
        }
    }

    fn domain(&self, domain: &Domain, place: &str, problems: &mut Problems) -> Option<Attached> {
        let Domain { name, ty, not_null, default, collation, checks, comment, renamed_from } = domain;
        Self::check_name(&name.name, place, problems);
        let ty = self.sql(ty, place, problems)?;
        let target = quote_name(name);
        let mut sql = format!("CREATE DOMAIN {target} AS {ty}");
        if let Some(collation) = collation {
            sql.push_str(&format!(" COLLATE {}", quote_collation(collation)));
        }
        let ty = ColumnType::Sql(ty);
        if let Some(default) = default.as_ref().and_then(|default| literal::default(default, &ty)) {
            sql.push_str(&format!(" DEFAULT {default}"));
        }
        if *not_null {
            sql.push_str(" NOT NULL");
        }
        for DomainCheck { name, expression } in checks {
            if let Some(name) = name {
                refuse::check_length(name, place, problems);
                sql.push_str(&format!(" CONSTRAINT {}", quote(name)));
            }
            sql.push_str(&format!(" CHECK ({})", without_brackets(expression)));
        }
        let mut statements = vec![sql];
        statements.extend(comment_on(&format!("DOMAIN {target}"), comment.as_ref()));
        let former = renamed_from.as_ref().map(|from| FormerName::Type {
            kind: ObjectKind::Domain,
            name: name.clone(),
            from: from.clone(),
        });
        Some(Attached {
            place: format!("the domain `{place}`"),
            statements,
            former_names: former.into_iter().collect(),
        })
    }

    fn composite(&self, composite: &CompositeType, place: &str, problems: &mut Problems) -> Option<Attached> {
        let CompositeType { name, attributes, comment, renamed_from } = composite;
        Self::check_name(&name.name, place, problems);
        let target = quote_name(name);
        let mut former_names: Vec<FormerName> = Vec::new();
        former_names.extend(renamed_from.as_ref().map(|from| FormerName::Type {
            kind: ObjectKind::CompositeType,
            name: name.clone(),
            from: from.clone(),
        }));
        let mut parts = Vec::new();
        for CompositeAttribute { name: attribute, ty, collation, renamed_from } in attributes {
            let place = format!("{place}.{attribute}");
            refuse::check_length(attribute, &place, problems);
            let ty = self.sql(ty, &place, problems)?;
            let collation = collation.as_ref().map(|it| format!(" COLLATE {}", quote_collation(it)));
            parts.push(format!("{} {ty}{}", quote(attribute), collation.unwrap_or_default()));
            former_names.extend(renamed_from.as_ref().map(|from| FormerName::Attribute {
                of: name.clone(),
                name: attribute.clone(),
                from: from.clone(),
            }));
        }
        let mut statements = vec![format!("CREATE TYPE {target} AS ({})", parts.join(", "))];
        statements.extend(comment_on(&format!("TYPE {target}"), comment.as_ref()));
        Some(Attached { place: format!("the composite type `{place}`"), statements, former_names })
    }
}
