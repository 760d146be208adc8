//! Who is let in by PostgreSQL, and what is encrypted. In which ways these accounts are let in, `xtask` tells the server when it starts it.

use schema_core::driver::{ConnectOptions, Driver, Value, connect};
use schema_core::url::DatabaseUrl;
use schema_tests::server::Server;
use std::path::Path;

/// The name that the server's certificate is for, and an address that it is not for.
const NAME: &str = "localhost";
const ADDRESS: &str = "127.0.0.1";

/// Roles are the whole server's, so that another run of the tests may have made them.
pub(crate) fn create(driver: &mut dyn Driver, account: &str) {
    let statement = format!(
        "DO $$ BEGIN CREATE ROLE {account} LOGIN PASSWORD 's cret'; \
         EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    );
    driver.execute(&statement).unwrap();
}

/// Logs in, and says whether it is encrypted.
fn log_in(account: &str, password: &str, place: &str, parameters: &[(&str, &str)]) -> Result<bool, String> {
    let parameters: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", value.replace('/', "%2F"))).collect();
    let url = format!("postgres://{account}:{password}@{place}/postgres?{}", parameters.join("&"));
    let url = DatabaseUrl::parse(&url).map_err(|error| error.to_string())?;
    let mut driver = connect(&url, &ConnectOptions::default()).map_err(|error| error.to_string())?;
    let query = "SELECT ssl::int::bigint FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(driver.query(query, &[]).unwrap() == [[Value::Integer(1)]])
}

fn path(certificates: &Path, file: &str) -> String {
    certificates.join(file).display().to_string()
}

#[test]
fn sslmode_says_what_is_encrypted_and_whom_to_trust() {
    let Some(certificates) = Server::Postgres.certificates() else { return };
    let Some(database) = Server::Postgres.database() else { return };
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(&database.url()).unwrap() else {
        panic!("not PostgreSQL")
    };
    let port = url.get("port").unwrap();
    let (encrypted, plain, certified) = ("schema_encrypted", "schema_plain", "schema_certified");
    for account in [encrypted, plain, certified] {
        create(database.connect().as_mut(), account);
    }
    let (known, unknown) = (path(&certificates, "authority.pem"), path(&certificates, "other-authority.pem"));
    let (known, unknown) = (Some(known.as_str()), Some(unknown.as_str()));
    for (account, mode, host, authority, is_encrypted) in [
        (encrypted, "disable", ADDRESS, None, Err("pg_hba.conf")),
        (encrypted, "allow", ADDRESS, None, Ok(true)),
        (encrypted, "prefer", ADDRESS, None, Ok(true)),
        (encrypted, "require", ADDRESS, None, Ok(true)),
        (encrypted, "require", ADDRESS, known, Ok(true)),
        // As with libpq, an authority that is named is asked.
        (encrypted, "require", ADDRESS, unknown, Err("UnknownIssuer")),
        (encrypted, "verify-ca", ADDRESS, known, Ok(true)),
        (encrypted, "verify-ca", NAME, unknown, Err("UnknownIssuer")),
        (encrypted, "verify-full", NAME, known, Ok(true)),
        (encrypted, "verify-full", ADDRESS, known, Err("not valid for name")),
        (encrypted, "verify-full", NAME, unknown, Err("UnknownIssuer")),
        (plain, "disable", ADDRESS, None, Ok(false)),
        (plain, "allow", ADDRESS, None, Ok(false)),
        (plain, "prefer", ADDRESS, None, Ok(false)),
        (plain, "require", ADDRESS, None, Err("pg_hba.conf")),
    ] {
        let mut parameters = vec![("sslmode", mode)];
        parameters.extend(authority.map(|authority| ("sslrootcert", authority)));
        let place = format!("{host}:{port}");
        let outcome = log_in(account, "s%20cret", &place, &parameters);
        let context = format!("{account} {mode} {host} {authority:?}: {outcome:?}");
        match (outcome, is_encrypted) {
            (Ok(outcome), Ok(is_encrypted)) => assert_eq!(outcome, is_encrypted, "{context}"),
            (Err(error), Err(reason)) => assert!(error.contains(reason), "{context}"),
            (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{context}"),
        }
        let error = log_in(account, "wrongly", &place, &parameters).unwrap_err();
        assert!(!error.contains("wrongly"), "{error}");
    }

    let (certificate, key) = (path(&certificates, "client.pem"), path(&certificates, "client.key"));
    let identity = [("sslmode", "require"), ("sslcert", &certificate), ("sslkey", &key)];
    let place = format!("{ADDRESS}:{port}");
    assert_eq!(log_in(certified, "", &place, &identity), Ok(true));
    log_in(certified, "", &place, &identity[..1]).unwrap_err();
    // The certificate is another account's.
    log_in(encrypted, "", &place, &identity).unwrap_err();
}
