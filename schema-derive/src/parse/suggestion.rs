//! "Did you mean".

/// What people write who come from elsewhere, and what it is called here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("primary_key", "pk"),
    ("primary", "pk"),
    ("auto_increment", "auto"),
    ("serial", "auto"),
    ("references", "fk"),
    ("foreign_key", "fk"),
    ("belongs_to", "fk"),
    ("column_name", "name"),
    ("table_name", "name"),
    ("rename", "name"),
    ("rename", "renamed_from"),
    ("name", "rename"),
    ("was", "renamed_from"),
    ("sql_type", "type"),
    ("column_type", "type"),
    ("ty", "type"),
    ("base", "type"),
    ("type_name", "domain"),
    ("composite_type", "composite"),
    ("default_value", "default"),
    ("default_expr", "default_sql"),
    ("ignore", "skip"),
    ("embed", "flatten"),
    ("embedded", "flatten"),
    ("key", "index"),
    ("method", "using"),
    ("predicate", "where"),
    ("filter", "where"),
    ("expression", "expr"),
    ("uniq", "unique"),
    ("ops", "opclass"),
    ("collate", "collation"),
    ("character_set", "charset"),
    ("virtual_", "virtual"),
    ("postgresql", "postgres"),
    ("pg", "postgres"),
    ("maria", "mariadb"),
];

/// The candidate that was probably meant.
pub(crate) fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let other_word = OTHER_WORDS
        .iter()
        .filter(|(other, _)| *other == lower)
        .find_map(|(_, meant)| candidates.clone().find(|candidate| candidate == meant));
    let allowed = (word.chars().count() / 3).max(1);
    other_word.or_else(|| {
        candidates
            .map(|candidate| (distance(word, candidate), candidate))
            .filter(|(distance, _)| *distance <= allowed)
            .min()
            .map(|(_, candidate)| candidate)
    })
}

/// `; did you mean …?`, or nothing.
pub(crate) fn hint<'a>(word: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> String {
    closest(word, candidates).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=to.len()).collect();
    for (row, &left) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &right) in to.iter().enumerate() {
            let replaced = previous[column] + usize::from(left != right);
            let mut best = replaced.min(previous[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && left == to[column - 1] && from[row - 1] == right {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_typo_finds_its_word() {
        let keys = ["unique", "index", "type", "default", "pk"];
        assert_eq!(closest("uniqe", keys.into_iter()), Some("unique"));
        assert_eq!(closest("idnex", keys.into_iter()), Some("index"));
        assert_eq!(closest("primary_key", keys.into_iter()), Some("pk"));
        assert_eq!(closest("banana", keys.into_iter()), None);
    }
}
