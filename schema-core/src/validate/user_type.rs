//! Domains and composite types: none is made of itself.

use super::{Errors, Problem};
use crate::model::{ColumnType, CompositeAttribute, Document, QualifiedName};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn validate(document: &Document, errors: &mut Errors) {
    let mut made_of: BTreeMap<&QualifiedName, Vec<&QualifiedName>> = BTreeMap::new();
    let mut places: Vec<(&QualifiedName, Option<&String>)> = Vec::new();
    for domain in &document.domains {
        made_of.entry(&domain.base.name).or_default().extend(domain.base.ty.user_type());
        places.push((&domain.base.name, domain.origin.as_ref()));
    }
    for composite in &document.composite_types {
        let types = composite.base.attributes.iter().map(|CompositeAttribute { ty, .. }| ty);
        made_of.entry(&composite.base.name).or_default().extend(types.filter_map(ColumnType::user_type));
        places.push((&composite.base.name, composite.origin.as_ref()));
    }
    for (name, origin) in places {
        if is_made_of_itself(name, &made_of) {
            let place = origin.cloned().unwrap_or_else(|| name.to_string());
            errors.add(&place, Problem::MadeOfItself { name: name.to_string() });
        }
    }
}

fn is_made_of_itself<'a>(
    name: &'a QualifiedName,
    made_of: &BTreeMap<&'a QualifiedName, Vec<&'a QualifiedName>>,
) -> bool {
    let (mut open, mut seen) = (vec![name], BTreeSet::new());
    while let Some(at) = open.pop() {
        for part in made_of.get(at).into_iter().flatten() {
            if *part == name {
                return true;
            }
            if seen.insert(*part) {
                open.push(part);
            }
        }
    }
    false
}
