//! Whole commands against the least that they could cost, alternately in one run: `cargo bench -p schema-tests --bench commands`.
//!
//! The yardsticks run in a process of their own, too: this program, told by a variable what to do.

#![allow(clippy::unwrap_used)]

use rusqlite::Connection;
use schema_tests::workload::{document, history, revision, schema, to_file};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

const YARDSTICK: &str = "SCHEMA_BENCH_YARDSTICK";

/// One bulk read of SQLite's catalogue.
const CATALOGUE: [&str; 4] = [
    "SELECT m.name, c.* FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'",
    "SELECT m.name, i.*, x.* FROM sqlite_schema m JOIN pragma_index_list(m.name) i \
     JOIN pragma_index_xinfo(i.name) x WHERE m.type = 'table' AND x.key = 1",
    "SELECT m.name, f.* FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    "SELECT type, name, tbl_name, sql FROM sqlite_schema",
];

fn main() {
    if let Some(what) = std::env::var_os(YARDSTICK) {
        return yardstick(&what.to_string_lossy());
    }
    // `cargo test --benches` only asks whether it starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    comparisons();
    histories();
}

/// The best of several runs of one command.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    memory: u64,
}

impl Cost {
    const WORST: Cost = Cost { wall: Duration::MAX, cpu: Duration::MAX, memory: u64::MAX };

    fn best(self, other: Cost) -> Cost {
        Cost {
            wall: self.wall.min(other.wall),
            cpu: self.cpu.min(other.cpu),
            memory: self.memory.min(other.memory),
        }
    }
}

fn measure(command: &mut Command) -> Cost {
    let start = Instant::now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
    let used = child.wait4().unwrap();
    assert!(used.status.success(), "{command:?}");
    Cost {
        wall: start.elapsed(),
        cpu: used.rusage.utime + used.rusage.stime,
        memory: used.rusage.maxrss / 1024 / 1024,
    }
}

/// Runs the commands in turn, and returns the best of each.
fn alternately<const N: usize>(runs: usize, mut commands: [Command; N], before: impl Fn(usize)) -> [Cost; N] {
    let mut costs = [Cost::WORST; N];
    for _ in 0..runs {
        for (number, command) in commands.iter_mut().enumerate() {
            before(number);
            costs[number] = costs[number].best(measure(command));
        }
    }
    costs
}

fn tool(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command.current_dir(folder).env_clear();
    command
}

fn this(what: String) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(YARDSTICK, what);
    command
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}

fn comparisons() {
    println!(
        "| tables | catalogue read | nothing changed | ratio | CPU | memory | 100 tables changed | ratio |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for tables in [100, 1_000, 5_000, 10_000] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let same = schema(tables, 0);
        to_file(&same, &path("app.db"));
        std::fs::write(path("same.json"), document(&same).to_json().unwrap()).unwrap();
        let changed = document(&schema(tables, 100.min(tables)));
        std::fs::write(path("changed.json"), changed.to_json().unwrap()).unwrap();
        std::fs::write(path("schema.toml"), "[databases.dev]\nurl = \"sqlite://app.db\"\n").unwrap();
        std::fs::create_dir(path("migrations")).unwrap();
        std::fs::write(path("migrations/heads"), "").unwrap();
        let autogenerate = |json: &str| {
            let mut command = tool(folder.path());
            command.args(["autogenerate", "--dry-run", "--schema-json", json]);
            command
        };
        let commands = [
            this(format!("catalogue {}", path("app.db").display())),
            autogenerate("same.json"),
            autogenerate("changed.json"),
        ];
        let [catalogue, nothing, some] = alternately(7, commands, |_| ());
        println!(
            "| {tables} | {} | {} | {:.2} | {} | {} MiB | {} | {:.2} |",
            milliseconds(catalogue.wall),
            milliseconds(nothing.wall),
            nothing.wall.as_secs_f64() / catalogue.wall.as_secs_f64(),
            milliseconds(nothing.cpu),
            nothing.memory,
            milliseconds(some.wall),
            some.wall.as_secs_f64() / nothing.wall.as_secs_f64(),
        );
    }
}

fn histories() {
    const COUNT: usize = 1_000;
    let project = history(COUNT);
    std::fs::write(project.path().join("schema.toml"), "[databases.dev]\nurl = \"sqlite://app.db\"\n")
        .unwrap();
    let mut script = String::from("CREATE TABLE history (revision INTEGER PRIMARY KEY);\n");
    for number in 0..COUNT {
        let (up, _) = revision(number);
        script.push_str(&format!("BEGIN;\n{up}INSERT INTO history VALUES ({number});\nCOMMIT;\n"));
    }
    let file = project.path().join("shell.sql");
    std::fs::write(&file, script).unwrap();

    let has_shell = Command::new("sqlite3").arg("--version").output().is_ok();
    let shell = if has_shell {
        let mut command = Command::new("sqlite3");
        command.arg(project.path().join("shell.db")).arg(format!(".read {}", file.display()));
        command
    } else {
        this(format!("script {}", project.path().display()))
    };
    let mut upgrade = tool(project.path());
    upgrade.arg("upgrade");
    let remove = |number: usize| {
        let name = ["shell.db", "app.db"][number];
        for suffix in ["", "-journal", "-wal"] {
            let _ = std::fs::remove_file(project.path().join(format!("{name}{suffix}")));
        }
    };
    let [shell, apply] = alternately(5, [shell, upgrade], remove);
    let mut again = tool(project.path());
    again.arg("upgrade");
    let [nothing] = alternately(15, [again], |_| ());
    println!("\n| 1,000 revisions | wall | CPU |\n|---|---|---|");
    println!(
        "| {} | {} | {} |",
        if has_shell { "`sqlite3` shell, a transaction each" } else { "SQLite alone, a transaction each" },
        milliseconds(shell.wall),
        milliseconds(shell.cpu)
    );
    println!("| `upgrade` | {} | {} |", milliseconds(apply.wall), milliseconds(apply.cpu));
    println!("| `upgrade`, nothing to do | {} | {} |", milliseconds(nothing.wall), milliseconds(nothing.cpu));
}

fn yardstick(what: &str) {
    let (kind, path) = what.split_once(' ').unwrap();
    match kind {
        "catalogue" => {
            let connection = Connection::open(path).unwrap();
            for query in CATALOGUE {
                let mut statement = connection.prepare(query).unwrap();
                let columns = statement.column_count();
                let mut rows = statement.query([]).unwrap();
                while let Some(row) = rows.next().unwrap() {
                    for column in 0..columns {
                        std::hint::black_box(row.get_ref(column).unwrap());
                    }
                }
            }
        }
        "script" => {
            let folder = Path::new(path);
            let script = std::fs::read_to_string(folder.join("shell.sql")).unwrap();
            Connection::open(folder.join("shell.db")).unwrap().execute_batch(&script).unwrap();
        }
        other => unreachable!("there is no yardstick {other}"),
    }
}
