//! `cargo xtask derive-cost`: what deriving `Table` adds to a build, beside what `serde::Serialize` adds.
//!
//! 200 structs of 12 fields, in three crates: plain, with serde's derive, with ours. The runs alternate and the best of each
//! counts, because a busy machine only ever adds time.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const STRUCTS: usize = 200;
const RUNS: usize = 8;

/// The bound: ours adds at most this many times what serde adds.
const ALLOWED: f64 = 1.5;

const FIELDS: [(&str, &str); 12] = [
    ("id", "i64"),
    ("name", "String"),
    ("code", "String"),
    ("email", "Option<String>"),
    ("qty", "i32"),
    ("price", "f64"),
    ("ratio", "Option<f64>"),
    ("active", "bool"),
    ("note", "Option<String>"),
    ("created_at", "i64"),
    ("born", "Option<i64>"),
    ("parent_id", "Option<i64>"),
];

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Serde,
    Ours,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Plain, Kind::Serde, Kind::Ours];

    fn name(self) -> &'static str {
        match self {
            Kind::Plain => "plain",
            Kind::Serde => "serde",
            Kind::Ours => "ours",
        }
    }

    fn dependencies(self, root: &Path) -> String {
        match self {
            Kind::Plain => String::new(),
            Kind::Serde => "serde = { version = \"1\", features = [\"derive\"] }\n".to_owned(),
            Kind::Ours => format!("schema-core = {{ path = {:?} }}\n", root.join("schema-core")),
        }
    }

    fn attributes(self, number: usize) -> String {
        match self {
            Kind::Plain => String::new(),
            Kind::Serde => "#[derive(serde::Serialize)]\n".to_owned(),
            Kind::Ours => format!("#[derive(schema_core::Table)]\n#[table(name = \"s{number}\", pk(id))]\n"),
        }
    }
}

/// How a crate is compiled.
struct Mode {
    title: &'static str,
    command: &'static str,
    incremental: bool,
}

const MODES: [Mode; 4] = [
    Mode { title: "`cargo check`, from nothing", command: "check", incremental: false },
    Mode { title: "`cargo build`, from nothing", command: "build", incremental: false },
    Mode { title: "`cargo check`, incremental", command: "check", incremental: true },
    Mode { title: "`cargo build`, incremental", command: "build", incremental: true },
];

/// Measures, prints a table for `docs/benchmarks.md`, and fails where a build from nothing breaks the bound.
pub(crate) fn run() -> io::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default();
    let folder = root.join("target").join("derive-cost");
    for kind in Kind::ALL {
        write_crate(&folder, &root, kind)?;
    }
    println!("| | plain | `serde::Serialize` adds | `schema_core::Table` adds | ours / serde |");
    println!("|---|---|---|---|---|");
    let mut within = true;
    for mode in MODES {
        let [plain, serde, ours] = measure(&folder, &mode)?;
        let (serde, ours) = (serde.saturating_sub(plain), ours.saturating_sub(plain));
        let ratio = ours.as_secs_f64() / serde.as_secs_f64();
        println!(
            "| {} | {} ms | {} ms | {} ms | {ratio:.2} |",
            mode.title,
            plain.as_millis(),
            serde.as_millis(),
            ours.as_millis()
        );
        within &= mode.incremental || ratio <= ALLOWED;
    }
    Ok(if within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_crate(folder: &Path, root: &Path, kind: Kind) -> io::Result<()> {
    let mut source = String::from("#![allow(dead_code)]\n");
    for number in 0..STRUCTS {
        let _ = writeln!(source, "{}pub struct S{number} {{", kind.attributes(number));
        for (name, ty) in FIELDS {
            let _ = writeln!(source, "    pub {name}: {ty},");
        }
        source.push_str("}\n");
    }
    let manifest = format!(
        "[package]\nname = \"derive-cost-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n{}\n[workspace]\n",
        kind.name(),
        kind.dependencies(root)
    );
    let package = folder.join(kind.name());
    fs::create_dir_all(package.join("src"))?;
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::write(package.join("src/lib.rs"), source)
}

/// The best time of each kind.
fn measure(folder: &Path, mode: &Mode) -> io::Result<[Duration; 3]> {
    let mut best = [Duration::MAX; 3];
    // The first round builds the dependencies and does not count.
    for round in 0..=RUNS {
        for (kind, best) in Kind::ALL.into_iter().zip(&mut best) {
            let elapsed = compile(folder, mode, kind)?;
            if round > 0 {
                *best = elapsed.min(*best);
            }
        }
    }
    Ok(best)
}

fn compile(folder: &Path, mode: &Mode, kind: Kind) -> io::Result<Duration> {
    let package: PathBuf = folder.join(kind.name());
    fs::File::options()
        .append(true)
        .open(package.join("src/lib.rs"))?
        .set_modified(std::time::SystemTime::now())?;
    let mut command = Command::new(env!("CARGO"));
    command
        .args([mode.command, "--quiet"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", if mode.incremental { "1" } else { "0" });
    let start = Instant::now();
    let status = command.status()?;
    let elapsed = start.elapsed();
    if status.success() {
        return Ok(elapsed);
    }
    Err(io::Error::other(format!("`cargo {}` of the {} structs failed", mode.command, kind.name())))
}
