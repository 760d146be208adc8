//! `init`: sets a project up.

use crate::config::FILE_NAME;
use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models::setup::{self, Setup};
use crate::printer::Printer;
use schema_core::model::Engine;
use schema_core::revision::{Directory, DirectoryError};
use schema_core::text_file;
use schema_core::url::{DatabaseUrl, UrlError};
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
    let url = match context.given_url() {
        Some(given) => UrlToWrite::given(given)?,
        None => UrlToWrite::usual(&setup),
    };

    let was_there = dir.exists();
    Directory::init(dir).map_err(|source| match source {
        DirectoryError::UnexpectedEntry { .. } if was_there => {
            CliError::OthersFolder { folder: dir.clone(), source }
        }
        source => source.into(),
    })?;
    let text = configuration(&setup.packages_to_name, dir, &url.text);
    write(&config, &text)?;
    printer.done(&format!("wrote {FILE_NAME}"));
    printer.done(&format!("made {}/", dir.display()));
    if let Some(variable) = url.variable {
        printer.warn(&format!("the password is not written into {FILE_NAME}, which is committed"));
        printer.hint(&format!("set `{variable}`, or add it to `.env`"));
    }
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

/// The URL of the first database. A password has no place in a file that is committed: a variable stands for it.
struct UrlToWrite {
    text: String,
    /// The variable.
    variable: Option<&'static str>,
}

const PASSWORD: &str = "DATABASE_PASSWORD";
const WHOLE_URL: &str = "DATABASE_URL";

impl UrlToWrite {
    fn given(text: &str) -> Result<Self, UrlError> {
        let url = DatabaseUrl::parse(text)?;
        if !has_password(&url) {
            return Ok(UrlToWrite { text: text.to_owned(), variable: None });
        }
        let variable = |name: &'static str| UrlToWrite { text: format!("${{{name}}}"), variable: Some(name) };
        let Some(written) = with_password(text, &format!("${{{PASSWORD}}}")) else {
            return Ok(variable(WHOLE_URL));
        };
        Ok(UrlToWrite { text: written, variable: Some(PASSWORD) })
    }

    /// That of the only engine that the packages use, else a SQLite file.
    fn usual(setup: &Setup) -> Self {
        let name = setup.package.as_deref().unwrap_or("app").replace('-', "_");
        let text = match Vec::from_iter(&setup.engines)[..] {
            [Engine::Postgres] => format!("postgres://postgres@localhost/{name}"),
            [Engine::Mysql] => format!("mysql://root@localhost/{name}"),
            _ => "sqlite://dev.db".to_owned(),
        };
        UrlToWrite { text, variable: None }
    }
}

/// What schema.toml says for one database and the package in its folder, and the variable that stands for a password in it.
pub(super) fn configuration_for(
    url: Option<&str>,
    dir: &Path,
) -> Result<(String, Option<&'static str>), CliError> {
    let url = match url {
        Some(given) => UrlToWrite::given(given)?,
        None => UrlToWrite { text: format!("${{{WHOLE_URL}}}"), variable: None },
    };
    Ok((configuration(&[], dir, &url.text), url.variable))
}

/// The text of a program's main file in which `main` hands out the models; none where it has no plain `main`.
pub(super) fn handing_out(text: &str) -> Option<String> {
    if text.contains(CALL_NAME) { Some(text.to_owned()) } else { with_call(text) }
}

fn has_password(url: &DatabaseUrl) -> bool {
    match url {
        DatabaseUrl::Sqlite(_) => false,
        DatabaseUrl::Postgres(url) => url.get("password").is_some(),
        DatabaseUrl::Mysql(url) => url.get("password").is_some(),
    }
}

/// The URL with other text in the place of the password before the `@`; none where the password stands elsewhere.
fn with_password(text: &str, password: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let (user, _) = rest.split_once(':')?;
    let (_, place) = rest.rsplit_once('@')?;
    let written = format!("{scheme}://{user}:{password}@{place}");
    // What is left must be the same database without the password, or the password was not where it was taken from.
    let same = DatabaseUrl::parse(&written).ok()?.to_string() == DatabaseUrl::parse(text).ok()?.to_string();
    (same && !user.contains(['/', '?', '@']) && !place.to_ascii_lowercase().contains("password="))
        .then_some(written)
}

fn configuration(packages: &[String], dir: &Path, url: &str) -> String {
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
    let text = text_file::read(main, text_file::MOST_OF_DOCUMENT)
        .map_err(|source| CliError::File { path: main.to_owned(), source })?;
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
pub(super) const CALL: &str = "schema_core::dump_if_requested!();";

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
        for (given, written) in [
            ("postgres://u:secret@h/d", "postgres://u:${DATABASE_PASSWORD}@h/d"),
            (
                "postgres://u:se@cr:et/secret@h:1/d?sslmode=require",
                "postgres://u:${DATABASE_PASSWORD}@h:1/d?sslmode=require",
            ),
            ("mysql://h/d?user=u&password=secret", "${DATABASE_URL}"),
            ("mysql://u:secret@h/d?password=secret", "${DATABASE_URL}"),
            ("host=h user=u password=secret", "${DATABASE_URL}"),
            ("mysql://root@h/d", "mysql://root@h/d"),
            ("sqlite://app.db", "sqlite://app.db"),
        ] {
            match UrlToWrite::given(given) {
                Ok(url) => {
                    assert_eq!(url.text, written);
                    assert_eq!(url.variable.is_some(), written.contains('$'));
                }
                Err(error) => assert!(!error.to_string().contains("secret"), "{given}: {error}"),
            }
        }
    }
}
