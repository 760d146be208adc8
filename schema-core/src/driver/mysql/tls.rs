//! Encryption with rustls, and what MySQL's `ssl-mode` says about it.

use crate::url::{MysqlSslMode, MysqlUrl};
use mysql::{ClientIdentity, SslOpts};
use rustls::crypto::{CryptoProvider, ring};
use std::path::PathBuf;

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    // The `mysql` crate trusts the public authorities beside the one that is named, always. Without a look at the name, everybody's
    // certificate would do.
    #[error(
        "`ssl-mode=VERIFY_CA` is not available without a check of the server's name; use `VERIFY_IDENTITY`"
    )]
    AuthorityAlone,
    #[error("`ssl-cert` and `ssl-key` are given together or not at all")]
    HalfAnIdentity,
}

/// The ways to try, in their order; none is not to encrypt.
pub(super) fn attempts(url: &MysqlUrl) -> Result<Vec<Option<SslOpts>>, TlsError> {
    let identity = match (url.get("ssl-cert"), url.get("ssl-key")) {
        (Some(certificate), Some(key)) => {
            Some(ClientIdentity::new(PathBuf::from(certificate), PathBuf::from(key)))
        }
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(TlsError::HalfAnIdentity),
    };
    let unchecked =
        SslOpts::default().with_client_identity(identity.clone()).with_danger_accept_invalid_certs(true);
    let checked = SslOpts::default()
        .with_client_identity(identity)
        .with_root_cert_path(url.get("ssl-ca").map(PathBuf::from));
    let attempts = match url.ssl_mode() {
        MysqlSslMode::Disabled => return Ok(vec![None]),
        MysqlSslMode::Preferred => vec![Some(unchecked), None],
        MysqlSslMode::Required => vec![Some(unchecked)],
        MysqlSslMode::VerifyCa => return Err(TlsError::AuthorityAlone),
        MysqlSslMode::VerifyIdentity => vec![Some(checked)],
    };
    if CryptoProvider::get_default().is_none() {
        // The `mysql` crate takes the default of the process, and panics where there is none that it could guess. Who was quicker is right.
        let _ = ring::default_provider().install_default();
    }
    Ok(attempts)
}
