//! What engines can do, as facts: the runner asks these and never an engine's name.

/// One engine's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// DDL takes part in transactions, and a rollback takes it back.
    pub transactional_ddl: bool,
    /// Foreign keys can be switched off while a script rebuilds tables.
    pub foreign_key_switch: bool,
    /// A transaction is the migration lock: others may run between two of them.
    pub lock_ends_with_transaction: bool,
    /// Tables live in schemas, so that a history table may be called `schema.table`.
    pub schemas: bool,
    /// A table's fingerprint is known, so that `expects` can be checked.
    pub fingerprints: bool,
    /// A statement outside a transaction that was interrupted may leave something that is not valid, as an index build does, and that the same
    /// statement takes for done.
    pub leaves_broken_objects: bool,
    /// The type of a text column that is part of a key.
    pub key_text_type: &'static str,
    /// The type of any other text column.
    pub text_type: &'static str,
    /// The type of a whole number of 64 bits.
    pub integer_type: &'static str,
    /// What a CREATE TABLE of the history ends with: rows in the order of the primary key, as that is one page less to write (SQLite), and an engine with
    /// transactions, whatever the server's usual one is (MySQL, MariaDB).
    pub table_options: &'static str,
}

impl Capabilities {
    /// MySQL. Keys are short enough for the oldest row formats.
    pub const MYSQL: Capabilities = Capabilities {
        transactional_ddl: false,
        foreign_key_switch: false,
        lock_ends_with_transaction: false,
        schemas: false,
        fingerprints: false,
        leaves_broken_objects: false,
        key_text_type: "varchar(191)",
        text_type: "longtext",
        integer_type: "bigint",
        table_options: " ENGINE=InnoDB",
    };

    /// MariaDB.
    pub const MARIADB: Capabilities = Capabilities { ..Capabilities::MYSQL };

    /// PostgreSQL.
    pub const POSTGRES: Capabilities = Capabilities {
        transactional_ddl: true,
        foreign_key_switch: false,
        lock_ends_with_transaction: false,
        schemas: true,
        fingerprints: false,
        leaves_broken_objects: true,
        key_text_type: "text",
        text_type: "text",
        integer_type: "bigint",
        table_options: "",
    };

    /// SQLite.
    pub const SQLITE: Capabilities = Capabilities {
        transactional_ddl: true,
        foreign_key_switch: true,
        lock_ends_with_transaction: true,
        schemas: false,
        fingerprints: true,
        leaves_broken_objects: false,
        key_text_type: "TEXT",
        text_type: "TEXT",
        integer_type: "INTEGER",
        table_options: " WITHOUT ROWID",
    };
}
