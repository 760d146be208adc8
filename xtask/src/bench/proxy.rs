//! A server's address that counts how often somebody waits for the server.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// Passes bytes on between a client and a server.
pub(super) struct Proxy {
    address: SocketAddr,
    count: Arc<Count>,
}

#[derive(Default)]
struct Count {
    round_trips: AtomicUsize,
    /// Whether the client has spoken last.
    is_asked: AtomicBool,
}

impl Proxy {
    /// A proxy of the server at `host:port`, for as long as this process lives.
    pub(super) fn start(server: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let proxy = Proxy { address: listener.local_addr()?, count: Arc::default() };
        let (count, server) = (Arc::clone(&proxy.count), server.to_owned());
        thread::spawn(move || {
            for client in listener.incoming() {
                // A client that is lost shows as a command that fails.
                let _ = client.and_then(|client| pass_on(client, TcpStream::connect(&server)?, &count));
            }
        });
        Ok(proxy)
    }

    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(super) fn round_trips(&self) -> usize {
        self.count.round_trips.load(Ordering::SeqCst)
    }
}

fn pass_on(client: TcpStream, server: TcpStream, count: &Arc<Count>) -> io::Result<()> {
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (asks, answers) = (Arc::clone(count), Arc::clone(count));
    let (from_client, to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        copy(from_client, to_server, || {
            if !asks.is_asked.swap(true, Ordering::SeqCst) {
                asks.round_trips.fetch_add(1, Ordering::SeqCst);
            }
        })
    });
    thread::spawn(move || copy(server, client, || answers.is_asked.store(false, Ordering::SeqCst)));
    Ok(())
}

fn copy(mut from: TcpStream, mut to: TcpStream, notice: impl Fn()) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        notice();
        if to.write_all(bytes.get(..length).unwrap_or_default()).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
