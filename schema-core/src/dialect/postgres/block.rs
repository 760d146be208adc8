//! Blocks of PL/pgSQL.

/// A block, between dollars that it does not hold.
#[must_use]
pub fn block(body: &str) -> String {
    let mut tag = "$schema$".to_owned();
    while body.contains(&tag) {
        tag.insert(1, 'x');
    }
    let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
    format!("DO {tag}\nBEGIN\n{body}END\n{tag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_between_dollars_that_they_do_not_hold() {
        assert_eq!(block("a $schema$ b"), "DO $xschema$\nBEGIN\n    a $schema$ b\nEND\n$xschema$");
    }
}
