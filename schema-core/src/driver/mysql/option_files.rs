//! Option files: what `my.cnf` and `~/.my.cnf` say of connections, as the servers' own programs read them.
//!
//! Owns the files and which of their options count; must not connect. The encrypted `~/.mylogin.cnf` is not read.
//!
//! <https://dev.mysql.com/doc/refman/8.4/en/option-files.html>

use crate::model::Engine;
use crate::text_file;
use crate::url::{MysqlSslMode, MysqlUrl, UrlError};
use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of the whole machine, in their order; that of the user comes last, and the last one that names an option counts.
const SYSTEM_FILES: &[&str] = &["/etc/my.cnf", "/etc/mysql/my.cnf"];

/// How deep a file may include others.
const MOST_LEVELS: usize = 10;

/// Options that are parameters of a URL, by the same names.
const OPTIONS: &[&str] = &[
    "connect-timeout",
    "host",
    "password",
    "port",
    "socket",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "user",
];

/// Options that ask for a check of the server which is not made.
const NOT_HONOURED: &[&str] = &[
    "server-public-key-path",
    "ssl-capath",
    "ssl-crl",
    "ssl-crlpath",
    "ssl-fips-mode",
    "ssl-fp",
    "ssl-fplist",
    "tls-peer-fp",
    "tls-peer-fp-list",
];

/// The oldest version of TLS that is spoken; who allows newer ones only asks for more than that.
const OLDEST_TLS: &str = "TLSv1.2";

/// Why option files cannot be followed.
#[derive(Debug, thiserror::Error)]
pub(super) enum OptionFileError {
    #[error("cannot read the option file `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("`{option}` of the option file `{}` is not supported", path.display())]
    NotHonoured { path: PathBuf, option: String },
    #[error("the option files do not fit the URL: {0}")]
    Invalid(#[from] UrlError),
}

/// What the files say, by the names of a URL's parameters.
type Options = BTreeMap<&'static str, String>;

/// The URL with what the option files say about what it does not.
///
/// # Errors
///
/// A file that cannot be read or followed.
pub(super) fn completed(url: &MysqlUrl) -> Result<MysqlUrl, OptionFileError> {
    let own = env::home_dir().map(|home| home.join(".my.cnf"));
    let files = SYSTEM_FILES.iter().map(PathBuf::from).chain(own);
    let mut options = Options::new();
    for file in files {
        Reader::new(url.engine(), &mut options).read(&file)?;
    }
    completed_by(url, options)
}

/// The groups that programs which connect read.
fn groups(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Mariadb => &["client", "client-server", "client-mariadb"],
        Engine::Mysql | Engine::Postgres | Engine::Sqlite => &["client"],
    }
}

fn completed_by(url: &MysqlUrl, mut options: Options) -> Result<MysqlUrl, OptionFileError> {
    // Who says where the server is does not mean the place of the files.
    if url.get("host").is_some() || url.get("socket").is_some() {
        options.remove("host");
        options.remove("socket");
    }
    match options.get("host").map(String::as_str) {
        Some("localhost") | None => {}
        Some(_) => drop(options.remove("socket")),
    }
    if options.contains_key("socket") {
        options.remove("host");
    }
    // Who says how to encrypt and needs no authority for it shall not be asked for one.
    if url.get("ssl-mode").is_some() {
        match url.ssl_mode() {
            MysqlSslMode::Disabled | MysqlSslMode::Preferred | MysqlSslMode::Required => {
                options.remove("ssl-ca");
            }
            MysqlSslMode::VerifyCa | MysqlSslMode::VerifyIdentity => {}
        }
    }
    Ok(url.completed(options)?)
}

struct Reader<'options> {
    groups: &'static [&'static str],
    options: &'options mut Options,
    /// The file that is being read, behind those that include it.
    open: Vec<PathBuf>,
}

impl<'options> Reader<'options> {
    fn new(engine: Engine, options: &'options mut Options) -> Self {
        Reader { groups: groups(engine), options, open: Vec::new() }
    }

    fn read(&mut self, path: &Path) -> Result<(), OptionFileError> {
        let includes_itself = self.open.iter().any(|open| open == path);
        if includes_itself || self.open.len() > MOST_LEVELS || is_writable_by_all(path) {
            return Ok(());
        }
        let text = match text_file::read(path, text_file::MOST_OF_SETTINGS) {
            Ok(text) => text,
            // As MySQL does it.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) =>
            {
                return Ok(());
            }
            Err(source) => return Err(OptionFileError::Unreadable { path: path.to_owned(), source }),
        };
        self.open.push(path.to_owned());
        let mut is_ours = false;
        for line in text.lines().map(str::trim) {
            if let Some(file) = directive(line, "!include") {
                self.read(&beside(path, file))?;
            } else if let Some(folder) = directive(line, "!includedir") {
                for file in option_files_in(&beside(path, folder)) {
                    self.read(&file)?;
                }
            } else if let Some(group) = line.strip_prefix('[') {
                let name = group.split(']').next().unwrap_or_default();
                is_ours = self.groups.contains(&name);
            } else if is_ours && !line.is_empty() && !line.starts_with(['#', ';']) {
                self.option(path, line)?;
            }
        }
        self.open.pop();
        Ok(())
    }

