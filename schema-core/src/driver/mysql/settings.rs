//! How to connect: what the URL says, and where it says nothing, the option files, variables and defaults of MySQL's own programs, in this order.
//!
//! <https://dev.mysql.com/doc/refman/8.4/en/environment-variables.html>

use super::option_files::{self, OptionFileError};
use super::tls::{self, TlsError};
use crate::driver::peer;
use crate::url::MysqlUrl;
use mysql::{Opts, OptsBuilder, SslOpts};
use std::env;
use std::path::Path;
use std::time::Duration;

const DEFAULT_PORT: u16 = 3306;

/// Where servers put their sockets: Debian's place, that of other systems, and MySQL's own.
const SOCKETS: &[&str] = &["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"];

/// Why it cannot be tried to connect.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingsError {
    #[error(transparent)]
    OptionFiles(#[from] OptionFileError),
    #[error(transparent)]
    Tls(#[from] TlsError),
}

pub(super) struct Settings {
    /// The ways to encrypt to try, in their order; none of them is not to encrypt.
    pub(super) attempts: Vec<Option<SslOpts>>,
    /// Where this leads, without the password.
    pub(super) shown: String,
    /// How long connecting may take; none is for ever.
    pub(super) connect_timeout: Option<Duration>,
    options: OptsBuilder,
}

impl Settings {
    /// # Errors
    ///
    /// An option file that cannot be followed, or an encryption that cannot be done.
    pub(super) fn new(url: &MysqlUrl) -> Result<Self, SettingsError> {
        let url = &option_files::completed(url)?;
        let value = |parameter: &str, variable: &str| {
            let given = url.get(parameter).map(str::to_owned);
            given.or_else(|| env::var(variable).ok()).filter(|value| !value.is_empty())
        };
        let given_socket = url.get("socket").map(str::to_owned);
        let socket = match url.get("host") {
            Some(_) => given_socket,
            None => given_socket.or_else(default_socket),
        };
        let timeout = url
            .get("connect-timeout")
            .and_then(|text| text.parse().ok())
            .map(Duration::from_secs)
            // As everywhere, 0 means to wait for ever.
            .map_or(Some(peer::CONNECT_TIMEOUT), |timeout| (!timeout.is_zero()).then_some(timeout));
        let port = value("port", "MYSQL_TCP_PORT").and_then(|port| port.parse().ok());
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(url.get("host").unwrap_or("localhost")))
            .tcp_port(port.unwrap_or(DEFAULT_PORT))
            // A socket that the server names is not the place that the URL names.
            .prefer_socket(false)
            .user(url.get("user").map(str::to_owned).or_else(system_user))
            .pass(value("password", "MYSQL_PWD"))
            .db_name(url.get("database"))
            .tcp_connect_timeout(timeout)
            .tcp_keepalive_time_ms(Some(milliseconds(peer::QUIET)))
            // A statement that is kept shows a view as it was when it was prepared (MariaDB).
            .stmt_cache_size(Some(0));
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        let options = options
            .tcp_keepalive_probe_interval_secs(Some(milliseconds(peer::AGAIN) / 1000))
            .tcp_keepalive_probe_count(Some(peer::TIMES));
        #[cfg(target_os = "linux")]
        let options = options.tcp_user_timeout_ms(Some(milliseconds(peer::NO_RECEIPT)));
        let attempts = if socket.is_some() { vec![None] } else { tls::attempts(url)? };
        Ok(Settings {
            attempts,
            shown: url.to_string(),
            connect_timeout: timeout,
            options: options.socket(socket),
        })
    }

    /// What the `mysql` crate needs, with this encryption.
    pub(super) fn options(&self, encryption: Option<SslOpts>) -> Opts {
        self.options.clone().ssl_opts(encryption).into()
    }
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

fn system_user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|variable| env::var(variable).ok())
}

fn default_socket() -> Option<String> {
    let named = env::var("MYSQL_UNIX_PORT").ok().filter(|socket| !socket.is_empty());
    named.or_else(|| {
        SOCKETS.iter().find(|socket| Path::new(socket).exists()).map(|socket| (*socket).to_owned())
    })
}
