//! Blocks of PL/pgSQL.

/// A block, between dollars that it does not hold.
#[must_use]
pub fn block(body: &str) -> String {
    with_variables(&[], body)
}

/// A block with variables of its own.
pub(super) fn with_variables(variables: &[&str], body: &str) -> String {
    let indented = |text: &str| -> String { text.lines().map(|line| format!("    {line}\n")).collect() };
    let mut head = String::new();
    if !variables.is_empty() {
        let declarations: Vec<String> = variables.iter().map(|variable| format!("{variable};")).collect();
        head = format!("DECLARE\n{}", indented(&declarations.join("\n")));
    }
    let text = format!("{head}BEGIN\n{}END", indented(body));
    let mut tag = "$schema$".to_owned();
    while text.contains(&tag) {
        tag.insert(1, 'x');
    }
    format!("DO {tag}\n{text}\n{tag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_between_dollars_that_they_do_not_hold() {
        assert_eq!(block("a $schema$ b"), "DO $xschema$\nBEGIN\n    a $schema$ b\nEND\n$xschema$");
    }
}
