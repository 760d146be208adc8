//! A signal that ends the program: what it has for the time of its run goes with it.

use crate::prompt;
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
    // Where another handler is set already, as in a program that embeds this one, that one is right; and what is ignored, as under `nohup`, stays so.
    let _ = ctrlc::try_set_handler(|| leave());
}

/// Whether a signal is ending the program.
static IS_LEAVING: AtomicBool = AtomicBool::new(false);

/// Waits for the end where a signal is ending the program: a command that loses its scratch database meanwhile has nothing to say of that.
pub(crate) fn give_way() {
    while IS_LEAVING.load(Ordering::Acquire) {
        thread::park();
    }
}

/// Ends the program: the terminal is as it was before a question, and scratch databases are dropped.
pub(crate) fn leave() -> ! {
    IS_LEAVING.store(true, Ordering::Release);
    prompt::restore_terminal();
    thread::spawn(|| {
        thread::sleep(PATIENCE);
        process::exit(INTERRUPTED)
    });
    drop_scratch_databases();
    process::exit(INTERRUPTED)
}
