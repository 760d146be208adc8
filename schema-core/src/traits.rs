//! The traits behind the derives.

use crate::meta::{self, Registered};

/// A struct that is a table; `#[derive(Table)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "does not derive `Table`",
    note = "add `#[derive(schema_core::Table)]` to `{Self}`"
)]
pub trait Table {
    /// The schema, where the engine has schemas and the model names one.
    const SCHEMA: Option<&'static str> = None;
    /// The name in the database.
    const NAME: &'static str;
    /// The columns, in the struct's order.
    const COLUMNS: &'static [meta::Member];
    /// The whole declaration.
    ///
    /// Foreign keys are checked against `NAME` and `COLUMNS` of other tables alone, so that tables may refer to each other.
    const META: meta::Table;
}

/// A struct whose fields are columns of the tables that embed it with `#[column(flatten)]`; `#[derive(Columns)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened into a table",
    label = "does not derive `Columns`",
    note = "add `#[derive(schema_core::Columns)]` to `{Self}`"
)]
pub trait Columns {
    /// The columns, in the struct's order.
    const COLUMNS: &'static [meta::Member];
    /// The columns and what belongs to them.
    const META: meta::Body;
}

/// An enum that the database knows; `#[derive(SqlEnum)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enum of the schema",
    label = "does not derive `SqlEnum`",
    note = "add `#[derive(schema_core::SqlEnum)]` to `{Self}`"
)]
pub trait SqlEnum {
    /// The whole declaration.
    const META: meta::Enum;
}

/// A struct that is the row of a view; `#[derive(View)]` implements it.
pub trait View {
    /// The name in the database.
    const NAME: &'static str;
    /// The whole declaration.
    const META: meta::View;
}

/// What a derive declares: a table, a view, an enum, a domain or a composite type; or SQL that has a name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a schema",
    label = "derives neither `Table`, `View` nor `SqlEnum`, and makes no domain or composite type"
)]
pub trait Model {
    /// The declaration.
    const MODEL: Registered;
}

impl<T: Table> Model for T {
    const MODEL: Registered = Registered::Table(&T::META);
}

/// A [`Model`], or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of a schema",
    label = "neither derives `Table`, `View` or `SqlEnum`, nor is a tuple of such types"
)]
pub trait Models {
    /// Adds the declarations to a list.
    fn add_to(models: &mut Vec<Registered>);
}

impl<T: Model> Models for T {
    fn add_to(models: &mut Vec<Registered>) {
        models.push(T::MODEL);
    }
}

macro_rules! tuples_of_models {
    ($($name:ident)+) => {
        impl<$($name: Models),+> Models for ($($name,)+) {
            fn add_to(models: &mut Vec<Registered>) {
                $($name::add_to(models);)+
            }
        }
    };
}

tuples_of_models!(A);
tuples_of_models!(A B);
tuples_of_models!(A B C);
tuples_of_models!(A B C D);
tuples_of_models!(A B C D E);
tuples_of_models!(A B C D E F);
tuples_of_models!(A B C D E F G);
tuples_of_models!(A B C D E F G H);
tuples_of_models!(A B C D E F G H I);
tuples_of_models!(A B C D E F G H I J);
tuples_of_models!(A B C D E F G H I J K);
tuples_of_models!(A B C D E F G H I J K L);