    fn option(&mut self, path: &Path, line: &str) -> Result<(), OptionFileError> {
        let line = without_comment(line);
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name, Some(unquoted(value.trim()))),
            None => (line, None),
        };
        let name = name.trim().replace('_', "-");
        let name = name.strip_prefix("loose-").unwrap_or(&name);
        let is_off = |value: &Option<String>| {
            value
                .as_deref()
                .is_some_and(|value| ["0", "off", "false"].contains(&value.to_ascii_lowercase().as_str()))
        };
        let is_newer_tls = name == "tls-version"
            && value.as_deref().is_some_and(|versions| {
                !versions.split(',').any(|version| version.trim().eq_ignore_ascii_case(OLDEST_TLS))
            });
        // What is switched off asks for nothing.
        if is_newer_tls || NOT_HONOURED.contains(&name) && !(name == "ssl-fips-mode" && is_off(&value)) {
            return Err(OptionFileError::NotHonoured { path: path.to_owned(), option: name.to_owned() });
        }
        // MariaDB has no modes. To encrypt, with it, is to insist on it here.
        let mode = match (name, is_off(&value)) {
            ("ssl", false) => Some(MysqlSslMode::Required),
            ("ssl-verify-server-cert", false) => Some(MysqlSslMode::VerifyIdentity),
            ("skip-ssl" | "disable-ssl", _) | ("ssl", true) => Some(MysqlSslMode::Disabled),
            _ => None,
        };
        if let Some(mode) = mode {
            let before = self.options.get("ssl-mode").map(String::as_str);
            // Whatever their order: who wants to look at the certificate wants it encrypted.
            if !(mode == MysqlSslMode::Required && before == Some(MysqlSslMode::VerifyIdentity.name())) {
                self.options.insert("ssl-mode", mode.name().to_owned());
            }
        } else if let (Some(known), Some(value)) = (OPTIONS.iter().find(|known| **known == name), value) {
            self.options.insert(known, value);
        }
        Ok(())
    }
}

fn directive<'line>(line: &'line str, name: &str) -> Option<&'line str> {
    let rest = line.strip_prefix(name)?;
    rest.starts_with(char::is_whitespace).then(|| rest.trim())
}

/// A path of a file, from the folder of that file.
fn beside(file: &Path, path: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(path)
}

/// The option files of a folder, in an order that does not change.
fn option_files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> =
        entries.filter(|file| file.extension().is_some_and(|end| end == "cnf" || end == "ini")).collect();
    files.sort();
    files
}

/// As MySQL does it, a file that everybody may write counts for nothing.
fn is_writable_by_all(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o002 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// The line up to a `#` that is not in quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut is_escaped = false;
    for (place, character) in line.char_indices() {
        match character {
            _ if std::mem::take(&mut is_escaped) => {}
            '\\' => is_escaped = true,
            '\'' | '"' if quote == Some(character) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(character),
            '#' if quote.is_none() => return line.get(..place).unwrap_or(line),
            _ => {}
        }
    }
    line
}

