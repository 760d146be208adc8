//! Brackets round the whole of an expression, which mean nothing.

/// The words of an expression without brackets round the whole, and without semicolons at its end.
pub(super) fn inside<W: AsRef<str>>(words: &[W]) -> &[W] {
    match words {
        [rest @ .., last] if last.as_ref() == ";" => inside(rest),
        [_, rest @ .., _] if are_round(words) => inside(rest),
        _ => words,
    }
}

/// Whether the first word is a bracket whose partner is the last.
pub(super) fn are_round<W: AsRef<str>>(words: &[W]) -> bool {
    let [first, .., last] = words else { return false };
    if first.as_ref() != "(" || last.as_ref() != ")" {
        return false;
    }
    let mut depth = 0_usize;
    let end = words.iter().position(|word| {
        match word.as_ref() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    end == Some(words.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_round_the_whole_are_taken_off() {
        for (words, expected) in [
            ("( ( a ) )", "a"),
            ("( ( a ) + ( b ) )", "( a ) + ( b )"),
            ("( a ) + ( b )", "( a ) + ( b )"),
            ("( )", ""),
            ("( ( a ) ; ) ; ;", "a"),
            ("(", "("),
            ("", ""),
        ] {
            let words: Vec<&str> = words.split_whitespace().collect();
            assert_eq!(inside(&words).join(" "), expected);
        }
    }
}
