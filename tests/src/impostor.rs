//! Somebody between a client and a server: who says that the server cannot encrypt, or encrypts with a certificate of their own and reads along.
//!
//! Owns the certificates and the first bytes of both protocols; what follows is passed on as it is.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, IsCa, Issuer, KeyIdMethod, KeyPair,
    KeyUsagePurpose, RevokedCertParams, date_time_ymd,
};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, ServerConnection, SignatureScheme,
    StreamOwned,
};
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// The name that clients ask for.
const NAME: &str = "localhost";

/// PostgreSQL's request for encryption: the length, and a number that is no version.
/// <https://www.postgresql.org/docs/current/protocol-message-formats.html>
const POSTGRES_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// The bit of MySQL's capabilities that says that the server can encrypt.
const MYSQL_SSL: u16 = 0x0800;

/// How long MySQL's request for encryption is without its head; the answer without encryption is longer.
const MYSQL_REQUEST: usize = 32;

/// The number of the certificates that are right.
pub const SERIAL: u64 = 4711;

/// How long one side is listened to before the other is.
const TURN: Duration = Duration::from_millis(1);

/// Which protocol is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// PostgreSQL's.
    Postgres,
    /// MySQL's and MariaDB's.
    Mysql,
}

/// What the impostor shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// That the server cannot encrypt.
    Nothing,
    /// A certificate that the authority has signed for this name: it is as good as the server.
    Right,
    /// One that another authority has signed.
    OtherAuthority,
    /// One that is for another name.
    OtherName,
    /// One that was valid once.
    Expired,
    /// One that nobody else has signed.
    SelfSigned,
}

impl Shown {
    /// All that can be shown.
    pub const ALL: [Shown; 6] = [
        Shown::Nothing,
        Shown::Right,
        Shown::OtherAuthority,
        Shown::OtherName,
        Shown::Expired,
        Shown::SelfSigned,
    ];
}

/// An authority that clients are told to trust.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Default for Authority {
    /// # Panics
    ///
    /// No certificate can be made or written.
    fn default() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("authority.pem"), certificate.pem()).unwrap();
        Authority { issuer: Issuer::new(params, key), folder }
    }
}

