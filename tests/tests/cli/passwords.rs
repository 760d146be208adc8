//! Where passwords may stand beside the URL, as the users of each server's own programs know it.

use crate::{logins, project};
use schema_core::url::DatabaseUrl;
use schema_tests::sandbox::{Outcome, Sandbox};
use schema_tests::server::{Server, TestDatabase};
use std::fs;

/// `host:port` of a URL.
pub(crate) fn address(url: &str) -> String {
    let (host, port) = match DatabaseUrl::parse(url).unwrap() {
        DatabaseUrl::Postgres(url) => {
            (url.get("host").map(str::to_owned), url.get("port").map(str::to_owned))
        }
        DatabaseUrl::Mysql(url) => (url.get("host").map(str::to_owned), url.get("port").map(str::to_owned)),
        DatabaseUrl::Sqlite(url) => panic!("{url} is no server"),
    };
    format!("{}:{}", host.unwrap(), port.unwrap())
}

/// An account of MySQL or MariaDB that owns a database, and is dropped with this.
pub(crate) struct MysqlAccount<'database> {
    database: &'database TestDatabase,
    name: String,
}

impl<'database> MysqlAccount<'database> {
    pub(crate) fn create(database: &'database TestDatabase, password: &str) -> Self {
        let name = format!("u{}", database.name().trim_start_matches("test"));
        let password = password.replace('\\', "\\\\").replace('\'', "\\'");
        let mut driver = database.connect();
        for statement in [
            format!("CREATE USER '{name}'@'%' IDENTIFIED BY '{password}'"),
            format!("GRANT ALL ON {}.* TO '{name}'@'%'", database.name()),
        ] {
            driver.execute(&statement).unwrap();
        }
        MysqlAccount { database, name }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for MysqlAccount<'_> {
    fn drop(&mut self) {
        let _ = self.database.connect().execute(&format!("DROP USER IF EXISTS '{}'@'%'", self.name));
    }
}

/// A project, and a folder `home` in it.
fn with_home() -> Sandbox {
    let sandbox = project();
    sandbox.write("home/empty", "");
    sandbox
}

/// Writes a file that its owner alone, or others as well, can read.
fn write(sandbox: &Sandbox, file: &str, text: &str, mode: u32) {
    sandbox.write(file, text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let path = sandbox.path().join(file);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

fn current(sandbox: &Sandbox, url: &str, variables: &[(&str, &str)]) -> Outcome {
    run(sandbox, &["current", "--database-url", url], variables)
}

fn run(sandbox: &Sandbox, words: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let mut command = sandbox.command(words);
    command.env("HOME", sandbox.path().join("home"));
    Outcome::of(command.envs(variables.iter().copied()))
}

#[cfg(unix)]
#[test]
fn postgres_takes_passwords_and_services_from_where_libpq_does() {
    let Some(database) = Server::Postgres.database() else { return };
    logins::create(database.connect().as_mut(), "schema_plain");
    let (name, address) = (database.name(), address(&database.url()));
    let (host, port) = address.split_once(':').unwrap();
    let url = &format!("postgres://schema_plain@{address}/{name}?sslmode=disable");
    let sandbox = with_home();
    let refused = |variables: &[(&str, &str)]| drop(current(&sandbox, url, variables).exits(3));
    let let_in = |url: &str, variables: &[(&str, &str)]| drop(current(&sandbox, url, variables).exits(0));
    refused(&[]);
    let_in(url, &[("PGPASSWORD", "s cret")]);

    let line = format!("# a comment\n{host}:1:*:*:wrong\n{host}:{port}:*:schema_plain:s cret\n");
    write(&sandbox, "elsewhere", &line, 0o600);
    let_in(url, &[("PGPASSFILE", "elsewhere")]);
    let_in(&format!("{url}&passfile=elsewhere"), &[]);
    refused(&[("PGPASSFILE", "elsewhere"), ("PGPASSWORD", "wrong")]);
    write(&sandbox, "elsewhere", &line, 0o644);
    refused(&[("PGPASSFILE", "elsewhere")]);
    write(&sandbox, "home/.pgpass", &line, 0o600);
    let_in(url, &[]);
    // The first host goes with the first port.
    let_in(&format!("postgres://schema_plain@{address},{host}:1/{name}?sslmode=disable"), &[]);
    fs::remove_file(sandbox.path().join("home/.pgpass")).unwrap();

    let service = format!(
        "[other]\nhost=nowhere.invalid\n[shop]\nhost={host}\nport={port}\nuser=schema_plain\npassword=s cret\nsslmode=disable\n"
    );
    sandbox.write("home/.pg_service.conf", &service);
    let_in(&format!("postgres:///{name}?service=shop"), &[]);
    let_in(&format!("service=shop dbname={name}"), &[]);
    let_in(&format!("postgres:///{name}"), &[("PGSERVICE", "shop")]);
    current(&sandbox, &format!("postgres:///{name}?service=other"), &[("PGSERVICE", "shop")]).exits(3);
    let outcome = current(&sandbox, "postgres://", &[("PGSERVICE", "nope")]).exits(2);
    assert!(outcome.stderr.contains("there is no service `nope`"), "{outcome}");
    assert!(outcome.stderr.contains("hint: write `[nope]`"), "{outcome}");
    sandbox.write("named/pg_service.conf", &service.replace("shop", "named"));
    for variables in [
        [("PGSERVICE", "named"), ("PGSERVICEFILE", "named/pg_service.conf")],
        [("PGSERVICE", "named"), ("PGSYSCONFDIR", "named")],
    ] {
        let_in(&format!("postgres:///{name}"), &variables);
    }
}

#[cfg(unix)]
#[test]
fn variables_that_ask_for_more_safety_are_honoured_or_refused() {
    let Some(database) = Server::Postgres.database() else { return };
    let sandbox = with_home();
    let url =
        &format!("postgres://postgres@{}/{}?sslmode=disable", address(&database.url()), database.name());
    current(&sandbox, url, &[("PGREQUIREAUTH", ""), ("PGGSSENCMODE", "prefer")]).exits(0);
    for (variable, value, reason) in [
        ("PGREQUIREAUTH", "scram-sha-256", "`PGREQUIREAUTH` is not supported"),
        ("PGREQUIREPEER", "postgres", "`PGREQUIREPEER` is not supported"),
        ("PGGSSENCMODE", "require", "`PGGSSENCMODE` is `require`, not"),
    ] {
        let outcome = current(&sandbox, url, &[(variable, value)]).exits(2);
        assert!(outcome.stderr.contains(reason), "{outcome}");
        assert!(outcome.stderr.contains(&format!("hint: unset `{variable}`")), "{outcome}");
    }
    // Nobody is asked for a password here, and nothing is encrypted.
    let outcome = current(&sandbox, url, &[("PGCHANNELBINDING", "require")]).exits(3);
    assert!(outcome.stderr.contains("channel binding"), "{outcome}");
    let verified = url.replace("disable", "verify-full");
    let outcome = current(&sandbox, &verified, &[("PGSSLROOTCERT", "x.crt"), ("PGSSLCRL", "x.crl")]).exits(3);
    assert!(outcome.stderr.contains("cannot read the certificates in `x."), "{outcome}");
}

#[cfg(unix)]
#[test]
fn a_backup_is_of_the_database_at_hand_whatever_a_service_says() {
    let (Some(database), Some(other)) = (Server::Postgres.database(), Server::Postgres.database()) else {
        return;
    };
    for (database, table) in [(&database, "ours"), (&other, "theirs")] {
        database.connect().execute(&format!("CREATE TABLE {table} (x integer)")).unwrap();
    }
    let address = address(&database.url());
    let (host, port) = address.split_once(':').unwrap();
    let sandbox = with_home();
    let service = format!("[shop]\nhost={host}\nport={port}\nuser=postgres\ndbname={}\n", other.name());
    sandbox.write("home/.pg_service.conf", &service);
    sandbox.write("schema.toml", "[databases.dev]\nurl = \"postgres://localhost/x\"\n");
    sandbox.run("revision -m first").exits(0);
    let url = format!("postgres:///{}?sslmode=disable", database.name());
    let words = ["upgrade", "--adopt", "--backup=before", "--database-url", &url];
    run(&sandbox, &words, &[("PGSERVICE", "shop"), ("PGHOSTADDR", "192.0.2.1")]).exits(0);
    let list =
        std::process::Command::new("pg_restore").arg("--list").arg(sandbox.path().join("before")).output();
    let list = String::from_utf8(list.unwrap().stdout).unwrap();
    assert!(list.contains("ours") && !list.contains("theirs"), "{list}");
}

#[cfg(unix)]
#[test]
fn mysql_takes_passwords_from_option_files_and_a_variable() {
    let Some(database) = Server::Mysql.database() else { return };
    let account = MysqlAccount::create(&database, "s #\"cret");
    let (name, address) = (database.name(), address(&database.url()));
    let (host, port) = address.split_once(':').unwrap();
    let url = &format!("mysql://{}@{address}/{name}?ssl-mode=DISABLED", account.name());
    let sandbox = with_home();
    current(&sandbox, url, &[]).exits(3);
    current(&sandbox, url, &[("MYSQL_PWD", "s #\"cret")]).exits(0);
    write(&sandbox, "home/.my.cnf", "[mysqldump]\npassword=x\n[client]\npassword='s #\\\"cret'\n", 0o600);
    // A file comes before the variable, and the URL before both.
    current(&sandbox, url, &[("MYSQL_PWD", "wrong")]).exits(0);
    current(&sandbox, &format!("{url}&password=wrong"), &[]).exits(3);
    let whole = format!(
        "[client]\nuser={}\npassword='s #\\\"cret'\nhost={host}\nport={port}\nssl-mode=DISABLED\n",
        account.name()
    );
    write(&sandbox, "home/.my.cnf", &whole, 0o600);
    current(&sandbox, &format!("mysql:///{name}"), &[]).exits(0);
    sandbox.write("schema.toml", "[databases.dev]\nurl = \"mysql://localhost/x\"\n");
    sandbox.run("revision -m first").exits(0);
    database.connect().execute("CREATE TABLE ours (x integer)").unwrap();
    let url = format!("mysql:///{name}");
    let words = ["upgrade", "--adopt", "--backup=before", "--database-url", &url];
    run(&sandbox, &words, &[]).exits(0);
    assert!(sandbox.read("before").contains("CREATE TABLE `ours`"));
    write(&sandbox, "home/.my.cnf", &whole, 0o666);
    current(&sandbox, &url, &[]).exits(3);
    write(&sandbox, "home/.my.cnf", "[client]\nssl-crl=/x\n", 0o600);
    let outcome = current(&sandbox, &url, &[]).exits(3);
    assert!(outcome.stderr.contains("`ssl-crl` of the option file `"), "{outcome}");
}
