//! Who is let in, with which password, and what is encrypted.

use schema_core::driver::{ConnectOptions, Driver, connect};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use schema_tests::impostor::{Authority, Impostor, Protocol, Shown};
use schema_tests::server::{Server, TestDatabase};
use std::path::Path;

/// The name that the server's certificate is for, and an address that it is not for.
const NAME: &str = "localhost";
const ADDRESS: &str = "127.0.0.1";

/// What CREATE USER says of a password.
type Identified = fn(&str) -> String;

/// The ways to log in, by their authentication plugins.
const PLUGINS: [(&str, Identified); 3] = [
    ("caching_sha2_password", |password| format!("IDENTIFIED WITH caching_sha2_password BY '{password}'")),
    ("mysql_native_password", |password| {
        format!("IDENTIFIED VIA mysql_native_password USING PASSWORD('{password}')")
    }),
    ("ed25519", |password| format!("IDENTIFIED VIA ed25519 USING PASSWORD('{password}')")),
];

/// An account that is dropped with this.
struct Account {
    database: TestDatabase,
    port: String,
    name: String,
}

impl Account {
    /// An account with what CREATE USER says behind its name.
    fn create(definition: &str) -> Option<Self> {
        let database = Server::Mysql.database()?;
        let DatabaseUrl::Mysql(url) = DatabaseUrl::parse(&database.url()).unwrap() else {
            panic!("not MySQL")
        };
        let port = url.get("port").unwrap().to_owned();
        // As long as names may be.
        let name = format!("u{}", database.name().trim_start_matches("test"));
        let account = Account { database, port, name };
        account.run(&format!("CREATE USER '{}'@'%' {definition}", account.name));
        Some(account)
    }

    /// The server, as `host:port`.
    fn server(&self) -> String {
        format!("{ADDRESS}:{}", self.port)
    }

