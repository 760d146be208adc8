//! The program as a process: it ends when this one does, and what it says is kept.

use super::ToolProgress;
use crate::driver::{DriverError, OnlineSchemaChangeError, ProgressUnit, StatementProgress};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How many of its last lines are told where it fails.
const LINES: usize = 12;

const GLANCE: Duration = Duration::from_millis(50);

/// How often the session is used meanwhile: a server lets go of one that is idle for too long, and the migration lock with it.
const KEPT_ALIVE: Duration = Duration::from_secs(20);

/// Runs its arguments, and has them end where its standard input does, as when the process at the other end is killed.
#[cfg(unix)]
const UNTIL_INPUT_ENDS: &str = r#"exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
{ read -r line <&3; kill -TERM "$program"; } 2>/dev/null >/dev/null &
watch=$!
exec 3<&-
wait "$program"
status=$?
kill "$watch" 2>/dev/null
exit "$status""#;

/// Runs the words as a program and its arguments, with no shell that reads them. What fails while the session is kept alive ends the program too.
pub(super) fn run(
    words: &[String],
    progress: &ToolProgress,
    mut keep_alive: impl FnMut() -> Result<(), DriverError>,
) -> Result<Result<(), OnlineSchemaChangeError>, DriverError> {
    let mut child = match start(words) {
        Ok(child) => child,
        Err(error) => return Ok(Err(error)),
    };
    let last = Mutex::new(VecDeque::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let ended = thread::scope(|scope| {
        scope.spawn(|| listen(out, &last, progress));
        scope.spawn(|| listen(err, &last, progress));
        let ended = wait(&mut child, &mut keep_alive);
        // Whatever it was that ended the waiting.
        drop(child.stdin.take());
        let status = child.wait();
        ended.map(|()| status)
    });
    let status = match ended? {
        Ok(status) => status,
        Err(source) => return Ok(Err(OnlineSchemaChangeError::NotStarted { source })),
    };
    if status.success() {
        return Ok(Ok(()));
    }
    let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
    let said = Vec::from(last).join("; ");
    // As shells say it.
    if status.code() == Some(127) {
        let source = std::io::Error::new(std::io::ErrorKind::NotFound, said);
        return Ok(Err(OnlineSchemaChangeError::NotStarted { source }));
    }
    Ok(Err(OnlineSchemaChangeError::Failed { status: status.to_string(), said }))
}

#[cfg(unix)]
fn start(words: &[String]) -> Result<Child, OnlineSchemaChangeError> {
    use std::os::unix::process::CommandExt as _;
    Command::new("sh")
        .args(["-c", UNTIL_INPUT_ENDS, "sh"])
        .args(words)
        // An interrupt of the terminal is for this process, which ends the program with it.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| OnlineSchemaChangeError::NotStarted { source })
}

#[cfg(not(unix))]
fn start(_: &[String]) -> Result<Child, OnlineSchemaChangeError> {
    Err(OnlineSchemaChangeError::NotHere)
}

fn wait(
    child: &mut Child,
    keep_alive: &mut impl FnMut() -> Result<(), DriverError>,
) -> Result<(), DriverError> {
    let mut used = Instant::now();
    while let Ok(None) = child.try_wait() {
        thread::sleep(GLANCE);
        if used.elapsed() > KEPT_ALIVE {
            keep_alive()?;
            used = Instant::now();
        }
    }
    Ok(())
}

/// Reads what the program writes until it ends.
fn listen(stream: Option<impl Read>, last: &Mutex<VecDeque<String>>, progress: &ToolProgress) {
    let Some(stream) = stream else { return };
    let mut stream = BufReader::new(stream);
    let mut bytes = Vec::new();
    while stream.by_ref().take(1 << 16).read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
        let line = String::from_utf8_lossy(&bytes).trim().to_owned();
        bytes.clear();
        if line.is_empty() {
            continue;
        }
        if let Some(done) = permille(&line) {
            progress.tell(Some(StatementProgress {
                phase: None,
                done,
                total: Some(1000),
                unit: ProgressUnit::Parts,
            }));
        }
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        last.push_back(line);
        if last.len() > LINES {
            last.pop_front();
        }
    }
}

/// The first per cent of a line, in tenths: of ``Copying `app`.`t`:  45% 00:30 remain`` 450.
fn permille(line: &str) -> Option<u64> {
    let number = line.split_whitespace().find_map(|word| word.split_once('%'))?.0;
    let share: f64 = number.parse().ok()?;
    (0.0..=100.0).contains(&share).then_some((share * 10.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn said(script: &str) -> Result<(), OnlineSchemaChangeError> {
        let words = ["sh", "-c", script].map(str::to_owned);
        run(&words, &ToolProgress::default(), || Ok(())).unwrap()
    }

    #[test]
    #[cfg(unix)]
    fn the_last_lines_of_a_program_that_fails_are_told() {
        said("echo all is well").unwrap();
        let error = said("for i in $(seq 40); do echo line $i; done; echo no >&2; exit 3").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("it ended with exit status: 3: ") && text.contains("line 40"), "{text}");
        assert!(!text.contains("line 5;"), "{text}");
        let words = ["no-such-program-of-all".to_owned()];
        let error = run(&words, &ToolProgress::default(), || Ok(())).unwrap().unwrap_err();
        assert!(matches!(error, OnlineSchemaChangeError::NotStarted { .. }), "{error}");
    }

    #[test]
    fn how_far_it_is_stands_in_its_lines() {
        assert_eq!(permille("Copying `app`.`t`:  45% 00:30 remain"), Some(450));
        assert_eq!(permille("Copy: 10/20 50.5%; Applied: 0"), Some(505));
        assert_eq!(permille("100 rows"), None);
        assert_eq!(permille("a 900% raise"), None);
    }
}
