//! People who can sign in.

use crate::error::Error;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use jiff::Timestamp;
use rusqlite::{Connection, named_params};

/// Makes sure that an admin with this e-mail exists; true when it had to be created.
///
/// The password of an account that is there already stays as it is, so that a second `init` locks nobody out.
///
/// # Errors
///
/// When the password can't be hashed or the database refuses.
pub fn ensure_admin(connection: &Connection, email: &str, password: &str) -> Result<bool, Error> {
    let exists: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(:email))",
        named_params! { ":email": email },
        |row| row.get(0),
    )?;
    if exists {
        return Ok(false);
    }
    let password_hash = Argon2::default().hash_password(password.as_bytes())?.to_string();
    connection.execute(
        "INSERT INTO users (email, password_hash, is_admin, created_at) VALUES (:email, :password_hash, TRUE, :now)",
        named_params! { ":email": email, ":password_hash": password_hash, ":now": Timestamp::now() },
    )?;
    Ok(true)
}
