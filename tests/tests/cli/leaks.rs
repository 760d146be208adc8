//! No password reaches what a command writes, wherever the password stands, whatever goes wrong, and whichever command it is.

use crate::help::commands;
use crate::passwords::{MysqlAccount, address};
use crate::sandbox;
use schema_core::driver::{ConnectOptions, connect};
use schema_core::url::DatabaseUrl;
use schema_proxy::{Fault, Proxy};
use schema_tests::sandbox::{Outcome, Sandbox};
use schema_tests::server::Server;
use std::fs;
use std::path::Path;
use std::thread;

/// What is looked for. Escapes of URLs, shells and Rust leave it as it is.
const CANARY: &str = "c4nary";

/// A password with all that is escaped somewhere, and as a URL has it.
const PASSWORD: &str = "a\"c4nary'é\\ %:@/z";
const ENCODED: &str = "a%22c4nary%27%C3%A9%5C%20%25%3A%40%2Fz";

/// The forms of the canary: as it is, in base 64 at each of the three places, as digits, and as a list of bytes.
fn forms() -> Vec<String> {
    let mut forms = vec![CANARY.to_owned()];
    forms.extend((0..3).map(|offset| base64_inside(CANARY.as_bytes(), offset)));
    let hexadecimal: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.extend([hexadecimal.to_uppercase(), hexadecimal]);
    forms.push(CANARY.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", "));
    forms
}

/// The digits in base 64 that stand for these bytes alone, where so many others are before them.
fn base64_inside(bytes: &[u8], offset: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = std::iter::repeat_n(0, offset)
        .chain(bytes.iter().copied())
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let first = (offset * 8).div_ceil(6);
    let groups = bits.chunks_exact(6).skip(first);
    groups
        .map(|group| char::from(DIGITS[group.iter().fold(0, |all, bit| all << 1 | usize::from(*bit))]))
        .collect()
}

/// How a command is called so that it gets as far as it can.
fn call(command: &str) -> &'static str {
    match command {
        "autogenerate" => "autogenerate -m x --dry-run --schema-json schema.json",
        "baseline" => "baseline",
        "branches" => "branches -v",
        "check" => "check --schema-json schema.json",
        "completions" => "completions bash",
        "current" => "current",
        "diff" => "diff --from {url} --to sqlite://other.db",
        "downgrade" => "downgrade base",
        "edit" => "edit",
        "ensure-version" => "ensure-version",
        "heads" => "heads -v",
        "history" => "history -i",
        "import" => "import sqlx migrations --stamp",
        "init" => "init",
        "init-db" => "init-db --backup",
        "inspect" => "inspect",
        "man" => "man pages",
        "merge" => "merge",
        "models" => "models",
        "rebase" => "rebase",
        "remove" => "remove extra --yes",
        "repair" => "repair",
        "resolve" => "resolve --done",
        "revision" => "revision -m x --rev-id extra",
        "scratch" => "scratch -- true",
        "show" => "show",
        "squash" => "squash base:head --dry-run",
        "stamp" => "stamp head",
        "upgrade" => "upgrade --backup",
        "verify" => "verify",
        other => panic!("say how `{other}` is called, so that it is looked at too"),
    }
}

/// Where a command gets its URL from.
#[derive(Clone, Copy, Debug)]
enum Way {
    Option,
    Environment,
    DotEnv,
    Configuration,
    Variable,
}

const WAYS: [Way; 5] = [Way::Option, Way::Environment, Way::DotEnv, Way::Configuration, Way::Variable];

/// Something that goes wrong, or nothing.
struct Mode {
    name: &'static str,
    url: String,
    variables: Vec<(&'static str, String)>,
    /// How `current` ends.
    exits: i32,
}

impl Mode {
    fn new(name: &'static str, exits: i32, url: String) -> Self {
        Mode { name, url, variables: Vec::new(), exits }
    }

    fn with(mut self, variable: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((variable, value.into()));
        self
    }
}

fn project(url: &str) -> Sandbox {
    let sandbox = sandbox();
    sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));
    sandbox.write("migrations/heads", "");
    sandbox.write("schema.json", &crate::database::models(&["nick"]));
    sandbox.run("revision -m first --rev-id first").exits(0);
    let folder = fs::read_dir(sandbox.path().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    fs::write(folder.join("up.sql"), "CREATE TABLE t (id integer);\n").unwrap();
    fs::write(folder.join("down.sql"), "DROP TABLE t;\n").unwrap();
    rusqlite::Connection::open(sandbox.path().join("other.db")).unwrap();
    sandbox
}

