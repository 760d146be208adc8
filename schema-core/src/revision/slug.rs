//! The part of a revision folder's name that people read.

const LONGEST: usize = 40;

/// The message in lower-case ASCII letters, digits and single `_`; may be empty.
pub(super) fn slug(message: &str) -> String {
    let mut slug = String::new();
    for character in message.chars() {
        if slug.len() == LONGEST {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(slug.trim_end_matches('_').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_safe_parts_of_a_file_name() {
        assert_eq!(slug("Add products"), "add_products");
        assert_eq!(slug("  ../../etc/passwd — now! "), "etc_passwd_now");
        assert_eq!(slug("价格"), "");
        assert_eq!(slug(&"word ".repeat(20)), "word_word_word_word_word_word_word_word");
    }
}
