//! Runs the consoles of each page in a folder of its own, from top to bottom, as a reader would.

use crate::page::{Part, Typed, parts};
use crate::{pages, source, workspace};
use regex::Regex;
use schema_tests::server::{Server, TestDatabase};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A reader at a terminal: what is typed changes the folder for what is typed next.
pub(crate) struct Reader {
    folder: tempfile::TempDir,
    at: PathBuf,
    /// The URL on the page, and the database that stands for it.
    server: Option<(String, TestDatabase)>,
}

impl Reader {
    /// In a folder `work` with nothing but this workspace, `schema`, as in a clone, and `schema-cli` installed.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = root.join("work");
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::create_dir(&at).unwrap();
        symlink(env!("CARGO_BIN_EXE_schema-cli-under-test"), root.join("bin/schema-cli")).unwrap();
        symlink(workspace(), at.join("schema")).unwrap();
        Reader { folder, at, server: None }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.at.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.with_real_url(text)).unwrap();
    }

    fn with_real_url(&self, text: &str) -> String {
        match &self.server {
            Some((url, database)) => text.replace(url, &database.url()),
            None => text.to_owned(),
        }
    }

    fn without_real_url(&self, text: &str) -> String {
        match &self.server {
            Some((url, database)) => {
                let real = database.url();
                // What the command says of a database, it says without the URL's parameters.
                let shown = real.split('?').next().unwrap_or_default();
                text.replace(&real, url).replace(shown, url)
            }
            None => text.to_owned(),
        }
    }

    /// Types a line, and returns what came back and whether all went well.
    pub(crate) fn types(&mut self, line: &str) -> (String, bool) {
        let line = self.with_real_url(line);
        let place = self.folder.path().join("place");
        let script = format!("exec 2>&1\n{line}\nresult=$?\npwd > '{}'\nexit $result\n", place.display());
        let bin = self.folder.path().join("bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("sh");
        command.args(["-c", &script]).current_dir(&self.at).env("PATH", path).stdin(Stdio::null());
        command.env("CARGO_TARGET_DIR", target_folder()).env("CARGO_NET_OFFLINE", "true");
        command.env("CARGO_TERM_QUIET", "true").env("HOME_FOLDER", self.folder.path());
        for variable in
            ["DATABASE_URL", "EDITOR", "VISUAL", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "RUSTFLAGS"]
        {
            command.env_remove(variable);
        }
        let output = command.output().unwrap();
        if let Ok(place) = fs::read_to_string(place) {
            self.at = PathBuf::from(place.trim_end());
        }
        self.settle();
        let root = self.folder.path().canonicalize().unwrap();
        let text =
            String::from_utf8(output.stdout).unwrap().replace(&format!("{}/", root.display()), "/home/ann/");
        (self.without_real_url(&text), output.status.success())
    }

    /// A new package gets the lock file of this workspace: what is in it is available without a network. Its way to the clone
    /// becomes the real one, so that what other tests have built serves here too.
    fn settle(&self) {
        let manifest = self.at.join("Cargo.toml");
        if let Ok(text) = fs::read_to_string(&manifest) {
            let real = text.replace("\"../schema/", &format!("\"{}/", workspace().display()));
            fs::write(manifest, real).unwrap();
        }
        if self.at.join("Cargo.toml").exists() && !self.at.join("Cargo.lock").exists() {
            fs::copy(workspace().join("Cargo.lock"), self.at.join("Cargo.lock")).unwrap();
        }
    }
}

/// The folder that test crates of all tests share.
fn target_folder() -> PathBuf {
    let own = Path::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    own.ancestors().nth(2).unwrap().join("test-crates")
}

/// What differs from run to run, and what is put in its place.
const VARYING: [(&str, &str); 6] = [
    (r"\b\d+\.\d{3} s\b", "[s]"),
    (r"\b2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
    (r"\b2\d{13}_", "[time]_"),
    (r"(^|[^0-9a-z])[0-9a-f]{12}([^0-9a-z]|$)", "$1[id]$2"),
    (r"\b2\d{7}T\d{6}Z?", "[time]"),
    (r"\b\d+ ms\b", "[ms]"),
];

fn stable(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    for (pattern, word) in VARYING {
        // Twice, for two that share the character between them.
        for _ in 0..2 {
            text = Regex::new(pattern).unwrap().replace_all(&text, word).into_owned();
        }
    }
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether the page says what came back; a line `...` stands for any lines.
fn is_told(expected: &[String], actual: &[String]) -> bool {
    match (expected.split_first(), actual.split_first()) {
        (None, None) => true,
        (Some((line, rest)), _) if line == "..." => {
            (0..=actual.len()).any(|skipped| is_told(rest, &actual[skipped..]))
        }
        (Some((line, rest)), Some((found, others))) => line == found && is_told(rest, others),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// A page whose reader has a server, the URL that stands on it, and the server that stands for it here.
const ON_SERVERS: [(&str, &str, Server); 2] = [
    ("postgres.md", "postgres://ann@localhost/shop", Server::Postgres),
    ("mysql.md", "mysql://ann@localhost/shop", Server::Mysql),
];

fn run_page(page: &str) -> Vec<String> {
    let path = source().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let mut reader = Reader::new();
    if let Some((_, url, server)) = ON_SERVERS.iter().find(|(other, _, _)| *other == page) {
        let Some(database) = server.database() else { return Vec::new() };
        reader.server = Some(((*url).to_owned(), database));
    }
    let mut failures = Vec::new();
    let mut corrections = Vec::new();
    for part in parts(&text) {
        match part {
            Part::File { path, text } => reader.write(&path, &text),
            Part::Console { commands, line } => {
                for Typed { line: command, output, lines } in commands {
                    let (actual, succeeded) = reader.types(&command);
                    let should_succeed = !output.iter().any(|line| line.starts_with("error: "));
                    let told = is_told(&stable(&output.join("\n")), &stable(&actual));
                    if !told || succeeded != should_succeed {
                        failures.push(format!(
                            "{page}, line {line}: `{command}` {}\n{actual}",
                            if succeeded { "says" } else { "fails and says" }
                        ));
                    }
                    if !told {
                        corrections.push((lines, actual));
                    }
                }
            }
        }
    }
    if std::env::var("BOOK").is_ok_and(|value| value == "write") {
        correct(&path, &text, corrections);
    }
    failures
}

fn correct(path: &Path, text: &str, corrections: Vec<(std::ops::Range<usize>, String)>) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (range, actual) in corrections.into_iter().rev() {
        lines.splice(range, actual.lines().map(|line| line.trim_end().to_owned()));
    }
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[test]
fn consoles_show_what_a_reader_gets() {
    let failures: Vec<String> = pages().iter().flat_map(|page| run_page(page)).collect();
    assert!(failures.is_empty(), "{} differ:\n\n{}", failures.len(), failures.join("\n"));
}
