//! Functions that do more than to compute a value from what they are given.

/// PostgreSQL's functions that act beyond a database, by how their names begin, and on what: <https://www.postgresql.org/docs/current/functions-admin.html>.
const ON_SERVER: [(&str, &str); 19] = [
    ("dblink", "other connections"),
    ("lo_export", "files"),
    ("pg_backup_start", "backups"),
    ("pg_backup_stop", "backups"),
    ("pg_cancel_backend", "other sessions"),
    ("pg_terminate_backend", "other sessions"),
    ("pg_copy_logical_replication_slot", "replication slots"),
    ("pg_copy_physical_replication_slot", "replication slots"),
    ("pg_create_logical_replication_slot", "replication slots"),
    ("pg_create_physical_replication_slot", "replication slots"),
    ("pg_drop_replication_slot", "replication slots"),
    ("pg_create_restore_point", "log files"),
    ("pg_switch_wal", "log files"),
    ("pg_rotate_logfile", "log files"),
    ("pg_promote", "settings"),
    ("pg_reload_conf", "settings"),
    ("pg_wal_replay_", "log files"),
    ("pg_replication_origin_", "replication origins"),
    ("pg_stat_reset_shared", "statistics of the server"),
];

/// On what a function of PostgreSQL acts beyond the database that it is called in; the name is in lower case.
pub(crate) fn acts_on_server(name: &str) -> Option<&'static str> {
    ON_SERVER.iter().find(|(begin, _)| name.starts_with(begin)).map(|(_, what)| *what)
}