fn run(sandbox: &Sandbox, mode: &Mode, command: &str, way: Way, more: &[&str]) -> Outcome {
    let quoted = mode.url.replace('\\', "\\\\").replace('"', "\\\"");
    let entry = |url: &str| sandbox.write("schema.toml", &format!("[databases.dev]\nurl = \"{url}\"\n"));
    entry("sqlite://dev.db");
    sandbox.write(".env", "");
    let mut words: Vec<String> =
        call(command).split_whitespace().map(|word| word.replace("{url}", &mode.url)).collect();
    words.extend(more.iter().map(|word| (*word).to_owned()));
    let mut variables = mode.variables.clone();
    match way {
        Way::Option => words.extend(["--database-url".to_owned(), mode.url.clone()]),
        Way::Environment => variables.push(("DATABASE_URL", mode.url.clone())),
        Way::DotEnv => sandbox.write(".env", &format!("DATABASE_URL='{}'\n", mode.url)),
        Way::Configuration => entry(&quoted),
        Way::Variable => {
            entry("${HIDDEN}");
            variables.push(("HIDDEN", mode.url.clone()));
        }
    }
    let mut program = sandbox.command(&words);
    program.env("EDITOR", "true").env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full");
    program.env("HOME", sandbox.path().join("home"));
    Outcome::of(program.envs(variables))
}

#[track_caller]
fn silent(text: &str, forms: &[String], context: &str) {
    for form in forms {
        assert!(!text.contains(form.as_str()), "{context}: {text}");
    }
}

/// Whatever was written into the folder; the test's own files aside.
fn silent_files(folder: &Path, forms: &[String]) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "home" {
            silent_files(&path, forms);
        } else if path.is_file() && !["schema.toml", ".env"].contains(&name.as_str()) {
            silent(&String::from_utf8_lossy(&fs::read(&path).unwrap()), forms, &path.display().to_string());
        }
    }
}

/// Runs every command in each mode, the way to the URL changing from one to the next.
fn look(modes: Vec<Mode>, home: &[(&str, String)]) {
    let (forms, commands) = (forms(), commands());
    let half = modes.len().div_ceil(2);
    thread::scope(|scope| {
        for modes in modes.chunks(half) {
            let (forms, commands) = (&forms, &commands);
            scope.spawn(move || {
                // The scheme alone matters for a new revision.
                let scheme = modes[0].url.split(':').next().unwrap();
                let sandbox = project(&format!("{scheme}://localhost/x"));
                for (file, text) in home {
                    let file = format!("home/{file}");
                    sandbox.write(&file, text);
                    only_for_owner(&sandbox.path().join(file));
                }
                for (place, mode) in modes.iter().enumerate() {
                    let current = run(&sandbox, mode, "current", WAYS[place % WAYS.len()], &[]);
                    assert_eq!(current.code, Some(mode.exits), "{}: {current}", mode.name);
                    for (number, command) in commands.iter().enumerate() {
                        let way = WAYS[(place + number) % WAYS.len()];
                        let more: &[&str] = match number % 3 {
                            0 => &["--format", "json"],
                            _ => &["-v"],
                        };
                        let outcome = run(&sandbox, mode, command, way, more);
                        let context = format!("{}, {command}, {way:?}", mode.name);
                        silent(&format!("{}\n{}", outcome.stdout, outcome.stderr), forms, &context);
                        assert!(matches!(outcome.code, Some(0..=6)), "{context}: {outcome}");
                    }
                    if let Ok(url) = DatabaseUrl::parse(&mode.url).inspect_err(|error| {
                        silent(&format!("{error} {error:?} {:?}", error.hint()), forms, mode.name);
                    }) {
                        let said = match connect(&url, &ConnectOptions::default()) {
                            Ok(_) => format!("{url} {url:?}"),
                            Err(error) => format!("{url} {url:?} {error} {error:?} {:?}", error.hint()),
                        };
                        silent(&said, forms, mode.name);
                    }
                }
                silent_files(sandbox.path(), forms);
            });
        }
    });
}

