//! Variables: the process's own, then those of the nearest `.env`; and `${VAR}` in the values of `schema.toml`.

use schema_core::text_file;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The variables that configuration may refer to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    dotenv: BTreeMap<String, String>,
}

/// Where a variable was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariableSource {
    /// The process's environment.
    Process,
    /// The `.env` file.
    DotEnv,
}

/// Why a variable is not available.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvironmentError {
    /// The `.env` file cannot be read.
    // Without dotenvy's own message: it holds the line, and so perhaps a password.
    #[error("`{}` is not a well-formed .env file", path.display())]
    DotEnv {
        /// The file.
        path: PathBuf,
    },
    /// The `.env` file is no file that can be read.
    #[error("`{}` cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A value refers to a variable that is not set.
    #[error("`${{{name}}}` is not set")]
    NotSet {
        /// The variable.
        name: String,
    },
    /// A variable is not UTF-8.
    #[error("the variable `{name}` is not valid UTF-8")]
    NotUnicode {
        /// The variable.
        name: String,
    },
    /// A `${` has no `}`.
    #[error("a `${{` has no closing `}}`")]
    Unclosed,
}

impl EnvironmentError {
    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            EnvironmentError::NotSet { name } => {
                Some(format!("set it, as in `export {name}=…`, or add it to `.env`"))
            }
            EnvironmentError::DotEnv { .. }
            | EnvironmentError::Unreadable { .. }
            | EnvironmentError::NotUnicode { .. }
            | EnvironmentError::Unclosed => None,
        }
    }
}

impl Environment {
    /// Reads the `.env` of a folder or, where it has none, of the nearest folder above.
    ///
    /// # Errors
    ///
    /// When the file is there but cannot be read.
    pub(crate) fn load(folder: &Path) -> Result<Self, EnvironmentError> {
        let Some(path) = folder.ancestors().map(|folder| folder.join(".env")).find(|path| path.is_file())
        else {
            return Ok(Environment::default());
        };
        let text = text_file::read(&path, text_file::MOST_OF_SETTINGS)
            .map_err(|source| EnvironmentError::Unreadable { path: path.clone(), source })?;
        Environment::parse(&text).ok_or(EnvironmentError::DotEnv { path })
    }

    /// What a `.env` says; none where it cannot be read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let dotenv = dotenvy::from_read_iter(text.as_bytes()).collect::<Result<BTreeMap<_, _>, _>>();
        Some(Environment { dotenv: dotenv.ok()? })
    }

    /// A variable and where it was found; one that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// When its value is not UTF-8.
    pub(crate) fn get(&self, name: &str) -> Result<Option<(String, VariableSource)>, EnvironmentError> {
        match std::env::var_os(name).filter(|value| !value.is_empty()) {
            Some(value) => match value.into_string() {
                Ok(value) => Ok(Some((value, VariableSource::Process))),
                Err(_) => Err(EnvironmentError::NotUnicode { name: name.to_owned() }),
            },
            None => Ok(self
                .dotenv
                .get(name)
                .filter(|value| !value.is_empty())
                .map(|value| (value.clone(), VariableSource::DotEnv))),
        }
    }

    /// The text with each `${VAR}` replaced.
    ///
    /// # Errors
    ///
    /// When a variable is not set, or the text is not well-formed.
    pub(crate) fn expand(&self, text: &str) -> Result<String, EnvironmentError> {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or(EnvironmentError::Unclosed)?;
            let (value, _) =
                self.get(name)?.ok_or_else(|| EnvironmentError::NotSet { name: name.to_owned() })?;
            expanded.push_str(before);
            expanded.push_str(&value);
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let dotenv =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Environment { dotenv }
    }

    #[test]
    fn variables_are_expanded_wherever_they_stand() {
        let environment = environment(&[("SCHEMA_TEST_USER", "ann"), ("SCHEMA_TEST_HOST", "db")]);
        let url = environment.expand("postgres://${SCHEMA_TEST_USER}@${SCHEMA_TEST_HOST}/app$1").unwrap();
        assert_eq!(url, "postgres://ann@db/app$1");
    }

    #[test]
    fn a_variable_that_is_not_set_is_an_error_that_names_it() {
        let error = environment(&[]).expand("${SCHEMA_TEST_MISSING}").unwrap_err();
        assert_eq!(error.to_string(), "`${SCHEMA_TEST_MISSING}` is not set");
        assert!(error.hint().unwrap().contains("export SCHEMA_TEST_MISSING=…"));
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert!(environment(&[("SCHEMA_TEST_EMPTY", "")]).expand("${SCHEMA_TEST_EMPTY}").is_err());
    }

    #[test]
    fn a_variable_inside_a_value_is_not_expanded_again() {
        let environment = environment(&[("SCHEMA_TEST_OUTER", "${SCHEMA_TEST_INNER}")]);
        assert_eq!(environment.expand("${SCHEMA_TEST_OUTER}").unwrap(), "${SCHEMA_TEST_INNER}");
    }

    #[test]
    fn the_nearest_dotenv_is_read_and_its_lines_never_reach_a_message() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(folder.path().join(".env"), "SCHEMA_TEST_DOTENV=x\n").unwrap();
        let found = Environment::load(&below).unwrap().get("SCHEMA_TEST_DOTENV").unwrap();
        assert_eq!(found, Some(("x".to_owned(), VariableSource::DotEnv)));

        std::fs::write(below.join(".env"), "PASSWORD='secret\n").unwrap();
        let error = Environment::load(&below).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
