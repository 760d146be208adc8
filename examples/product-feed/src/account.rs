//! People who can sign in.

use crate::error::Error;
use crate::store::Connection;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use jiff::Timestamp;

/// Makes sure that an admin with this e-mail exists; true when it had to be created.
///
/// The password of an account that is there already stays as it is, so that a second `init` locks nobody out.
///
/// # Errors
///
/// When the password can't be hashed or the database refuses.
pub fn ensure_admin(connection: &mut dyn Connection, email: &str, password: &str) -> Result<bool, Error> {
    let known = connection.query("SELECT id FROM users WHERE lower(email) = lower(?)", &[email.into()])?;
    if !known.is_empty() {
        return Ok(false);
    }
    let password_hash = Argon2::default().hash_password(password.as_bytes())?.to_string();
    connection.insert(
        "INSERT INTO users (email, password_hash, is_admin, created_at) VALUES (?, ?, TRUE, ?)",
        &[email.into(), (&password_hash).into(), Timestamp::now().into()],
    )?;
    Ok(true)
}
