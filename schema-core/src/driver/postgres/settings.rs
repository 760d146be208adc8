//! How to connect: what the URL says, and where it says nothing, libpq's variables and defaults.
//!
//! <https://www.postgresql.org/docs/current/libpq-envars.html>

use super::{environment, service};
use crate::driver::{DriverError, peer};
use crate::text_file;
use crate::url::PostgresUrl;
use postgres::{Config, config};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DEFAULT_PORT: u16 = 5432;

/// Where servers put their sockets: Debian's place, and PostgreSQL's own.
const SOCKET_FOLDERS: &[&str] = &["/var/run/postgresql", "/run/postgresql", "/tmp"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) ssl_mode: SslMode,
    pub(super) root_certificate: Option<PathBuf>,
    pub(super) client_certificate: Option<PathBuf>,
    pub(super) client_key: Option<PathBuf>,
    /// The files that say which certificates their authority has taken back.
    pub(super) revocations: Vec<PathBuf>,
    /// Whether the versions of TLS before 1.3, and whether that one, will do.
    pub(super) tls_versions: (bool, bool),
    /// Whether the server is told, before anything is encrypted, by which name it is asked for.
    pub(super) says_name: bool,
    /// Where this leads, without the password.
    pub(super) shown: String,
    /// How long connecting to one server may take; none is for ever.
    connect_timeout: Option<Duration>,
    config: Config,
}

impl Settings {
    /// # Errors
    ///
    /// A service or a variable of the environment that says what cannot be done.
    pub(super) fn new(url: &PostgresUrl) -> Result<Self, DriverError> {
        let url = &service::completed(url)?;
        let shown = url.to_string();
        let url = &environment::completed(url)?;
        let value = |parameter: &str| url.get(parameter).filter(|value| !value.is_empty()).map(str::to_owned);
        let user = value("user").or_else(system_user).unwrap_or_else(|| "postgres".to_owned());
        let database = value("dbname").unwrap_or_else(|| user.clone());
        let hosts = value("host").unwrap_or_else(default_host);
        let ports = value("port").unwrap_or_default();

        let mut config = Config::new();
        config.user(&user).dbname(&database);
        let mut last_port = DEFAULT_PORT;
        let mut port_texts = ports.split(',');
        let mut first = None;
        for host in hosts.split(',') {
            last_port = port_texts.next().and_then(|port| port.parse().ok()).unwrap_or(last_port);
            config.host(host).port(last_port);
            first.get_or_insert((host, last_port));
        }
        let password =
            value("password").or_else(|| password_from_file(value("passfile"), first?, &database, &user));
        if let Some(password) = password {
            config.password(password);
        }
        let application = value("application_name").unwrap_or_else(|| "schema-cli".to_owned());
        config.application_name(&application);
        if let Some(options) = value("options") {
            config.options(&options);
        }
        let seconds = |text: String| text.parse().map(Duration::from_secs).ok();
        // As in libpq, 0 means to wait for ever.
        let connect_timeout = value("connect_timeout")
            .and_then(seconds)
            .map_or(Some(peer::CONNECT_TIMEOUT), |timeout| (!timeout.is_zero()).then_some(timeout));
        if let Some(timeout) = connect_timeout {
            config.connect_timeout(timeout);
        }
        config
            .keepalives_idle(value("keepalives_idle").and_then(seconds).unwrap_or(peer::QUIET))
            .keepalives_interval(peer::AGAIN)
            .keepalives_retries(peer::TIMES)
            .tcp_user_timeout(peer::NO_RECEIPT);
        config.target_session_attrs(match value("target_session_attrs").as_deref() {
            Some("read-write") => config::TargetSessionAttrs::ReadWrite,
            Some("read-only") => config::TargetSessionAttrs::ReadOnly,
            Some(_) | None => config::TargetSessionAttrs::Any,
        });
        let home = |file: &str| {
            let path = env::home_dir()?.join(".postgresql").join(file);
            path.is_file().then_some(path)
        };
        let path = |parameter: &str, usual: &str| match value(parameter) {
            Some(system) if parameter == "sslrootcert" && system == "system" => None,
            Some(path) => Some(PathBuf::from(path)),
            None => home(usual),
        };
        let trusts_system = value("sslrootcert").as_deref() == Some("system");
        let ssl_mode = match value("sslmode").as_deref() {
            Some("disable") => SslMode::Disable,
            Some("allow") => SslMode::Allow,
            Some("require") => SslMode::Require,
            Some("verify-ca") => SslMode::VerifyCa,
            Some("verify-full") => SslMode::VerifyFull,
            // As with libpq: who names the authorities of the system wants them asked, and all of them sign anybody's name.
            None if trusts_system => SslMode::VerifyFull,
            // Every other word has been refused.
            Some(_) | None => SslMode::Prefer,
        };
        if trusts_system && ssl_mode != SslMode::VerifyFull {
            let message = "`sslrootcert=system` goes with `sslmode=verify-full` alone".to_owned();
            return Err(DriverError::Open { database: shown, message });
        }
        if let Some(binding) = value("channel_binding") {
            config.channel_binding(match binding.as_str() {
                "disable" => config::ChannelBinding::Disable,
                "require" => config::ChannelBinding::Require,
                _ => config::ChannelBinding::Prefer,
            });
        }
        let revocations = path("sslcrl", "root.crl")
            .into_iter()
            .chain(value("sslcrldir").into_iter().flat_map(|folder| files_in(Path::new(&folder))));
        let version = |parameter: &str| value(parameter).map(|version| version == "TLSv1.3");
        let has_client_certificate = value("sslcertmode").as_deref() != Some("disable");
        Ok(Settings {
            ssl_mode,
            root_certificate: path("sslrootcert", "root.crt"),
            client_certificate: path("sslcert", "postgresql.crt").filter(|_| has_client_certificate),
            client_key: path("sslkey", "postgresql.key"),
            revocations: revocations.collect(),
            tls_versions: (
                version("ssl_min_protocol_version") != Some(true),
                version("ssl_max_protocol_version") != Some(false),
            ),
            says_name: value("sslsni").as_deref() != Some("0"),
            shown,
            connect_timeout,
            config,
        })
    }

