//! What `cargo xtask torture` runs, once it has servers: see [`schema_tests::torture`].

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("error: processes are killed on Unix only");
    ExitCode::FAILURE
}

#[cfg(unix)]
mod unix {
    use clap::Parser;
    use schema_tests::torture::run::Plan;
    use schema_tests::torture::{ALL, Rig, report};
    use std::path::PathBuf;
    use std::process::ExitCode;
    use std::time::Duration;

    /// Runs that go wrong on purpose
    #[derive(Parser)]
    struct Arguments {
        /// SQLite too
        #[arg(long)]
        sqlite: bool,
        /// A server; may be given several times
        #[arg(long, value_name = "URL")]
        server: Vec<String>,
        /// A server that was started for this: it may be killed, and comes back; may be given several times
        #[arg(long, value_name = "URL")]
        own_server: Vec<String>,
        /// Only this torture; may be given several times
        #[arg(long, value_name = "TORTURE")]
        only: Vec<String>,
        /// How long the tortures of an engine take together
        #[arg(long, default_value_t = 2.0)]
        minutes: f64,
        /// How many cases each torture has, instead of as many as there is time for
        #[arg(long)]
        cases: Option<u64>,
        /// The seed of the first case
        #[arg(long)]
        seed: u64,
        /// How many times slower than an idle machine this one is: what has to be done in time may take so many times longer
        #[arg(long, value_name = "TIMES", default_value_t = 1)]
        patience: u32,
        /// A document that the table goes into
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
    }

    pub(crate) fn main() -> ExitCode {
        match run(Arguments::parse()) {
            Ok(code) => code,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::from(2)
            }
        }
    }

    fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn std::error::Error>> {
        let Arguments { sqlite, server, own_server, only, minutes, cases, seed, patience, report } =
            arguments;
        if let Some(unknown) = only.iter().find(|name| ALL.iter().all(|torture| torture.name != **name)) {
            let names: Vec<&str> = ALL.iter().map(|torture| torture.name).collect();
            return Err(format!("there is no torture `{unknown}`; there are {}", names.join(", ")).into());
        }
        let program = std::env::current_exe()?.with_file_name("schema-cli-under-test");
        let mut rigs = Vec::new();
        if sqlite {
            rigs.push(Rig::sqlite(program.clone()));
        }
        for url in server {
            rigs.push(Rig::at(&url, program.clone()));
        }
        for url in own_server {
            rigs.push(Rig::at(&url, program.clone()).whose_server_may_be_killed());
        }
        let rigs: Vec<Rig> = rigs.into_iter().map(|rig| rig.with_patience(patience)).collect();
        let plan = Plan { only, time: Duration::try_from_secs_f64(minutes * 60.0)?, cases, seed };
        let rows = plan.run(&rigs);
        println!("\n{}", report::markdown(&rows));
        if let Some(file) = report {
            report::write(&file, &rows)?;
        }
        let has_failed = rows.iter().any(|row| !row.failures.is_empty());
        Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}
