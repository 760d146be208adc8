//! Migrations that are compiled into a program.

use crate::revision::EmbeddedFile;

/// A migrations folder in the program itself, made by [`embed_migrations!`](crate::embed_migrations).
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedMigrations {
    files: &'static [EmbeddedFile],
}

impl EmbeddedMigrations {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(files: &'static [EmbeddedFile]) -> Self {
        EmbeddedMigrations { files }
    }

    /// The files.
    #[must_use]
    pub const fn files(&self) -> &'static [EmbeddedFile] {
        self.files
    }
}

/// Compiles a migrations folder into the program; the path starts at the folder of the crate's `Cargo.toml`.
///
/// A new or edited revision builds the crate again with the next `cargo build`; it takes no build script. A folder that no program could use is an error of the build: a
/// file `heads` that disagrees with the revisions, a `revision.toml` that cannot be read, a missing script or revision, two revisions of one id, a circle.
///
/// ```ignore
/// const MIGRATIONS: schema_core::EmbeddedMigrations = schema_core::embed_migrations!("migrations");
/// ```
#[macro_export]
macro_rules! embed_migrations {
    ($folder:literal $(,)?) => {
        $crate::__private::embed_migrations!($crate, $folder)
    };
}
