//! The tools whose folders can be read.

use std::fmt;

/// A migration tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// sqlx: `1_x.sql`, or `1_x.up.sql` and `1_x.down.sql`.
    Sqlx,
    /// Diesel: `2023-01-01-120000_x/up.sql` and `down.sql`.
    Diesel,
    /// refinery: `V1__x.sql` and `U1__x.sql`.
    Refinery,
    /// SeaORM's migrations, written as files of SQL.
    SeaOrm,
    /// Alembic: what `alembic upgrade --sql` and `downgrade --sql` write.
    Alembic,
    /// dbmate: `20230101120000_x.sql` with `-- migrate:up` and `-- migrate:down`.
    Dbmate,
    /// goose: `00001_x.sql` with `-- +goose Up` and `-- +goose Down`.
    Goose,
    /// golang-migrate: `1_x.up.sql` and `1_x.down.sql`.
    GolangMigrate,
    /// Flyway: `V1__x.sql` and `U1__x.sql`.
    Flyway,
}

impl Tool {
    /// All tools.
    pub const ALL: [Tool; 9] = [
        Tool::Sqlx,
        Tool::Diesel,
        Tool::Refinery,
        Tool::SeaOrm,
        Tool::Alembic,
        Tool::Dbmate,
        Tool::Goose,
        Tool::GolangMigrate,
        Tool::Flyway,
    ];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Tool::Sqlx => "sqlx",
            Tool::Diesel => "diesel",
            Tool::Refinery => "refinery",
            Tool::SeaOrm => "sea-orm",
            Tool::Alembic => "alembic",
            Tool::Dbmate => "dbmate",
            Tool::Goose => "goose",
            Tool::GolangMigrate => "golang-migrate",
            Tool::Flyway => "flyway",
        }
    }

    /// How its files are named.
    #[must_use]
    pub const fn naming(self) -> &'static str {
        match self {
            Tool::Sqlx => "`1_words.sql`, or `1_words.up.sql` and `1_words.down.sql`",
            Tool::Diesel => "`2023-01-01-120000_words/up.sql` and `down.sql`",
            Tool::Refinery => "`V1__words.sql` or `U1__words.sql`",
            Tool::SeaOrm => "`m20230101_120000_words.sql`, or `.up.sql` and `.down.sql`",
            Tool::Alembic => {
                "`upgrade.sql` and `downgrade.sql`, which `alembic upgrade heads --sql` and `alembic downgrade HEAD:base --sql` write"
            }
            Tool::Dbmate => "`20230101120000_words.sql`",
            Tool::Goose => "`00001_words.sql`",
            Tool::GolangMigrate => "`1_words.up.sql` and `1_words.down.sql`",
            Tool::Flyway => "`V1__words.sql` and `U1__words.sql`",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