#[cfg(unix)]
fn only_for_owner(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn only_for_owner(_: &Path) {}

/// A URL that cannot be read: with a parameter that there is not, a port that is none, without its scheme.
fn unreadable(scheme: &str) -> Vec<Mode> {
    let mode = |name, rest: String| Mode::new(name, 2, rest);
    vec![
        mode("an unknown parameter", format!("{scheme}://ann:{ENCODED}@h/d?nope=1&password={ENCODED}")),
        mode("a port that is none", format!("{scheme}://ann@h:c4nary/d")),
        mode("a password that is not encoded", format!("{scheme}://ann:a/c4nary?%zz@h/d")),
        mode("a missing scheme", format!("ann:{ENCODED}@h/d")),
    ]
}

#[test]
fn no_command_says_the_password_of_a_postgres_server() {
    let Some(database) = Server::Postgres.database() else { return };
    // A guest may create no databases, as `upgrade` would.
    for account in ["schema_plain", "schema_guest"] {
        crate::logins::create(database.connect().as_mut(), account);
    }
    let (name, address) = (database.name(), address(&database.url()));
    let at = |user: &str, place: &str, name: &str| {
        format!("postgres://{user}:{ENCODED}@{place}/{name}?sslmode=disable&connect_timeout=5")
    };
    let proxy = Proxy::failing(&address, Fault::Cut(700)).unwrap();
    let without = format!("postgres://schema_plain@{address}/{name}?sslmode=disable");
    let mut modes = vec![
        Mode::new("nothing is wrong", 0, at("postgres", &address, name)),
        Mode::new("a wrong password", 3, at("schema_plain", &address, name)),
        Mode::new("a wrong password in a parameter", 3, format!("{without}&password={ENCODED}")),
        Mode::new("a wrong password in a variable", 3, without.clone()).with("PGPASSWORD", PASSWORD),
        Mode::new("a wrong password in ~/.pgpass", 3, without),
        Mode::new("a wrong password in a service", 3, format!("postgres://{address}/{name}?service=shop")),
        Mode::new("a service that cannot be followed", 3, "postgres://?service=odd".to_owned()),
        Mode::new("a wrong database", 3, at("schema_guest", &address, "no_such_database")),
        Mode::new("nobody listens", 3, at("ann", "127.0.0.1:1", name)),
        Mode::new("no such host", 3, at("ann", "nowhere.invalid", name)),
        Mode::new("a connection that is cut", 3, at("postgres", &proxy.address(), name)),
        Mode::new(
            "keywords",
            3,
            format!(
                "host=127.0.0.1 port=1 user=ann password='{}'",
                PASSWORD.replace('\\', "\\\\").replace('\'', "\\'")
            ),
        ),
    ];
    modes.extend(unreadable("postgres"));
    let escaped = PASSWORD.replace('\\', "\\\\").replace(':', "\\:");
    look(
        modes,
        &[
            (".pgpass", format!("*:*:*:schema_plain:{escaped}\n")),
            (
                ".pg_service.conf",
                format!(
                    "[shop]\nuser=schema_plain\npassword={PASSWORD}\nsslmode=disable\n[odd]\npassword={PASSWORD}\nrequire_auth={PASSWORD}\n"
                ),
            ),
        ],
    );
}

#[test]
fn no_command_says_the_password_of_a_mysql_server() {
    let Some(database) = Server::Mysql.database() else { return };
    let account = MysqlAccount::create(&database, PASSWORD);
    let (name, address) = (database.name(), address(&database.url()));
    let user = account.name();
    let at = |user: &str, place: &str, name: &str| {
        format!("mysql://{user}:{ENCODED}@{place}/{name}?ssl-mode=DISABLED&connect-timeout=5")
    };
    let proxy = Proxy::failing(&address, Fault::Cut(1500)).unwrap();
    let nobody = format!("mysql://nobody@{address}/{name}?ssl-mode=DISABLED");
    let mut modes = vec![
        Mode::new("nothing is wrong", 0, at(user, &address, name)),
        Mode::new("a wrong password", 3, at("nobody", &address, name)),
        Mode::new("a wrong password in a parameter", 3, format!("{nobody}&password={ENCODED}")),
        Mode::new("a wrong password in ~/.my.cnf", 3, nobody.clone()),
        Mode::new("a wrong password in a variable", 3, nobody)
            .with("MYSQL_PWD", PASSWORD)
            .with("HOME", "nowhere"),
        Mode::new("a wrong database", 3, at(user, &address, "no_such_database")),
        Mode::new("nobody listens", 3, at("ann", "127.0.0.1:1", name)),
        Mode::new("no such host", 3, at("ann", "nowhere.invalid", name)),
        Mode::new("a connection that is cut", 3, at(user, &proxy.address(), name)),
    ];
    modes.extend(unreadable("mysql"));
    let escaped = PASSWORD.replace('\\', "\\\\").replace('"', "\\\"");
    look(modes, &[(".my.cnf", format!("[client]\npassword=\"{escaped}\"\n"))]);
}

#[test]
fn no_command_says_the_password_of_a_configuration_that_cannot_be_read() {
    let sandbox = project("sqlite://dev.db");
    let forms = forms();
    let url = format!("postgres://ann:{ENCODED}@127.0.0.1:1/d");
    for text in [
        format!("[databases.dev]\nurl = \"{url}\n"),
        format!("[databases.dev]\nurl = {url}\n"),
        format!("[databases.dev]\nurl = \"{url}\" x\n"),
        format!("[databases.dev]\nurl = [\"{url}\"]\n"),
        format!("[databases.dev]\nurl = {{ \"{url}\" = 1 }}\n"),
        format!("[databases.dev]\nuri = \"{url}\"\n"),
        format!("databases = \"{url}\"\n"),
        format!("\"{url}\" = 1\n"),
        format!("[databases.dev]\nurl = \"{url}\"\nurl = \"{url}\"\n"),
        format!("[databases.dev]\nurl = \"{url}${{NOT_SET}}\"\n"),
        format!("[scratch]\npostgres = \"{url}?nope=1\"\n[databases.dev]\nurl = \"sqlite://dev.db\"\n"),
        format!("[models]\ncommand = \"false {url}\"\n[databases.dev]\nurl = \"sqlite://dev.db\"\n"),
    ] {
        for (number, command) in commands().iter().enumerate() {
            sandbox.write("schema.toml", &text);
            let words = call(command).replace("{url}", "sqlite://dev.db");
            let words =
                words.split_whitespace().filter(|word| !["--schema-json", "schema.json"].contains(word));
            let format: &[&str] = if number % 3 == 0 { &["--format", "json"] } else { &["-v"] };
            let mut program = sandbox.command(words.chain(format.iter().copied()));
            let outcome = Outcome::of(program.env("EDITOR", "true").env("RUST_BACKTRACE", "full"));
            silent(&format!("{}\n{}", outcome.stdout, outcome.stderr), &forms, &format!("{command}: {text}"));
        }
    }
}

/// Programs in the place of those that make backups: they write down how they are called and with which rights the file of options can be read.
#[cfg(unix)]
fn spies(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::create_dir_all(folder).unwrap();
    for (name, version) in [
        ("pg_dump", "16"),
        ("mariadb-dump", "mariadb-dump from 11.8.3-MariaDB"),
        ("mysqldump", "mysqldump  Ver 9.7.4"),
    ] {
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in *--version*) echo '{version}'; exit;; esac\n\
             file=$(printf '%s' \"$1\" | sed -n 's/^--defaults-file=//p')\n\
             {{ cat /proc/$$/cmdline | tr '\\0' ' '; echo; echo \"service=$PGSERVICE\"\n\
             [ -z \"$file\" ] || {{ stat -c 'mode=%a' \"$file\"; cp \"$file\" {folder}/home-options; }}; }} >>{folder}/calls\n\
             echo 'it refuses' >&2; exit 1\n",
            folder = folder.display()
        );
        let path = folder.join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn programs_that_make_backups_get_no_password_as_an_argument() {
    for server in [Server::Postgres, Server::Mysql] {
        let Some(database) = server.database() else { continue };
        let account = (server == Server::Mysql).then(|| MysqlAccount::create(&database, PASSWORD));
        let user = account.as_ref().map_or("postgres", MysqlAccount::name);
        let (scheme, off) = match server {
            Server::Postgres => ("postgres", "sslmode=disable"),
            Server::Mysql => ("mysql", "ssl-mode=DISABLED"),
        };
        let url =
            format!("{scheme}://{user}:{ENCODED}@{}/{}?{off}", address(&database.url()), database.name());
        let sandbox = project(&format!("{scheme}://localhost/x"));
        database.connect().execute("CREATE TABLE there (id integer)").unwrap();
        let folder = sandbox.path().join("spies");
        spies(&folder);
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let mut program = sandbox.command(["upgrade", "--adopt", "--backup", "--database-url", &url]);
        let outcome = Outcome::of(program.env("PATH", path)).exits(3);
        assert!(outcome.stderr.contains("it refuses"), "{outcome}");
        let calls = fs::read_to_string(folder.join("calls")).unwrap();
        silent(&calls, &forms(), "arguments");
        assert!(calls.contains("_dump ") || calls.contains("dump "), "{calls}");
        if server == Server::Mysql {
            assert!(calls.contains("mode=600"), "{calls}");
            let options = fs::read_to_string(folder.join("home-options")).unwrap();
            assert!(options.contains("password=\"a\\\"c4nary'é\\\\ %:@/z\""), "{options}");
        }
    }
}