    fn run(&self, statement: &str) {
        self.database.connect().execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// Logs in, and says with which cipher; none where nothing is encrypted.
    fn log_in(
        &self,
        host: &str,
        password: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Option<String>, String> {
        let parameters: Vec<String> =
            parameters.iter().map(|(name, value)| format!("{name}={}", value.replace('/', "%2F"))).collect();
        let Account { port, name, .. } = self;
        // A host may have a port of its own.
        let place = if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
        let url = format!("mysql://{name}:{password}@{place}?{}", parameters.join("&"));
        let url = DatabaseUrl::parse(&url).map_err(|error| error.to_string())?;
        let mut driver = connect(&url, &ConnectOptions::default()).map_err(|error| error.to_string())?;
        Ok(cipher(driver.as_mut()))
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ = self.database.connect().execute(&format!("DROP USER IF EXISTS '{}'@'%'", self.name));
    }
}

fn cipher(driver: &mut dyn Driver) -> Option<String> {
    let rows = driver.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", &[]).unwrap();
    rows[0][1].as_text().filter(|cipher| !cipher.is_empty()).map(str::to_owned)
}

fn path(certificates: &Path, file: &str) -> String {
    certificates.join(file).display().to_string()
}

#[test]
fn ssl_mode_says_what_is_encrypted_and_whom_to_trust() {
    let Some(certificates) = Server::Mysql.certificates() else { return };
    let Some(account) = Account::create("IDENTIFIED BY 'secret'") else { return };
    let (known, unknown) = (path(&certificates, "authority.pem"), path(&certificates, "other-authority.pem"));
    let (known, unknown) = (Some(known.as_str()), Some(unknown.as_str()));
    for (mode, host, authority, is_encrypted) in [
        ("DISABLED", ADDRESS, None, Ok(false)),
        ("PREFERRED", ADDRESS, None, Ok(true)),
        ("REQUIRED", ADDRESS, None, Ok(true)),
        ("VERIFY_IDENTITY", NAME, known, Ok(true)),
        ("VERIFY_IDENTITY", ADDRESS, known, Err("not valid for name")),
        ("VERIFY_IDENTITY", NAME, unknown, Err("UnknownIssuer")),
        // Public authorities know nothing of it.
        ("VERIFY_IDENTITY", NAME, None, Err("UnknownIssuer")),
        ("VERIFY_CA", NAME, known, Err("`ssl-mode=VERIFY_CA`")),
        // Nobody would be asked.
        ("REQUIRED", NAME, known, Err("`VERIFY_IDENTITY`, although `ssl-ca` is given")),
    ] {
        let mut parameters = vec![("ssl-mode", mode)];
        parameters.extend(authority.map(|authority| ("ssl-ca", authority)));
        let outcome = account.log_in(host, "secret", &parameters);
        let context = format!("{mode} {host} {authority:?}: {outcome:?}");
        match (outcome, is_encrypted) {
            (Ok(cipher), Ok(is_encrypted)) => assert_eq!(cipher.is_some(), is_encrypted, "{context}"),
            (Err(error), Err(reason)) => {
                assert!(error.contains(reason), "{context}");
                assert!(!error.contains("secret"), "{context}");
            }
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{context}"),
        }
    }
    // An authority that is named is asked.
    assert!(account.log_in(NAME, "secret", &[("ssl-ca", known.unwrap())]).unwrap().is_some());
    account.log_in(ADDRESS, "secret", &[("ssl-ca", known.unwrap())]).unwrap_err();
}

#[test]
fn somebody_between_is_noticed_by_every_mode_that_promises_it() {
    // Without certificates the server cannot encrypt.
    if Server::Mysql.certificates().is_none() {
        return;
    }
    let Some(account) = Account::create("IDENTIFIED BY 'secret'") else { return };
    let authority = Authority::default();
    let ca = authority.path().display().to_string();
    for shown in Shown::ALL {
        let unencrypted = "requires secure connection";
        let (encrypted, verified) = match shown {
            Shown::Nothing => (Err(unencrypted), Err(unencrypted)),
            Shown::Right => (Ok(()), Ok(())),
            // Of the same name as the authority that is trusted.
            Shown::OtherAuthority | Shown::SelfSigned => (Ok(()), Err("BadSignature")),
            Shown::OtherName => (Ok(()), Err("not valid for name")),
            Shown::Expired => (Ok(()), Err("expired")),
        };
        // The mode, whether it gets in, and whether it then is encrypted.
        for (mode, ca, expected, is_encrypted) in [
            (Some("DISABLED"), None, Ok(()), false),
            (Some("PREFERRED"), None, Ok(()), shown != Shown::Nothing),
            (Some("REQUIRED"), None, encrypted, true),
            (Some("VERIFY_CA"), Some(&ca), Err("`ssl-mode=VERIFY_CA`"), true),
            (Some("VERIFY_IDENTITY"), Some(&ca), verified, true),
            (None, Some(&ca), verified, true),
        ] {
            let impostor = Impostor::start(Protocol::Mysql, &account.server(), &authority, shown);
            let place = format!("{NAME}:{}", impostor.port());
            let mut parameters = Vec::new();
            parameters.extend(mode.map(|mode| ("ssl-mode", mode)));
            parameters.extend(ca.map(|ca| ("ssl-ca", ca.as_str())));
            let outcome = account.log_in(&place, "secret", &parameters);
            let (has_read, has_decrypted) = (impostor.has_read(), impostor.has_decrypted());
            let context = format!("{shown:?} {mode:?} {ca:?}: {outcome:?}");
            match (outcome, expected) {
                (Ok(_), Ok(())) => assert_eq!((has_read, has_decrypted), (true, is_encrypted), "{context}"),
                (Err(error), Err(reason)) => {
                    assert!(error.contains(reason), "{context}");
                    assert!(!has_read, "{context}");
                }
                (Ok(_), Err(_)) | (Err(_), Ok(())) => panic!("{context}"),
            }
        }
    }
}

#[test]
fn accounts_that_require_encryption_or_a_certificate_get_it() {
    let Some(certificates) = Server::Mysql.certificates() else { return };
    let Some(account) = Account::create("IDENTIFIED BY 'secret' REQUIRE SSL") else { return };
    account.log_in(ADDRESS, "secret", &[("ssl-mode", "DISABLED")]).unwrap_err();
    assert!(account.log_in(ADDRESS, "secret", &[]).unwrap().is_some());

    let Some(account) = Account::create("IDENTIFIED BY 'secret' REQUIRE X509") else { return };
    account.log_in(ADDRESS, "secret", &[("ssl-mode", "REQUIRED")]).unwrap_err();
    let (certificate, key) = (path(&certificates, "client.pem"), path(&certificates, "client.key"));
    let identity = [("ssl-mode", "REQUIRED"), ("ssl-cert", &certificate), ("ssl-key", &key)];
    assert!(account.log_in(ADDRESS, "secret", &identity).unwrap().is_some());
    account.log_in(ADDRESS, "secret", &identity[..2]).unwrap_err();
}

#[test]
fn every_kind_of_password_is_taken_with_and_without_encryption() {
    let Some(database) = Server::Mysql.database() else { return };
    let query = "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_TYPE = 'AUTHENTICATION' AND PLUGIN_STATUS = 'ACTIVE'";
    let there: Vec<String> = database
        .connect()
        .query(query, &[])
        .unwrap()
        .iter()
        .map(|row| row[0].as_text().unwrap().to_owned())
        .collect();
    let usual = match database.engine() {
        Engine::Mysql => "caching_sha2_password",
        Engine::Mariadb | Engine::Postgres | Engine::Sqlite => "mysql_native_password",
    };
    assert!(there.iter().any(|plugin| plugin == usual), "{there:?}");
    for (plugin, identified) in PLUGINS {
        if !there.iter().any(|other| other == plugin) {
            continue;
        }
        for mode in ["DISABLED", "REQUIRED"] {
            let parameters = [("ssl-mode", mode)];
            if mode == "REQUIRED" && Server::Mysql.certificates().is_none() {
                continue;
            }
            let account = Account::create(&identified("s%20e")).unwrap();
            // The first login and one that the server remembers; in a URL a per cent sign is written `%25`.
            for _ in 0..2 {
                let cipher = account.log_in(ADDRESS, "s%2520e", &parameters).unwrap();
                assert_eq!(cipher.is_some(), mode == "REQUIRED", "{plugin} {mode}");
            }
            for wrong in ["", "s%20e", "secret"] {
                let error = account.log_in(ADDRESS, wrong, &parameters).unwrap_err();
                assert!(error.contains("Access denied"), "{plugin} {mode}: {error}");
                assert!(!error.contains("secret"), "{error}");
            }
            let account = Account::create(&identified("")).unwrap();
            account.log_in(ADDRESS, "", &parameters).unwrap();
            account.log_in(ADDRESS, "secret", &parameters).unwrap_err();
        }
    }
}
