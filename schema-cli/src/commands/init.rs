//! `init`: sets a project up.

use crate::config::FILE_NAME;
use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::setup;
use crate::printer::Printer;
use schema_core::revision::Directory;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Set a project up: write schema.toml and the migrations folder
///
/// For a package without a library, the one line that hands out its models is written into `main`. Files that are there
/// already are left alone.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct InitArgs {
    /// The folder for the revisions
    #[arg(value_name = "DIR", default_value = "migrations")]
    folder: PathBuf,
    /// The same, as an option
    #[arg(long, value_name = "DIR", hide = true, conflicts_with = "folder")]
    dir: Option<PathBuf>,
    /// A package with models; may be repeated [default: the package in this folder]
    #[arg(short, long = "package", value_name = "NAME")]
    packages: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  schema-cli init                                        in the folder of the package with the models
  schema-cli init db/migrations                          with another folder for the revisions
  schema-cli init --database-url sqlite://app.db
  schema-cli init --package shop-models --package users  in a workspace with several model crates";

#[derive(Serialize)]
struct Report<'a> {
    config: &'a Path,
    migrations: &'a Path,
    /// The files with a `main` that hands out models.
    main_files: &'a [PathBuf],
}

pub(crate) fn run(args: &InitArgs, context: &Context) -> Result<ExitStatus, CliError> {
    let InitArgs { folder, dir, packages } = args;
    let dir = dir.as_ref().unwrap_or(folder);
    let printer = context.printer;
    let config = PathBuf::from(FILE_NAME);
    if config.exists() {
        return Err(CliError::AlreadyThere { path: config });
    }
    let setup = setup::look(Path::new("."), packages)?;

    Directory::init(dir)?;
    let text = configuration(&setup.packages_to_name, dir, context.given_url());
    write(&config, &text)?;
    printer.done(&format!("wrote {FILE_NAME}"));
    printer.done(&format!("made {}/", dir.display()));
    for main in &setup.main_files {
        hand_out_models(main, printer)?;
    }
    for package in &setup.without_schema_core {
        printer.warn(&format!("the package `{package}` does not depend on schema-core yet"));
        printer.hint("`cargo add schema-core`");
    }
    if printer.is_json() {
        printer.json(&Report { config: &config, migrations: dir, main_files: &setup.main_files })?;
    }
    printer.say(
        "next: derive `schema_core::Table` on a struct, then `schema-cli autogenerate -m \"first tables\"`",
    );
    Ok(ExitStatus::Done)
}

fn configuration(packages: &[String], dir: &Path, url: Option<&str>) -> String {
    let url = match url {
        // A password has no place in a file that is committed.
        Some(url) if url.contains('@') => "${DATABASE_URL}",
        Some(url) => url,
        None => "sqlite://dev.db",
    };
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let models = match packages {
        [] => "# packages = [\"my-models\"]    # default: the package in this folder".to_owned(),
        packages => {
            let names: Vec<_> = packages.iter().map(|package| quoted(package)).collect();
            format!("packages = [{}]", names.join(", "))
        }
    };
    format!(
        "[models]\n{models}\n\n[migrations]\ndir = {}\n\n\
         # The first database is the default; `--database NAME` picks another. `${{VAR}}` is expanded, and .env is read.\n\
         [databases.dev]\nurl = {}\n",
        quoted(&dir.to_string_lossy()),
        quoted(url),
    )
}

fn hand_out_models(main: &Path, printer: Printer) -> Result<(), CliError> {
    let text =
        std::fs::read_to_string(main).map_err(|source| CliError::File { path: main.to_owned(), source })?;
    if text.contains(CALL_NAME) {
        return Ok(());
    }
    match with_call(&text) {
        Some(text) => {
            write(main, &text)?;
            printer.done(&format!("wrote `{CALL}` into {}", main.display()));
        }
        None => {
            printer.warn(&format!("`{}` has no plain `fn main() {{`", main.display()));
            printer.hint(&format!("write `{CALL}` as the first line of `main`"));
        }
    }
    Ok(())
}

const CALL_NAME: &str = "dump_if_requested!";
const CALL: &str = "schema_core::dump_if_requested!();";

/// The text with the call as the first line of `main`.
fn with_call(text: &str) -> Option<String> {
    let opens_main = |line: &str| {
        let line = line.trim_end();
        let signature = line.strip_prefix("pub ").unwrap_or(line);
        let signature = signature.strip_prefix("async ").unwrap_or(signature);
        signature.starts_with("fn main(") && line.ends_with('{')
    };
    let mut end_of_line = 0;
    for line in text.split_inclusive('\n') {
        end_of_line += line.len();
        if opens_main(line) && line.ends_with('\n') {
            let line_end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
            let (before, after) = text.split_at(end_of_line);
            return Some(format!("{before}    {CALL}{line_end}{after}"));
        }
    }
    None
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(path, text).map_err(|source| CliError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_becomes_the_first_line_of_main() {
        let text = with_call("use x;\n\nfn main() {\n    run();\n}\n").unwrap();
        assert_eq!(text, "use x;\n\nfn main() {\n    schema_core::dump_if_requested!();\n    run();\n}\n");
    }

    #[test]
    fn a_main_that_is_async_and_returns_a_result_is_found_and_line_ends_are_kept() {
        let text =
            with_call("#[tokio::main]\r\nasync fn main() -> Result<(), Error> {\r\n    Ok(())\r\n}\r\n")
                .unwrap();
        assert!(text.contains("Error> {\r\n    schema_core::dump_if_requested!();\r\n    Ok"));
    }

    #[test]
    fn a_main_that_is_not_plain_is_left_alone() {
        assert_eq!(with_call("fn main() { run() }\n"), None);
        assert_eq!(with_call("// fn main() {\n"), None);
    }

    #[test]
    fn a_password_is_not_written_into_the_configuration() {
        let text = configuration(&[], Path::new("migrations"), Some("postgres://u:secret@h/d"));
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains("url = \"${DATABASE_URL}\""), "{text}");
    }
}