    pub(super) fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_default()
    }

    /// How long connecting may take, to each of the servers that are named.
    pub(super) fn patience(&self) -> Option<Duration> {
        let servers = u32::try_from(self.config.get_hosts().len()).unwrap_or(u32::MAX);
        self.connect_timeout.map(|timeout| timeout.saturating_mul(servers.max(1)))
    }

    /// What the `postgres` crate needs, with this encryption.
    pub(super) fn config(&self, mode: config::SslMode) -> Config {
        let mut config = self.config.clone();
        config.ssl_mode(mode);
        config
    }
}

fn system_user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|variable| env::var(variable).ok())
}

fn default_host() -> String {
    let socket = |folder: &&&str| Path::new(folder).join(format!(".s.PGSQL.{DEFAULT_PORT}")).exists();
    SOCKET_FOLDERS.iter().find(socket).map_or_else(|| "localhost".to_owned(), |folder| (*folder).to_owned())
}

/// The files of a folder, in an order that does not change; one that cannot be read is told by whoever reads the folder itself as a file.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![folder.to_owned()] };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.is_file());
    files.sort();
    files
}

/// The password that `~/.pgpass` holds for a server.
///
/// <https://www.postgresql.org/docs/current/libpq-pgpass.html>
fn password_from_file(
    file: Option<String>,
    (host, port): (&str, u16),
    database: &str,
    user: &str,
) -> Option<String> {
    let path = file.map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".pgpass")))?;
    if !is_private(&path) {
        return None;
    }
    let text = text_file::read(&path, text_file::MOST_OF_SETTINGS).ok()?;
    let wanted = [host, &port.to_string(), database, user];
    let is_socket = host.starts_with('/');
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = password_fields(line);
        let [patterns @ .., password] = fields.as_slice() else { return None };
        let fits = patterns.len() == wanted.len()
            && patterns.iter().zip(wanted).enumerate().all(|(place, (pattern, value))| {
                pattern == "*" || pattern == value || (place == 0 && is_socket && pattern == "localhost")
            });
        fits.then(|| password.clone())
    })
}

/// As libpq does it, a file that others can read counts for nothing.
fn is_private(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o077 == 0)
    }
    #[cfg(not(unix))]
    {
        path.is_file()
    }
}

/// The five fields of a line, in which `\` takes the meaning of what follows away.
fn password_fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            ':' if fields.len() < 5 => {
                fields.push(String::new());
                continue;
            }
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        };
        if let Some(field) = fields.last_mut() {
            field.push(literal);
        }
    }
    fields
}

/// What the fuzz targets try of it.
#[cfg(all(any(test, fuzzing), feature = "mysql", feature = "postgres"))]
pub(super) fn fuzz(text: &str) {
    for line in text.lines() {
        assert!((1..=5).contains(&password_fields(line).len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_password_file_may_hold_colons() {
        assert_eq!(password_fields(r"h\:x:5432:*:ann:p:w\\"), ["h:x", "5432", "*", "ann", "p:w\\"]);
    }
}
