//! The branches of a query that concern the objects at hand.
//!
//! The server plans every branch of a query, on tables that it looks up for each connection anew. With all branches that takes it several times as long
//! as the rest of a usual script.

use crate::sql::RecreatedKind;

/// What begins a line before a branch, in front of the kinds of objects that it is about.
const OF: &str = "-- of: ";

/// What stands there where a branch is about every object.
const ALL: &str = "all";

/// The query without the branches that are about other kinds of objects. A branch ends where the next one begins.
pub(super) fn about(kinds: &[RecreatedKind], sql: &str) -> String {
    let mut is_wanted = true;
    let mut wanted = String::with_capacity(sql.len());
    for line in sql.lines() {
        if let Some(of) = line.trim_start().strip_prefix(OF) {
            is_wanted = of == ALL || of.split(", ").any(|of| kinds.iter().any(|kind| of == in_query(*kind)));
        } else if is_wanted {
            wanted.push_str(line);
            wanted.push('\n');
        }
    }
    wanted
}

/// How the queries call a kind.
fn in_query(kind: RecreatedKind) -> &'static str {
    match kind {
        // What a column has is taken in the same way, whether it is recreated or its values are rewritten.
        RecreatedKind::Values => RecreatedKind::Column.words(),
        kind => kind.words(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FINGERPRINT, FOUND, STATE};
    use super::*;

    #[test]
    fn a_branch_is_kept_for_its_kinds() {
        let sql = "SELECT 1\n    -- of: view, table\n    UNION ALL\n    SELECT 2\n    -- of: type\n    UNION ALL SELECT 3\n    -- of: all\nORDER BY 1";
        assert_eq!(
            about(&[RecreatedKind::Table], sql),
            "SELECT 1\n    UNION ALL\n    SELECT 2\nORDER BY 1\n"
        );
        assert_eq!(about(&[RecreatedKind::Trigger], sql), "SELECT 1\nORDER BY 1\n");
    }

    #[test]
    fn branches_name_kinds_that_exist() {
        for of in [FOUND, STATE, FINGERPRINT].iter().flat_map(|sql| sql.lines()) {
            for of in of.trim_start().strip_prefix(OF).into_iter().flat_map(|of| of.split(", ")) {
                let is_kind = RecreatedKind::ALL.iter().any(|kind| in_query(*kind) == of);
                assert!(of == ALL || is_kind, "no object is a `{of}`");
            }
        }
    }

    #[test]
    fn a_branch_is_about_the_kinds_that_it_asks_for() {
        for sql in [FOUND, STATE, FINGERPRINT] {
            let mut of = ALL;
            for line in sql.lines() {
                if let Some(kinds) = line.trim_start().strip_prefix(OF) {
                    of = kinds;
                }
                for asked in line.split("f.kind = '").skip(1).chain(line.split("t.kind = '").skip(1)) {
                    let asked = asked.split('\'').next().unwrap_or_default();
                    assert!(of == ALL || of.split(", ").any(|of| of == asked), "not about a {asked}: {line}");
                }
            }
        }
    }
}
