//! SQL that a crate says beside its structs.

/// Says SQL beside the structs: a function, a trigger, a policy, whatever else an engine has and no struct can say.
///
/// What it makes is found out from a server: `autogenerate` runs it on a scratch database. It is compared, planned, proven and undone as tables are. `only(..)` and
/// `except(..)` name engines, as on a struct. A name in front, as in `sql!(pub Touch, "..")`, makes a type by which a list of models says it:
/// `Schema::of::<(User, Touch)>()`.
///
/// ```
/// schema_core::sql!(
///     "CREATE TRIGGER users_touch AFTER UPDATE OF email ON users
///      BEGIN UPDATE users SET changed = CURRENT_TIMESTAMP WHERE id = NEW.id; END",
///     only(sqlite)
/// );
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! sql {
    ($($tokens:tt)*) => {
        $crate::__private::sql!($crate, $($tokens)*);
    };
}

/// Says the SQL of a file beside the structs, as [`sql!`](crate::sql!) does; the path starts at the folder of the crate's `Cargo.toml`.
///
/// An edited file builds the crate again with the next `cargo build`; it takes no build script.
///
/// ```ignore
/// schema_core::sql_file!("sql/touch.sql", only(postgres));
/// ```
#[macro_export]
macro_rules! sql_file {
    ($($tokens:tt)*) => {
        $crate::__private::sql_file!($crate, $($tokens)*);
    };
}
