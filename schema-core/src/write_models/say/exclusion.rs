//! EXCLUDE constraints (PostgreSQL), in the parts that structs say.

use super::reader::{Reader, parts_of_list};
use crate::model::{Deferrability, Engine, ExclusionParts};

/// The parts of a definition; none where it has one that no struct says.
pub(in crate::write_models) fn parts(definition: &str) -> Option<ExclusionParts> {
    let mut reader = Reader::new(definition, Engine::Postgres);
    if !reader.skip(&["EXCLUDE"]) {
        return None;
    }
    let using = if reader.skip(&["USING"]) { Some(reader.name()?) } else { None };
    let compared = parts_of_list(reader.brackets()?, Engine::Postgres);
    let parts = compared
        .iter()
        .map(|sql| {
            let mut reader = Reader::new(sql, Engine::Postgres);
            let part = reader.part()?;
            let operator = if reader.skip(&["WITH"]) { reader.up_to(&[])? } else { return None };
            Some((part, operator.to_owned()))
        })
        .collect::<Option<_>>()?;
    let include = if reader.skip(&["INCLUDE"]) {
        let listed = parts_of_list(reader.brackets()?, Engine::Postgres);
        listed.iter().map(|sql| Reader::new(sql, Engine::Postgres).name()).collect::<Option<_>>()?
    } else {
        Vec::new()
    };
    let predicate = if reader.skip(&["WHERE"]) { Some(reader.brackets()?.to_owned()) } else { None };
    let deferrable = match (reader.skip(&["DEFERRABLE"]), reader.skip(&["INITIALLY", "DEFERRED"])) {
        (true, true) => Deferrability::InitiallyDeferred,
        (true, false) => Deferrability::InitiallyImmediate,
        (false, _) => Deferrability::NotDeferrable,
    };
    let parts = ExclusionParts { using, parts, include, predicate, deferrable };
    reader.is_at_end().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_of_the_server_are_read_and_written_again() {
        for (definition, expected) in [
            (
                "EXCLUDE USING gist (room WITH =, during WITH &&) WHERE ((NOT cancelled))",
                r#"EXCLUDE USING gist ("room" WITH =, "during" WITH &&) WHERE ((NOT cancelled))"#,
            ),
            (
                "EXCLUDE USING gist (((room + 1)) WITH =) DEFERRABLE INITIALLY DEFERRED",
                "EXCLUDE USING gist (((room + 1)) WITH =) DEFERRABLE INITIALLY DEFERRED",
            ),
            (
                "EXCLUDE USING btree (lower(a) COLLATE \"C\" text_ops DESC NULLS LAST WITH OPERATOR(pg_catalog.=)) INCLUDE (b)",
                "EXCLUDE USING btree ((lower(a)) COLLATE \"C\" text_ops DESC NULLS LAST WITH OPERATOR(pg_catalog.=)) INCLUDE (\"b\")",
            ),
        ] {
            assert_eq!(parts(definition).map(|parts| parts.definition()).as_deref(), Some(expected));
        }
        for other in ["EXCLUDE USING gist (a WITH =) WITH (fillfactor='70')", "EXCLUDE (a)", "CHECK (a)"] {
            assert_eq!(parts(other), None, "{other}");
        }
    }
}
