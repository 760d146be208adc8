//! Services: parameters that a file keeps under a name, as libpq reads them.
//!
//! <https://www.postgresql.org/docs/current/libpq-pgservice.html>

use crate::driver::DriverError;
use crate::text_file;
use crate::url::{PostgresUrl, UrlError};
use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// Where packages put the file of the whole machine: Debian's place, and that of others.
const SYSTEM_FOLDERS: &[&str] = &["/etc/postgresql-common", "/etc"];

/// The URL with the parameters of its service, or of the service that `PGSERVICE` names. What the URL says itself comes first.
///
/// # Errors
///
/// There is no such service, or it has parameters that are not known.
pub(super) fn completed(url: &PostgresUrl) -> Result<PostgresUrl, DriverError> {
    match url.get("service").map(str::to_owned).or_else(|| variable("PGSERVICE")) {
        Some(name) => completed_by(url, &name, &files()),
        None => Ok(url.clone()),
    }
}

fn completed_by(url: &PostgresUrl, name: &str, files: &[PathBuf]) -> Result<PostgresUrl, DriverError> {
    let failed = |file: &Path, message: String| {
        let message = format!("the service `{name}` in `{}`: {message}", file.display());
        DriverError::Open { database: url.to_string(), message }
    };
    for file in files {
        let text = match text_file::read(file, text_file::MOST_OF_SETTINGS) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(file, error.to_string())),
        };
        if let Some(parameters) = parameters(&text, name) {
            return url.completed(parameters).map_err(|error| failed(file, said(&error)));
        }
    }
    Err(DriverError::NoService { name: name.to_owned(), files: files.to_vec() })
}

/// The error, where it is not a URL that has the parameter.
fn said(error: &UrlError) -> String {
    match error {
        UrlError::UnknownParameter { name, .. } => format!("unknown parameter `{name}`"),
        other => other.to_string(),
    }
}

/// The files that services may be in; the first one that has a service counts.
fn files() -> Vec<PathBuf> {
    let own = variable("PGSERVICEFILE")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".pg_service.conf")));
    let folders = match variable("PGSYSCONFDIR") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => SYSTEM_FOLDERS.iter().map(PathBuf::from).collect(),
    };
    own.into_iter().chain(folders.into_iter().map(|folder| folder.join("pg_service.conf"))).collect()
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The parameters of a service, where the file has it. As in libpq, blanks round `=` belong to the name and the value.
fn parameters<'text>(text: &'text str, service: &str) -> Option<Vec<(&'text str, &'text str)>> {
    let group = |line: &str| Some(line.strip_prefix('[')?.split_once(']')?.0.to_owned());
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.by_ref().find(|line| group(line).as_deref() == Some(service))?;
    let own = lines.take_while(|line| group(line).is_none());
    Some(own.map(|line| line.split_once('=').unwrap_or((line, ""))).collect())
}

/// What the fuzz targets try of it.
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(super) fn fuzz(text: &str) {
    let Ok(crate::url::DatabaseUrl::Postgres(url)) = crate::url::DatabaseUrl::parse("postgres://h") else {
        return;
    };
    if let Some(parameters) = parameters(text, "shop") {
        drop(url.completed(parameters).map_err(|error| said(&error)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::DatabaseUrl;
    use std::fs;

    const FILE: &str = "# two\n[other]\nhost=elsewhere\n\n[shop]\n host=db.example\nport=6432\npassword=a=b c\n# three\nuser=ann\n[last]\n";

    fn url(text: &str) -> PostgresUrl {
        match DatabaseUrl::parse(text).unwrap() {
            DatabaseUrl::Postgres(url) => url,
            url @ (DatabaseUrl::Mysql(_) | DatabaseUrl::Sqlite(_)) => panic!("{url:?}"),
        }
    }

    fn completed(text: &str, service: &str, content: &str) -> Result<PostgresUrl, DriverError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pg_service.conf");
        fs::write(&file, content).unwrap();
        completed_by(&url(text), service, &[folder.path().join("missing"), file])
    }

    #[test]
    fn a_service_says_what_the_url_does_not() {
        let whole = completed("postgres://bob@/app?service=shop", "shop", FILE).unwrap();
        let said = ["host", "port", "password", "user", "dbname"].map(|name| whole.get(name).unwrap());
        assert_eq!(said, ["db.example", "6432", "a=b c", "bob", "app"]);
        assert_eq!(completed("postgres://", "last", FILE).unwrap(), url("postgres://"));
    }

    #[test]
    fn a_service_that_is_nowhere_or_says_what_cannot_be_done_is_an_error() {
        let error = completed("postgres://", "sho", FILE).unwrap_err();
        assert_eq!(error.to_string(), "there is no service `sho`");
        assert!(error.hint().unwrap().contains("pg_service.conf"), "{error:?}");
        for (content, reason) in [
            ("[shop]\nrequire_auth=x\npassword=hush\n", "unknown parameter `require_auth`"),
            ("[shop]\nsslmode=on\npassword=hush\n", "`verify-full`"),
            ("[shop]\nservice=other\n", "unknown parameter `service`"),
        ] {
            let error = completed("postgres://", "shop", content).unwrap_err().to_string();
            assert!(error.contains("the service `shop` in `") && error.contains(reason), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