impl Authority {
    /// The file with its certificate.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// A folder with a file: the list of the certificates that it has taken back, by their numbers. It was replaced long ago, unless it `is_current`.
    ///
    /// # Panics
    ///
    /// It cannot be made or written.
    #[must_use]
    pub fn revocations(&self, serials: &[u64], is_current: bool) -> PathBuf {
        let revoked = |serial: &u64| RevokedCertParams {
            serial_number: (*serial).into(),
            revocation_time: date_time_ymd(2025, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2025, 1, 1),
            next_update: date_time_ymd(if is_current { 3025 } else { 2026 }, 1, 1),
            crl_number: 1.into(),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let folder = self.folder.path().join(format!("revoked-{serials:?}-{is_current}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("list.pem"), list.signed_by(&self.issuer).unwrap().pem().unwrap()).unwrap();
        folder
    }

    /// What a server needs to show this.
    fn config(&self, shown: Shown) -> Option<Arc<ServerConfig>> {
        let name = match shown {
            Shown::Nothing => return None,
            Shown::OtherName => "elsewhere.example",
            Shown::Right | Shown::OtherAuthority | Shown::Expired | Shown::SelfSigned => NAME,
        };
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = match shown {
            Shown::SelfSigned => params.self_signed(&key),
            Shown::OtherAuthority => params.signed_by(&key, &Authority::default().issuer),
            Shown::Expired => {
                params.not_before = date_time_ymd(2020, 1, 1);
                params.not_after = date_time_ymd(2021, 1, 1);
                params.signed_by(&key, &self.issuer)
            }
            Shown::Nothing | Shown::Right | Shown::OtherName => {
                params.serial_number = Some(SERIAL.into());
                params.signed_by(&key, &self.issuer)
            }
        };
        let chain = vec![certificate.unwrap().der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Some(Arc::new(config))
    }
}

/// Listens at an address of its own until it is dropped.
pub struct Impostor {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    protocol: Protocol,
    server: String,
    config: Option<Arc<ServerConfig>>,
    has_read: AtomicBool,
    has_decrypted: AtomicBool,
    is_closed: AtomicBool,
}

impl Impostor {
    /// Stands before the server at `host:port`.
    ///
    /// # Panics
    ///
    /// There is no free port.
    #[must_use]
    pub fn start(protocol: Protocol, server: &str, authority: &Authority, shown: Shown) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let state = Arc::new(State {
            protocol,
            server: server.to_owned(),
            config: authority.config(shown),
            has_read: AtomicBool::new(false),
            has_decrypted: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
        });
        let impostor = Impostor { address: listener.local_addr().unwrap(), state: Arc::clone(&state) };
        thread::spawn(move || {
            for client in listener.incoming() {
                if state.is_closed.load(Ordering::SeqCst) {
                    break;
                }
                let state = Arc::clone(&state);
                // A client that does not trust this goes away.
                thread::spawn(move || client.and_then(|client| state.meet(client)));
            }
        });
        impostor
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Whether it could read who logs in, in plain text or because the client has trusted its certificate.
    #[must_use]
    pub fn has_read(&self) -> bool {
        self.state.has_read.load(Ordering::SeqCst)
    }

    /// Whether a client has trusted its certificate.
    #[must_use]
    pub fn has_decrypted(&self) -> bool {
        self.state.has_decrypted.load(Ordering::SeqCst)
    }
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.state.is_closed.store(true, Ordering::SeqCst);
        // Wakes the thread that listens.
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn meet(&self, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(&self.server)?;
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
        }
        match self.protocol {
            Protocol::Postgres => self.meet_postgres(client, server),
            Protocol::Mysql => self.meet_mysql(client, server),
        }
    }

    fn meet_postgres(&self, mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
        let mut first = [0; 8];
        client.read_exact(&mut first)?;
        if first != POSTGRES_REQUEST {
            server.write_all(&first)?;
            return self.pass_on(client, server);
        }
        let Some(config) = &self.config else {
            client.write_all(b"N")?;
            return self.pass_on(client, server);
        };
        server.write_all(&first)?;
        let mut answer = [0];
        server.read_exact(&mut answer)?;
        client.write_all(&answer)?;
        self.decrypt(client, server, config)
    }

    fn meet_mysql(&self, mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
        let mut greeting = packet(&mut server)?;
        if self.config.is_none() {
            // Behind the version: the thread, eight bytes of the challenge and a zero.
            let version = greeting.iter().skip(5).position(|byte| *byte == 0).unwrap_or_default();
            let place = 5 + version + 1 + 4 + 8 + 1;
            let low = u16::from_le_bytes([greeting[place], greeting[place + 1]]) & !MYSQL_SSL;
            greeting[place..place + 2].copy_from_slice(&low.to_le_bytes());
        }
        client.write_all(&greeting)?;
        let answer = packet(&mut client)?;
        server.write_all(&answer)?;
        match &self.config {
            Some(config) if answer.len() == 4 + MYSQL_REQUEST => self.decrypt(client, server, config),
            Some(_) | None => self.pass_on(client, server),
        }
    }

    /// Encrypts towards both, each with another key.
    fn decrypt(
        &self,
        mut client: TcpStream,
        mut server: TcpStream,
        config: &Arc<ServerConfig>,
    ) -> io::Result<()> {
        let mut to_client = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        while to_client.is_handshaking() {
            to_client.complete_io(&mut client)?;
        }
        let trusting = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TrustsAnybody(ring::default_provider())))
            .with_no_client_auth();
        let name = ServerName::try_from(NAME).map_err(io::Error::other)?;
        let mut to_server = ClientConnection::new(Arc::new(trusting), name).map_err(io::Error::other)?;
        while to_server.is_handshaking() {
            to_server.complete_io(&mut server)?;
        }
        for stream in [&client, &server] {
            stream.set_read_timeout(Some(TURN))?;
        }
        self.copy(StreamOwned::new(to_client, client), StreamOwned::new(to_server, server), true)
    }

    fn pass_on(&self, client: TcpStream, server: TcpStream) -> io::Result<()> {
        for stream in [&client, &server] {
            stream.set_read_timeout(Some(TURN))?;
        }
        self.copy(client, server, false)
    }

    fn copy(
        &self,
        mut client: impl Read + Write,
        mut server: impl Read + Write,
        decrypts: bool,
    ) -> io::Result<()> {
        let mut bytes = vec![0; 1 << 16];
        while !self.is_closed.load(Ordering::SeqCst) {
            match client.read(&mut bytes) {
                Ok(0) => break,
                Ok(length) => {
                    self.has_read.store(true, Ordering::SeqCst);
                    self.has_decrypted.fetch_or(decrypts, Ordering::SeqCst);
                    write(&mut server, &bytes[..length])?;
                }
                Err(error) => is_turn(error)?,
            }
            match server.read(&mut bytes) {
                Ok(0) => break,
                Ok(length) => write(&mut client, &bytes[..length])?,
                Err(error) => is_turn(error)?,
            }
        }
        Ok(())
    }
}

fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

/// Whether nothing has come yet; anything else ends the connection.
fn is_turn(error: io::Error) -> io::Result<()> {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => Ok(()),
        _ => Err(error),
    }
}

/// A packet of MySQL with its head: three bytes of length, and its number.
fn packet(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut packet = vec![0; 4];
    stream.read_exact(&mut packet)?;
    let length = usize::from(packet[0]) | usize::from(packet[1]) << 8 | usize::from(packet[2]) << 16;
    packet.resize(4 + length, 0);
    stream.read_exact(&mut packet[4..])?;
    Ok(packet)
}

/// Takes whatever the server shows.
#[derive(Debug)]
struct TrustsAnybody(CryptoProvider);

impl ServerCertVerifier for TrustsAnybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
