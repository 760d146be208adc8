//! Cleaning up after a run, however it ends.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Reads the ids of processes until the pipe closes, which it does when the run has died too; then the last of them is ended and the folder removed.
const SCRIPT: &str = r#"
while read -r line; do process=$line; done
if [ -n "$process" ] && kill -s "$2" "$process" 2>/dev/null; then
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        kill -0 "$process" 2>/dev/null || break
        sleep 0.1
    done
    kill -s KILL "$process" 2>/dev/null
fi
rm -rf -- "$1"
"#;

/// A process that outlives this one, to clean up after it: no signal handler runs where a process is killed.
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// Guards a folder, and the processes that it is told of.
    pub(super) fn new(folder: &Path, signal: &'static str) -> io::Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "watchdog"]).arg(folder).arg(signal);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        shell.spawn().map(Watchdog)
    }

    pub(super) fn watch(&mut self, process: u32) -> io::Result<()> {
        match &mut self.0.stdin {
            Some(pipe) => writeln!(pipe, "{process}"),
            None => Ok(()),
        }
    }

    /// Has it clean up.
    pub(super) fn release(&mut self) {
        drop(self.0.stdin.take());
    }

    /// Waits until it has.
    pub(super) fn wait(&mut self) {
        let _ = self.0.wait();
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.release();
        self.wait();
    }
}
