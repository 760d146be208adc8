use crate::{sandbox, stable};

/// Every command of the help, so that a new one is not forgotten.
pub(crate) fn commands() -> Vec<String> {
    let help = sandbox().run("--help").exits(0).stdout;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    names
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn the_help_lists_the_commands_and_shows_the_main_job() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    insta::assert_snapshot!("help", sandbox.run("--help").exits(0).stdout);
}

#[test]
fn each_command_has_help_with_examples() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    for command in commands() {
        let help = sandbox.run(&format!("{command} --help")).exits(0).stdout;
        assert!(help.contains("Examples:\n  schema-cli "), "{command} has no examples:\n{help}");
        // The global options are the same everywhere.
        let own = help.split("\nGlobal options:").next().unwrap();
        insta::assert_snapshot!(format!("help-{command}"), own);
    }
}

#[test]
fn a_misspelt_command_or_option_is_a_usage_error_that_names_the_one_meant() {
    let outcome = sandbox().run("histroy").exits(2);
    assert!(outcome.stderr.contains("'history'"), "{outcome}");
    let outcome = sandbox().run("history --formta json").exits(2);
    assert!(outcome.stderr.contains("'--format'"), "{outcome}");
}
