//! Certificates for a server that is thrown away: an authority's, the server's and a client's, and those of an authority that nobody asked.

use super::Home;
use rcgen::{BasicConstraints, CertificateParams, DnType, Error, IsCa, Issuer, KeyPair};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

/// The only name that the server's certificate is for, so that its address is one that it is not for.
const SERVER: &str = "localhost";

/// The account that the client's certificate is for.
const CLIENT: &str = "schema_certified";

/// Where a server's certificates are.
pub(super) struct Certificates {
    pub(super) authority: PathBuf,
    pub(super) server: PathBuf,
    pub(super) server_key: PathBuf,
}

impl Certificates {
    /// As MySQL and MariaDB are told of them.
    pub(super) fn options(&self) -> [String; 3] {
        let Certificates { authority, server, server_key } = self;
        [("ca", authority), ("cert", server), ("key", server_key)]
            .map(|(name, path)| format!("--ssl-{name}={}", path.display()))
    }
}

impl Home {
    /// Makes certificates for the server, in a folder that [`Server::certificates`](super::Server::certificates) tells the tests of.
    pub(super) fn certificates(&self) -> Result<Certificates, String> {
        let folder = certificates_of(&self.folder);
        write(&folder).map_err(|error| format!("the certificates cannot be made: {error}"))?;
        let at = |name: &str| folder.join(name);
        let files = Certificates {
            authority: at("authority.pem"),
            server: at("server.pem"),
            server_key: at("server.key"),
        };
        if let Some(account) = self.account {
            chown(&files.server_key, Some(account.user), Some(account.group))
                .map_err(|error| error.to_string())?;
        }
        Ok(files)
    }
}

/// The folder of the certificates in a server's own.
pub(super) fn certificates_of(home: &Path) -> PathBuf {
    home.join("certificates")
}

fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    let authority = authority(folder, "authority")?;
    authority_signs(folder, &authority, "server", vec![SERVER.to_owned()], SERVER)?;
    authority_signs(folder, &authority, "client", Vec::new(), CLIENT)?;
    self::authority(folder, "other-authority")?;
    Ok(())
}

fn authority(folder: &Path, name: &str) -> io::Result<Issuer<'static, KeyPair>> {
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let certificate = params.self_signed(&key).map_err(failed)?;
    fs::write(folder.join(format!("{name}.pem")), certificate.pem())?;
    Ok(Issuer::new(params, key))
}

fn authority_signs(
    folder: &Path,
    authority: &Issuer<'_, KeyPair>,
    file: &str,
    names: Vec<String>,
    common_name: &str,
) -> io::Result<()> {
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let certificate = params.signed_by(&key, authority).map_err(failed)?;
    fs::write(folder.join(format!("{file}.pem")), certificate.pem())?;
    let path = folder.join(format!("{file}.key"));
    fs::write(&path, key.serialize_pem())?;
    fs::set_permissions(&path, Permissions::from_mode(0o600))
}

fn failed(error: Error) -> io::Error {
    io::Error::other(error)
}
