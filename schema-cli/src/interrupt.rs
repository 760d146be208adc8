//! A signal that ends the program: what it has for the time of its run goes with it.

use crate::terminal;
use schema_core::driver::drop_scratch_databases;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What shells give for a program that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// A server that does not answer must not keep the program from ending.
const PATIENCE: Duration = Duration::from_secs(5);

/// Has an interrupt (Ctrl-C), SIGTERM and SIGHUP end the program [in order](leave).
pub(crate) fn handle() {
    #[cfg(target_os = "linux")]
    each::handle();
    // All three or none. Where another handler is set already, as in a program that embeds this one, that one is right; and what is ignored stays so.
    #[cfg(not(target_os = "linux"))]
    let _ = ctrlc::try_set_handler(|| leave());
}

/// Each signal by itself: Linux tells which are ignored or have a handler, and these stay as they are.
#[cfg(target_os = "linux")]
mod each {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::{fs, thread};

    /// Where `/proc` is not there to tell, all three are free.
    pub(super) fn handle() {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let taken = taken(&status).unwrap_or_default();
        let free = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| taken & (1 << (signal - 1)) == 0);
        let Ok(mut signals) = Signals::new(free) else { return };
        thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                // As shells give.
                super::leave_with(128 + signal);
            }
        });
    }

    /// The signals that are ignored or have a handler, a bit for each, as Linux tells of a process.
    fn taken(status: &str) -> Option<u64> {
        let mask = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            u64::from_str_radix(line.trim(), 16).ok()
        };
        Some(mask("SigIgn:")? | mask("SigCgt:")?)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_is_ignored_or_has_a_handler_is_taken() {
            let status =
                "Name:\tx\nSigBlk:\tffffffffffffffff\nSigIgn:\t0000000000001002\nSigCgt:\t0000000180000440\n";
            assert_eq!(taken(status), Some(0x1_8000_1442));
            assert_eq!(taken("Name:\tx\nSigIgn:\t0\n"), None);
            assert_eq!(taken(""), None);
        }
    }
}

/// Whether a signal is ending the program.
static IS_LEAVING: AtomicBool = AtomicBool::new(false);

/// Waits for the end where a signal is ending the program: a command that loses its scratch database meanwhile has nothing to say of that.
pub(crate) fn give_way() {
    while IS_LEAVING.load(Ordering::Acquire) {
        thread::park();
    }
}

/// Ends the program after an interrupt: the terminal is as it was before a question, and scratch databases are dropped.
pub(crate) fn leave() -> ! {
    leave_with(INTERRUPTED)
}

fn leave_with(code: i32) -> ! {
    IS_LEAVING.store(true, Ordering::Release);
    terminal::restore();
    thread::spawn(move || {
        thread::sleep(PATIENCE);
        process::exit(code)
    });
    drop_scratch_databases();
    process::exit(code)
}
