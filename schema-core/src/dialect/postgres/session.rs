//! What a session that applies revisions is set to, whatever the server, the role or a pool says.

/// The settings: a statement may take as long as it takes, but waits for the locks of others only for a moment.
pub const SETTINGS: &str = "SET statement_timeout = 0; SET lock_timeout = '3s'; SET idle_in_transaction_session_timeout = 0; \
     SET standard_conforming_strings = on; SET client_min_messages = warning";

/// What a script may have set goes, and what the session was set to comes back with [`SETTINGS`].
pub const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ALL";

/// A build beside the traffic has to wait for all transactions that are older; nobody waits behind it.
pub const WAIT: &str = "SET lock_timeout = 0";

/// The end of [`WAIT`].
pub const WAIT_NO_LONGER: &str = "SET lock_timeout = '3s'";
