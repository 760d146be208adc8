//! Encryption with rustls, and what libpq's `sslmode` says about it.
//!
//! <https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION>

use super::settings::{Settings, SslMode};
use postgres::config;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{VerifierBuilderError, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::version::{TLS12, TLS13};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    SupportedProtocolVersion,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    #[error("cannot read the certificates in `{}`: {message}", path.display())]
    Certificates { path: PathBuf, message: String },
    #[error("the system has no root certificates; name a file with `sslrootcert`")]
    NoRoots,
    #[error("`ssl_min_protocol_version` is newer than `ssl_max_protocol_version`")]
    NoVersion,
    #[error("TLS cannot be set up: {0}")]
    Rustls(#[from] Error),
}

pub(super) struct Tls {
    mode: SslMode,
    connector: MakeRustlsConnect,
}

impl Tls {
    pub(super) fn new(settings: &Settings) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let verifier = verifier(settings, &provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions(settings)?)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match (&settings.client_certificate, &settings.client_key) {
            (Some(certificate), Some(key)) => {
                let key_of = PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable(key, &error))?;
                builder.with_client_auth_cert(certificates(certificate)?, key_of)?
            }
            (Some(_) | None, _) => builder.with_no_client_auth(),
        };
        config.enable_sni = settings.says_name;
        Ok(Tls { mode: settings.ssl_mode, connector: MakeRustlsConnect::new(config) })
    }

    pub(super) fn connector(&self) -> MakeRustlsConnect {
        self.connector.clone()
    }

    /// The ways to try, in their order.
    pub(super) fn attempts(&self) -> &'static [config::SslMode] {
        match self.mode {
            SslMode::Disable => &[config::SslMode::Disable],
            SslMode::Allow => &[config::SslMode::Disable, config::SslMode::Require],
            SslMode::Prefer => &[config::SslMode::Prefer, config::SslMode::Disable],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[config::SslMode::Require],
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unreadable(path, &error))
}

fn revocations(path: &Path) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
    let lists: Vec<_> = CertificateRevocationListDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(path, &error))?;
    if lists.is_empty() {
        return Err(unreadable(path, &"there is no list of revoked certificates"));
    }
    Ok(lists)
}

const OLD_ALONE: &[&SupportedProtocolVersion] = &[&TLS12];
const NEW_ALONE: &[&SupportedProtocolVersion] = &[&TLS13];

/// The versions of TLS that will do.
fn versions(settings: &Settings) -> Result<&'static [&'static SupportedProtocolVersion], TlsError> {
    match settings.tls_versions {
        (true, true) => Ok(rustls::DEFAULT_VERSIONS),
        (true, false) => Ok(OLD_ALONE),
        (false, true) => Ok(NEW_ALONE),
        (false, false) => Err(TlsError::NoVersion),
    }
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> TlsError {
    TlsError::Certificates { path: path.to_owned(), message: error.to_string() }
}

fn verifier(
    settings: &Settings,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    // As libpq does it: a root certificate that is there is used even where only encryption was asked for.
    let check = match (settings.ssl_mode, &settings.root_certificate) {
        (SslMode::VerifyFull, _) => Check::Everything,
        (SslMode::VerifyCa, _) | (SslMode::Require, Some(_)) => Check::Authority,
        (SslMode::Disable | SslMode::Allow | SslMode::Prefer | SslMode::Require, _) => Check::Nothing,
    };
    if check == Check::Nothing {
        return Ok(Arc::new(Verifier { check, roots: None, provider: Arc::clone(provider) }));
    }
    let mut roots = RootCertStore::empty();
    match &settings.root_certificate {
        Some(path) => {
            for certificate in certificates(path)? {
                roots.add(certificate)?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let mut builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    if !settings.revocations.is_empty() {
        let mut lists = Vec::new();
        for path in &settings.revocations {
            lists.extend(revocations(path)?);
        }
        // As with OpenSSL: of every certificate of the chain there is a list, and none of the lists has been replaced since.
        builder = builder.with_crls(lists).enforce_revocation_expiration();
    }
    let roots = builder.build().map_err(|error| match error {
        VerifierBuilderError::InvalidCrl(error) => Error::InvalidCertRevocationList(error).into(),
        _ => TlsError::NoRoots,
    })?;
    Ok(Arc::new(Verifier { check, roots: Some(roots), provider: Arc::clone(provider) }))
}

/// What is checked of the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Nothing,
    Authority,
    Everything,
}

#[derive(Debug)]
struct Verifier {
    check: Check,
    roots: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let verified = roots.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.check == Check::Authority => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
