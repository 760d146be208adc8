//! Who is let in by PostgreSQL, and what is encrypted. In which ways these accounts are let in, `xtask` tells the server when it starts it.

use schema_core::driver::{ConnectOptions, Driver, Value, connect};
use schema_core::url::DatabaseUrl;
use schema_tests::impostor::{Authority, Impostor, Protocol, SERIAL, Shown};
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

/// What of each certificate is wrong, for a client that looks at its authority alone and for one that looks at its name too.
fn reasons(shown: Shown) -> [Result<(), &'static str>; 2] {
    match shown {
        Shown::Nothing => [Err("does not support TLS"); 2],
        Shown::Right => [Ok(()); 2],
        // Of the same name as the authority that is trusted.
        Shown::OtherAuthority | Shown::SelfSigned => [Err("BadSignature"); 2],
        Shown::OtherName => [Ok(()), Err("not valid for name")],
        Shown::Expired => [Err("expired"); 2],
    }
}

#[test]
fn somebody_between_is_noticed_by_every_mode_that_promises_it() {
    let Some(database) = Server::Postgres.database() else { return };
    let authority = Authority::default();
    let ca = authority.path().display().to_string();
    let server = crate::passwords::address(&database.url());
    for shown in Shown::ALL {
        let encrypted = if shown == Shown::Nothing { Err("does not support TLS") } else { Ok(()) };
        let [by_authority, by_name] = reasons(shown);
        // The mode, whether it gets in, and whether it then is encrypted.
        for (mode, ca, expected, is_encrypted) in [
            ("disable", None, Ok(()), false),
            ("allow", None, Ok(()), false),
            ("prefer", None, Ok(()), shown != Shown::Nothing),
            ("require", None, encrypted, true),
            ("require", Some(&ca), by_authority, true),
            ("verify-ca", Some(&ca), by_authority, true),
            ("verify-full", Some(&ca), by_name, true),
        ] {
            let impostor = Impostor::start(Protocol::Postgres, &server, &authority, shown);
            let place = format!("{NAME}:{}", impostor.port());
            let mut parameters = vec![("sslmode", mode)];
            parameters.extend(ca.map(|ca| ("sslrootcert", ca.as_str())));
            let outcome = log_in("postgres", "", &place, &parameters);
            let (has_read, has_decrypted) = (impostor.has_read(), impostor.has_decrypted());
            let context = format!("{shown:?} {mode} {ca:?}: {outcome:?}");
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
fn a_password_tells_somebody_between_from_the_server_where_nothing_looks_at_certificates() {
    let Some(database) = Server::Postgres.database() else { return };
    if Server::Postgres.certificates().is_none() {
        return;
    }
    create(database.connect().as_mut(), "schema_encrypted");
    let authority = Authority::default();
    let server = crate::passwords::address(&database.url());
    let impostor = Impostor::start(Protocol::Postgres, &server, &authority, Shown::Right);
    let log_in = |place: &str| log_in("schema_encrypted", "s%20cret", place, &[("sslmode", "require")]);
    assert_eq!(log_in(&server), Ok(true));
    // SCRAM binds the password to the certificate.
    let error = log_in(&format!("{NAME}:{}", impostor.port())).unwrap_err();
    assert!(error.contains("channel binding"), "{error}");
}

#[test]
fn revoked_certificates_and_versions_of_tls_are_looked_at_where_somebody_asks_for_it() {
    let Some(database) = Server::Postgres.database() else { return };
    let authority = Authority::default();
    let server = crate::passwords::address(&database.url());
    let ca = authority.path().display().to_string();
    let list = |serials: &[u64], is_current| authority.revocations(serials, is_current).display().to_string();
    let (none, others) = (list(&[], true), list(&[1, 2], true));
    let (ours, old) = (list(&[1, SERIAL], true), list(&[], false));
    let file = |folder: &str| format!("{folder}/list.pem");
    let (none_file, ours_file, missing) = (file(&none), file(&ours), file("nowhere"));
    for (parameters, expected) in [
        (vec![("sslcrl", &*none_file)], Ok(())),
        (vec![("sslcrldir", &*others)], Ok(())),
        (vec![("sslcrl", &*ours_file)], Err("Revoked")),
        (vec![("sslcrldir", &*ours)], Err("Revoked")),
        (vec![("sslcrldir", &*old)], Err("revocation list expired")),
        (vec![("sslcrl", &*missing)], Err("cannot read the certificates in `nowhere/list.pem`")),
        (vec![("sslcrldir", &*missing)], Err("cannot read the certificates in `nowhere/list.pem`")),
        (vec![("sslcrl", &*ca)], Err("there is no list of revoked certificates")),
        (vec![("ssl_min_protocol_version", "TLSv1.3")], Ok(())),
        (vec![("ssl_max_protocol_version", "TLSv1.2"), ("sslsni", "0")], Ok(())),
        (
            vec![("ssl_min_protocol_version", "TLSv1.3"), ("ssl_max_protocol_version", "TLSv1.2")],
            Err("is newer than"),
        ),
    ] {
        let impostor = Impostor::start(Protocol::Postgres, &server, &authority, Shown::Right);
        let place = format!("{NAME}:{}", impostor.port());
        let mut all = vec![("sslmode", "verify-full"), ("sslrootcert", &*ca)];
        all.extend(&parameters);
        match (log_in("postgres", "", &place, &all), expected) {
            (Ok(_), Ok(())) => assert!(impostor.has_decrypted(), "{all:?}"),
            (Err(error), Err(reason)) => assert!(error.contains(reason), "{all:?}: {error}"),
            (outcome, _) => panic!("{all:?}: {outcome:?}"),
        }
    }
}

#[test]
fn who_asks_for_channel_binding_is_let_in_by_nothing_less() {
    let Some(database) = Server::Postgres.database() else { return };
    if Server::Postgres.certificates().is_none() {
        return;
    }
    create(database.connect().as_mut(), "schema_encrypted");
    let server = crate::passwords::address(&database.url());
    let required = [("sslmode", "require"), ("channel_binding", "require")];
    assert_eq!(log_in("schema_encrypted", "s%20cret", &server, &required), Ok(true));
    // Nobody is asked for a password, or what is said can be read by all.
    for parameters in [&required[..], &[("sslmode", "disable"), ("channel_binding", "require")]] {
        let error = log_in("postgres", "", &server, parameters).unwrap_err();
        assert!(error.contains("channel binding"), "{error}");
    }
}
