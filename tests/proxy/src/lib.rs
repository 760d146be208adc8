//! A server's address that passes bytes on: it counts them and how often the client waits for the server, and it can fail as networks do.
//!
//! A crate of its own, because both the tests and the chores need it, and the chores shall build without the tests.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How a network fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// All connections are closed once so many bytes have passed, and so is every new one.
    Cut(u64),
    /// Once so many bytes have passed none does any more, and nobody is told: connections stay open, and new ones are accepted.
    Silence(u64),
    /// Whatever arrives is passed on so much later.
    Delay(Duration),
}

/// Passes bytes on between clients and a server, until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    round_trips: AtomicUsize,
    /// Whether the client has spoken last.
    is_asked: AtomicBool,
    bytes: AtomicU64,
    has_struck: AtomicBool,
    is_closed: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// A proxy of the server at `host:port` that does not fail.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub fn start(server: &str) -> io::Result<Self> {
        Proxy::launch(server, None)
    }

    /// A proxy of the server at `host:port` that fails.
    ///
    /// # Errors
    ///
    /// There is no free port.
    pub fn failing(server: &str, fault: Fault) -> io::Result<Self> {
        Proxy::launch(server, Some(fault))
    }

    fn launch(server: &str, fault: Option<Fault>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let proxy =
            Proxy { address: listener.local_addr()?, state: Arc::new(State { fault, ..State::default() }) };
        let (state, server) = (Arc::clone(&proxy.state), server.to_owned());
        thread::spawn(move || {
            for client in listener.incoming() {
                if state.is_closed.load(Ordering::SeqCst) {
                    break;
                }
                // A client that is lost shows as a command that fails.
                let _ = client.and_then(|client| pass_on(client, TcpStream::connect(&server)?, &state));
            }
        });
        Ok(proxy)
    }

    /// Where clients connect to, as `host:port`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// How often a client has asked and the server has answered.
    #[must_use]
    pub fn round_trips(&self) -> usize {
        self.state.round_trips.load(Ordering::SeqCst)
    }

    /// How many bytes have passed, both ways together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.state.bytes.load(Ordering::SeqCst)
    }

    /// Whether it has cut a connection or fallen silent.
    #[must_use]
    pub fn has_struck(&self) -> bool {
        self.state.has_struck.load(Ordering::SeqCst)
    }
}

/// Closes all connections: a server learns only so that a client is gone.
impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::SeqCst);
        self.state.close();
        // Wakes the thread that listens.
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn close(&self) {
        for stream in self.streams.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// How many of these bytes may pass.
    fn admitted(&self, length: usize) -> usize {
        let wanted = u64::try_from(length).unwrap_or(u64::MAX);
        let before = self.bytes.fetch_add(wanted, Ordering::SeqCst);
        match self.fault {
            Some(Fault::Cut(most) | Fault::Silence(most)) => {
                usize::try_from(most.saturating_sub(before)).unwrap_or(usize::MAX).min(length)
            }
            Some(Fault::Delay(time)) => {
                thread::sleep(time);
                length
            }
            None => length,
        }
    }
}

fn pass_on(client: TcpStream, server: TcpStream, state: &Arc<State>) -> io::Result<()> {
    {
        let mut streams = state.streams.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
            streams.push(stream.try_clone()?);
        }
    }
    let (asks, answers) = (Arc::clone(state), Arc::clone(state));
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        copy(from_client, to_server, &asks, || {
            if !asks.is_asked.swap(true, Ordering::SeqCst) {
                asks.round_trips.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    thread::spawn(move || copy(server, client, &answers, || answers.is_asked.store(false, Ordering::SeqCst)));
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, state: &State, notice: impl Fn()) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        notice();
        let admitted = state.admitted(length);
        if to.write_all(bytes.get(..admitted).unwrap_or_default()).is_err() {
            break;
        }
        if admitted == length {
            continue;
        }
        state.has_struck.store(true, Ordering::SeqCst);
        match state.fault {
            Some(Fault::Cut(_)) => {
                state.close();
                return;
            }
            // What still arrives is read, so that nobody waits for room, and goes nowhere.
            Some(Fault::Silence(_)) | Some(Fault::Delay(_)) | None => {}
        }
    }
    // Who is silent tells nobody that the other side has gone either.
    if !(state.has_struck.load(Ordering::SeqCst) && matches!(state.fault, Some(Fault::Silence(_)))) {
        let _ = to.shutdown(Shutdown::Write);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// A server that says everything back.
    fn echo() -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut back = stream.try_clone().unwrap();
                thread::spawn(move || io::copy(&mut stream, &mut back));
            }
        });
        address
    }

    fn answer(proxy: &Proxy, patience: Duration) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(proxy.address()).unwrap();
        stream.set_read_timeout(Some(patience)).unwrap();
        stream.write_all(b"12345678").unwrap();
        let mut read = Vec::new();
        let mut byte = [0];
        while read.len() < 8 {
            match stream.read(&mut byte) {
                Ok(0) => break,
                Ok(_) => read.push(byte[0]),
                Err(error) if read.is_empty() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(read)
    }

    #[test]
    fn bytes_pass_and_are_counted() {
        let proxy = Proxy::start(&echo()).unwrap();
        assert_eq!(answer(&proxy, Duration::from_secs(5)).unwrap(), b"12345678");
        assert_eq!((proxy.bytes(), proxy.round_trips(), proxy.has_struck()), (16, 1, false));
    }

    #[test]
    fn a_cut_lets_so_many_bytes_pass_and_closes_what_comes_after_it() {
        let proxy = Proxy::failing(&echo(), Fault::Cut(11)).unwrap();
        assert!(answer(&proxy, Duration::from_secs(5)).is_ok_and(|bytes| bytes.len() <= 3));
        assert!(proxy.has_struck());
        assert!(answer(&proxy, Duration::from_secs(5)).map_or(true, |bytes| bytes.is_empty()));
    }

    #[test]
    fn silence_closes_nothing() {
        let proxy = Proxy::failing(&echo(), Fault::Silence(8)).unwrap();
        let error = answer(&proxy, Duration::from_millis(100)).unwrap_err();
        assert!(matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{error}");
        assert!(proxy.has_struck());
    }

    #[test]
    fn a_delay_is_one() {
        let proxy = Proxy::failing(&echo(), Fault::Delay(Duration::from_millis(50))).unwrap();
        let begun = Instant::now();
        assert_eq!(answer(&proxy, Duration::from_secs(5)).unwrap(), b"12345678");
        assert!(begun.elapsed() >= Duration::from_millis(100));
    }
}