/// A value without the quotes round it, its escapes read.
fn unquoted(value: &str) -> String {
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(value);
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('b') => text.push('\u{8}'),
            Some('s') => text.push(' '),
            Some(literal @ ('\\' | '"' | '\'')) => text.push(literal),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

/// A value as an option file has it, in quotes.
pub(super) fn quoted(value: &str) -> String {
    let mut text = "\"".to_owned();
    for character in value.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

/// What the fuzz targets try of it.
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(super) fn fuzz(text: &str) {
    assert_eq!(unquoted(without_comment(&quoted(text))), text);
    let Ok(crate::url::DatabaseUrl::Mysql(url)) = crate::url::DatabaseUrl::parse("mysql://h") else { return };
    let mut options = Options::new();
    let mut reader = Reader::new(Engine::Mariadb, &mut options);
    for line in text.lines() {
        drop(reader.option(Path::new("my.cnf"), line.trim()));
    }
    drop(completed_by(&url, options).map_err(|error| error.to_string()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::DatabaseUrl;

    fn url(text: &str) -> MysqlUrl {
        match DatabaseUrl::parse(text).unwrap() {
            DatabaseUrl::Mysql(url) => url,
            url @ (DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_)) => panic!("{url:?}"),
        }
    }

    /// A URL, and what these files make of it; the first one is read.
    fn completed(text: &str, files: &[(&str, &str)]) -> Result<MysqlUrl, OptionFileError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let (url, mut options) = (url(text), Options::new());
        Reader::new(url.engine(), &mut options).read(&folder.path().join(files[0].0))?;
        completed_by(&url, options)
    }

    fn said<'url>(url: &'url MysqlUrl, names: &[&str]) -> Vec<Option<&'url str>> {
        names.iter().map(|name| url.get(name)).collect()
    }

    #[test]
    fn files_say_what_the_url_does_not_and_the_last_one_counts() {
        let files = [
            (
                "my.cnf",
                "[mysqld]\nuser=root\n[client]\nuser = \"a'b\" # who\npassword=x\n!includedir more.d\n!include last\n",
            ),
            ("more.d/b.cnf", "[client]\npassword='hu#sh\\\\\\s\"' \nport=3310\n"),
            ("more.d/a.cnf", "[client]\nloose_connect_timeout=7\npassword=y\n[mysqldump]\npassword=z\n"),
            ("more.d/c.txt", "[client]\npassword=no\n"),
            ("last", "[client]\nhost=db.example\nprompt\n!include my.cnf\n"),
        ];
        let names = ["user", "password", "host", "port", "connect-timeout"];
        let whole = completed("mysql:///app", &files).unwrap();
        let file = [Some("a'b"), Some("hu#sh\\ \""), Some("db.example"), Some("3310"), Some("7")];
        assert_eq!(said(&whole, &names), file);
        let whole = completed("mysql://bob:p@h:1/app?connect-timeout=2", &files).unwrap();
        assert_eq!(said(&whole, &names), [Some("bob"), Some("p"), Some("h"), Some("1"), Some("2")]);
        // An empty password is one.
        assert_eq!(completed("mysql://h?password=", &files).unwrap().get("password"), Some(""));
    }

    #[test]
    fn a_place_is_that_of_the_url_or_that_of_the_files() {
        let place = |url: &str, content: &str| {
            let whole = completed(url, &[("my.cnf", content)]).unwrap();
            let said = said(&whole, &["host", "socket"]);
            said.into_iter().map(|part| part.map(str::to_owned)).collect::<Vec<_>>()
        };
        let some = |text: &str| Some(text.to_owned());
        let both = "[client]\nhost=localhost\nsocket=/s\n";
        assert_eq!(place("mysql://h", both), [some("h"), None]);
        assert_eq!(place("mysql:///d?socket=/t", both), [None, some("/t")]);
        assert_eq!(place("mysql:///d", both), [None, some("/s")]);
        assert_eq!(place("mysql:///d", "[client]\nhost=h\nsocket=/s\n"), [some("h"), None]);
        assert_eq!(place("mariadb:///d", "[client-server]\nsocket=/s\n"), [None, some("/s")]);
        assert_eq!(place("mysql:///d", "[client-server]\nsocket=/s\n"), [None, None]);
    }

    #[test]
    fn encryption_is_never_less_than_the_files_ask_for() {
        let mode = |url: &str, content: &str| {
            completed(url, &[("my.cnf", &format!("[client]\n{content}\n"))]).map(|url| url.ssl_mode())
        };
        for (url, content, expected) in [
            ("mariadb://h", "ssl", MysqlSslMode::Required),
            ("mariadb://h", "ssl-verify-server-cert\nssl=on", MysqlSslMode::VerifyIdentity),
            ("mariadb://h", "skip-ssl", MysqlSslMode::Disabled),
            ("mysql://h", "ssl_mode=verify_identity", MysqlSslMode::VerifyIdentity),
            ("mysql://h", "ssl-ca=/ca.pem", MysqlSslMode::VerifyIdentity),
            ("mysql://h?ssl-mode=REQUIRED", "ssl-ca=/ca.pem", MysqlSslMode::Required),
            ("mysql://h?ssl-ca=/ca.pem", "user=ann", MysqlSslMode::VerifyIdentity),
        ] {
            assert_eq!(mode(url, content).unwrap(), expected, "{url} {content}");
        }
        for content in [
            "ssl-crl=/x",
            "ssl_capath=/x",
            "ssl-mode=on",
            "ssl-mode=REQUIRED\nssl-ca=/ca.pem",
            "ssl-fips-mode=STRICT",
            "loose_tls_version=TLSv1.3",
            "server_public_key_path=/key.pem",
            "ssl-fp=00:ff",
        ] {
            mode("mysql://h", content).unwrap_err();
        }
        for content in ["ssl-fips-mode=OFF", "tls-version=TLSv1.2,TLSv1.3", "tls_version = tlsv1.2"] {
            mode("mysql://h", content).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_everybody_may_write_or_that_is_missing_counts_for_nothing() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my.cnf");
        fs::write(&path, "[client]\nhost=evil\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o646)).unwrap();
        let mut options = Options::new();
        let mut reader = Reader::new(Engine::Mysql, &mut options);
        reader.read(&path).unwrap();
        reader.read(&folder.path().join("missing")).unwrap();
        assert!(matches!(reader.read(folder.path()), Err(OptionFileError::Unreadable { .. })));
        assert!(options.is_empty());
    }

    #[test]
    fn every_text_survives_its_quotes() {
        for text in ["", "a b", "'\"\\#;=", "\n\t\r\u{8}", "\\n", "é🦀", " x "] {
            assert_eq!(unquoted(without_comment(&quoted(text))), text, "{text:?}");
        }
    }
}
