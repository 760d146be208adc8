//! "Did you mean": the known word that is closest to a given one.

/// The closest of `known`, where one is close enough to be what was meant.
pub(crate) fn nearest<'known>(
    given: &str,
    known: impl IntoIterator<Item = &'known str>,
) -> Option<&'known str> {
    let most_typos = (given.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&given.to_lowercase(), &word.to_lowercase()), word))
        .filter(|(typos, _)| *typos <= most_typos)
        .min()
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_typo_is_recognised_and_another_word_is_not() {
        let known = ["autocommit", "expects", "foreign_keys"];
        assert_eq!(nearest("autcommit", known), Some("autocommit"));
        assert_eq!(nearest("Foreign_Key", known), Some("foreign_keys"));
        assert_eq!(nearest("transaction", known), None);
    }
}
