//! The options file of a program that connects as the driver does.

use super::option_files::quoted;
use crate::url::{MysqlSslMode, MysqlUrl};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use tempfile::NamedTempFile;

/// Writes all that it takes to connect into a file that only its owner can read, and that is gone afterwards.
pub(super) fn write(url: &MysqlUrl, is_mariadb: bool) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(text(url, is_mariadb).as_bytes())?;
    Ok(file)
}

/// How to connect, as the driver does.
fn text(url: &MysqlUrl, is_mariadb: bool) -> String {
    let mut text = "[client]\n".to_owned();
    let mut line = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}={}", quoted(value));
    };
    for name in ["user", "password", "host", "port", "socket", "ssl-ca", "ssl-cert", "ssl-key"] {
        if let Some(value) = url.get(name) {
            line(name, value);
        }
    }
    if url.get("host").is_some() {
        line("protocol", "tcp");
    }
    let mode = url.ssl_mode();
    if is_mariadb {
        text.push_str(match mode {
            MysqlSslMode::Disabled => "skip-ssl\n",
            // From 11.4 on it looks at the certificate unless it is told not to.
            MysqlSslMode::Preferred | MysqlSslMode::Required | MysqlSslMode::VerifyCa => {
                "ssl\nskip-ssl-verify-server-cert\n"
            }
            MysqlSslMode::VerifyIdentity => "ssl\nssl-verify-server-cert\n",
        });
    } else {
        let _ = writeln!(text, "ssl-mode={}", mode_name(mode));
    }
    text
}

/// A mode as URLs and options files spell it.
pub(super) fn mode_name(mode: MysqlSslMode) -> &'static str {
    match mode {
        MysqlSslMode::Disabled => "DISABLED",
        MysqlSslMode::Preferred => "PREFERRED",
        MysqlSslMode::Required => "REQUIRED",
        MysqlSslMode::VerifyCa => "VERIFY_CA",
        MysqlSslMode::VerifyIdentity => "VERIFY_IDENTITY",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::DatabaseUrl;

    fn url(parameters: &str) -> MysqlUrl {
        match DatabaseUrl::parse(&format!("mysql://ann:a%22b@db.example/app{parameters}")).unwrap() {
            DatabaseUrl::Mysql(url) => url,
            url @ (DatabaseUrl::Postgres(_) | DatabaseUrl::Sqlite(_)) => panic!("{url:?}"),
        }
    }

    #[test]
    fn each_client_gets_the_options_that_it_knows() {
        let tail = |parameters: &str, is_mariadb: bool| {
            let text = super::text(&url(parameters), is_mariadb);
            assert!(
                text.starts_with("[client]\nuser=\"ann\"\npassword=\"a\\\"b\"\nhost=\"db.example\"\n"),
                "{text}"
            );
            let (_, tail) = text.split_once("protocol=\"tcp\"\n").unwrap();
            tail.to_owned()
        };
        for (parameters, mysql, mariadb) in [
            ("", "ssl-mode=PREFERRED\n", "ssl\nskip-ssl-verify-server-cert\n"),
            ("?ssl-mode=DISABLED", "ssl-mode=DISABLED\n", "skip-ssl\n"),
            ("?ssl-ca=/ca.pem", "ssl-mode=VERIFY_IDENTITY\n", "ssl\nssl-verify-server-cert\n"),
        ] {
            assert_eq!((tail(parameters, false).as_str(), tail(parameters, true).as_str()), (mysql, mariadb));
        }
        assert_eq!(tail("?ssl-mode=REQUIRED", false), "ssl-mode=REQUIRED\n");
    }
}
