//! Variables of the environment that say how to connect, as libpq reads them.
//!
//! One that asks for a check which is not made is an error, as such a parameter of a URL is: to ignore it would make the connection less safe than somebody
//! asked for. What GSSAPI alone looks at is not read: it is not spoken here.
//!
//! <https://www.postgresql.org/docs/current/libpq-envars.html>

use crate::driver::DriverError;
use crate::url::{PostgresUrl, UrlError};
use std::env;

/// Parameters of a URL, and the variables that say them where the URL does not.
pub(super) const VARIABLES: &[(&str, &str)] = &[
    ("application_name", "PGAPPNAME"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("dbname", "PGDATABASE"),
    ("gssencmode", "PGGSSENCMODE"),
    ("host", "PGHOST"),
    ("options", "PGOPTIONS"),
    ("passfile", "PGPASSFILE"),
    ("password", "PGPASSWORD"),
    ("port", "PGPORT"),
    ("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    ("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    ("sslcert", "PGSSLCERT"),
    ("sslcertmode", "PGSSLCERTMODE"),
    ("sslcrl", "PGSSLCRL"),
    ("sslcrldir", "PGSSLCRLDIR"),
    ("sslkey", "PGSSLKEY"),
    ("sslmode", "PGSSLMODE"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslsni", "PGSSLSNI"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("user", "PGUSER"),
];

/// Variables that ask for a check which is not made.
const NOT_HONOURED: &[&str] = &["PGREQUIREAUTH", "PGREQUIREPEER"];

/// The URL with what variables say of parameters about which it says nothing.
///
/// # Errors
///
/// A variable has a value that it cannot have, or asks for what is not done.
pub(super) fn completed(url: &PostgresUrl) -> Result<PostgresUrl, DriverError> {
    completed_by(url, |name| env::var(name).ok())
}

fn completed_by(
    url: &PostgresUrl,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<PostgresUrl, DriverError> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(name) = NOT_HONOURED.iter().find(|name| variable(name).is_some()) {
        return Err(DriverError::Variable { variable: name, problem: "is not supported".to_owned() });
    }
    let said = VARIABLES.iter().filter_map(|(parameter, name)| Some((*parameter, variable(name)?)));
    let mut said: Vec<(&str, String)> = said.collect();
    // What an older libpq had in its place.
    if variable("PGREQUIRESSL").is_some_and(|value| value.starts_with('1')) {
        said.push(("sslmode", "require".to_owned()));
    }
    let pairs = said.iter().map(|(parameter, value)| (*parameter, value.as_str())).collect();
    url.completed(pairs).map_err(|error| match error {
        UrlError::InvalidParameter { name, value, expected } => {
            let known = VARIABLES.iter().find(|(parameter, _)| *parameter == name);
            let variable = known.map_or(name, |(_, variable)| variable);
            DriverError::Variable { variable, problem: format!("is `{value}`, not {expected}") }
        }
        error => DriverError::Open { database: url.to_string(), message: error.to_string() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::url::DatabaseUrl;

    fn completed(text: &str, variables: &[(&str, &str)]) -> Result<PostgresUrl, DriverError> {
        let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(text).unwrap() else { panic!("{text}") };
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        completed_by(&url, |name| value(name).map(str::to_owned))
    }

    #[test]
    fn variables_say_what_the_url_does_not() {
        let variables =
            [("PGHOST", "h"), ("PGSSLMODE", "require"), ("PGCHANNELBINDING", "require"), ("PGUSER", "")];
        let url = completed("postgres://db?sslmode=verify-full", &variables).unwrap();
        let said = ["host", "sslmode", "channel_binding", "user"].map(|name| url.get(name));
        assert_eq!(said, [Some("db"), Some("verify-full"), Some("require"), None]);
        let mode = |variables: &[(&str, &str)]| {
            completed("postgres://", variables).unwrap().get("sslmode").map(str::to_owned)
        };
        assert_eq!(mode(&[("PGREQUIRESSL", "1")]).as_deref(), Some("require"));
        assert_eq!(mode(&[("PGREQUIRESSL", "0")]), None);
        assert_eq!(mode(&[("PGREQUIRESSL", "1"), ("PGSSLMODE", "prefer")]).as_deref(), Some("prefer"));
    }

    #[test]
    fn what_cannot_be_honoured_is_refused() {
        for (name, value, reason) in [
            ("PGREQUIREAUTH", "scram-sha-256", "`PGREQUIREAUTH` is not supported"),
            ("PGREQUIREPEER", "postgres", "`PGREQUIREPEER` is not supported"),
            ("PGGSSENCMODE", "require", "`PGGSSENCMODE` is `require`, not `disable` or `prefer`"),
            ("PGSSLCERTMODE", "require", "`PGSSLCERTMODE` is `require`, not"),
            ("PGSSLNEGOTIATION", "direct", "`PGSSLNEGOTIATION` is `direct`, not"),
            ("PGSSLMAXPROTOCOLVERSION", "TLSv1.1", "`PGSSLMAXPROTOCOLVERSION` is `TLSv1.1`, not"),
            ("PGCHANNELBINDING", "yes", "`PGCHANNELBINDING` is `yes`, not"),
            ("PGSSLMODE", "on", "`PGSSLMODE` is `on`, not"),
            // Not a wish for safety, but another server than meant.
            ("PGPORT", "543x", "`PGPORT` is `543x`, not a number up to 65535"),
            ("PGTARGETSESSIONATTRS", "primary", "`PGTARGETSESSIONATTRS` is `primary`, not"),
        ] {
            let error = completed("postgres://h", &[(name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(reason), "{error}");
            assert!(completed("postgres://h", &[(name, "")]).is_ok(), "{name}");
        }
    }
}
