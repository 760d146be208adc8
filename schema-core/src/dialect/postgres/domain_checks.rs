//! The CHECKs of domains that models say without names: each means one that says the same, whatever its name.

use super::quote;
use crate::model::{DatabaseSchema, Object, ObjectKind, Said};
use std::collections::BTreeSet;

/// Gives the CHECKs whose names the server has chosen the names that they have in the database.
pub(super) fn keep_names(current: &DatabaseSchema, said: &mut Said) {
    for domain in said.objects.iter_mut().filter(|object| object.id.kind == ObjectKind::Domain) {
        let is_it = |other: &&Object| other.id == domain.id;
        if let Some(before) = current.objects.iter().find(is_it) {
            keep_names_of(before, domain);
        }
    }
}

fn keep_names_of(before: &Object, domain: &mut Object) {
    let Some(target) = &domain.target else { return };
    let prefix = format!("ALTER {target} ADD CONSTRAINT ");
    let read = |sql: &String| {
        let (name, check) = sql.strip_prefix(&prefix)?.split_once(" CHECK ")?;
        Some((name.to_owned(), check.to_owned()))
    };
    let usual = format!("{}_check", domain.id.name.name);
    let is_chosen = |name: &str| {
        let number = name.trim_matches('"').strip_prefix(&usual);
        number.is_some_and(|number| number.chars().all(|digit| digit.is_ascii_digit()))
    };
    let mut taken: BTreeSet<String> = domain
        .restore
        .iter()
        .filter_map(read)
        .map(|(name, _)| name)
        .filter(|name| !is_chosen(name))
        .collect();
    let mut there: Vec<(String, String)> =
        before.restore.iter().filter_map(read).filter(|(name, _)| !taken.contains(name)).collect();
    let mut new: Vec<&mut String> = Vec::new();
    for sql in &mut domain.restore {
        let Some((_, check)) = read(sql).filter(|(name, _)| is_chosen(name)) else { continue };
        match there.iter().position(|(_, other)| *other == check) {
            Some(place) => {
                let (name, _) = there.remove(place);
                *sql = format!("{prefix}{name} CHECK {check}");
                taken.insert(name);
            }
            None => new.push(sql),
        }
    }
    for sql in new {
        let Some((mut name, check)) = read(sql) else { continue };
        let mut number = 0_u32;
        while !taken.insert(name.clone()) {
            number += 1;
            name = quote(&format!("{usual}{number}"));
        }
        *sql = format!("{prefix}{name} CHECK {check}");
    }
    // As they are read.
    let place = |sql: &String| match sql.strip_prefix(&format!("ALTER {target} ")) {
        Some(part) if part.starts_with("SET DEFAULT ") => 1,
        Some("SET NOT NULL") => 2,
        Some(_) | None => 3,
    };
    domain.restore.sort_by_key(|sql| (place(sql), sql.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ObjectId;

    fn domain(checks: &[&str]) -> Object {
        Object {
            target: Some("DOMAIN email".to_owned()),
            restore: checks
                .iter()
                .map(|check| format!("ALTER DOMAIN email ADD CONSTRAINT {check}"))
                .collect(),
            ..Object::new(ObjectId::new(ObjectKind::Domain, "email"), None)
        }
    }

    fn kept(current: &[&str], said: &[&str]) -> Vec<String> {
        let current = DatabaseSchema { objects: vec![domain(current)], ..DatabaseSchema::default() };
        let mut said = Said { objects: vec![domain(said)], ..Said::default() };
        keep_names(&current, &mut said);
        let checks = said.objects[0].restore.iter();
        checks.map(|sql| sql.replace("ALTER DOMAIN email ADD CONSTRAINT ", "")).collect()
    }

    #[test]
    fn a_check_without_a_name_is_the_one_that_says_the_same() {
        assert_eq!(kept(&["at CHECK (a)"], &["email_check CHECK (a)"]), ["at CHECK (a)"]);
        assert_eq!(kept(&["at CHECK (a)"], &["email_check CHECK (b)"]), ["email_check CHECK (b)"]);
        assert_eq!(kept(&["at CHECK (a)"], &["other CHECK (a)"]), ["other CHECK (a)"]);
    }

    #[test]
    fn a_new_check_takes_no_name_that_is_taken() {
        assert_eq!(
            kept(&["email_check CHECK (a)"], &["email_check CHECK (b)", "email_check1 CHECK (a)"]),
            ["email_check CHECK (a)", "email_check1 CHECK (b)"]
        );
        assert_eq!(
            kept(&["email_check CHECK (a)", "email_check1 CHECK (b)"], &["email_check CHECK (b)"]),
            ["email_check1 CHECK (b)"]
        );
    }
}
