//! What can be wrong.

/// Something wrong in a schema document, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("`{place}`: {problem}")]
pub struct ValidationError {
    /// The struct, and the field, index or constraint in it.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a schema document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Two tables or views have one name.
    #[error("`{other}` is called `{name}` in the database too")]
    NameTaken {
        /// The name in the database.
        name: String,
        /// The other struct.
        other: String,
    },
    /// A table has no column, which PostgreSQL alone allows.
    #[error("the table has no column")]
    NoColumns,
    /// Two columns of a table have one name.
    #[error("there are two columns `{column}`")]
    ColumnTwice {
        /// The name.
        column: String,
    },
    /// Two constraints or two indexes of a table have one name.
    #[error("`{name}` is the name of another one of this table")]
    ObjectTwice {
        /// The name.
        name: String,
    },
    /// Two columns, or two tables, were renamed from one name.
    #[error("`{other}` is renamed from `{name}` too")]
    RenamedTwice {
        /// The former name.
        name: String,
        /// The other one.
        other: String,
    },
    /// `renamed_from` is the present name.
    #[error("`renamed_from` is the present name, `{name}`")]
    RenamedFromItself {
        /// The name.
        name: String,
    },
    /// A key or index names a column that the table does not have.
    #[error("the table has no column `{column}`")]
    UnknownColumn {
        /// The name.
        column: String,
    },
    /// A key or index names a column twice.
    #[error("the column `{column}` is named twice")]
    ColumnRepeated {
        /// The name.
        column: String,
    },
    /// A key or index names no column.
    #[error("it has no columns")]
    EmptyKey,
    /// A CHECK without an expression.
    #[error("the check has no expression")]
    EmptyCheck,
    /// A view without a query.
    #[error("the view has no query")]
    EmptyQuery,
    /// A column of the primary key allows NULL.
    #[error("the column `{column}` of the primary key allows NULL")]
    NullableKey {
        /// The column.
        column: String,
    },
    /// Two columns are numbered by the database, which PostgreSQL alone does.
    #[error("the database numbers one column of a table, not both `{first}` and `{second}`")]
    TwoAutoColumns {
        /// One column.
        first: String,
        /// The other.
        second: String,
    },
    /// A column that the database numbers is no integer.
    #[error("the database numbers integers alone")]
    AutoOnOtherType,
    /// A column that the database numbers has a default or is generated.
    #[error("the database numbers this column: it has no default and is not generated")]
    AutoWithValue,
    /// A column that the database numbers allows NULL.
    #[error("the database numbers this column: it never is NULL")]
    AutoNullable,
    /// A generated column has a default.
    #[error("a generated column has no default")]
    GeneratedWithDefault,
    /// A column is of an enum that is not declared.
    #[error("there is no enum `{name}`")]
    UnknownEnum {
        /// The enum's name in the database.
        name: String,
    },
    /// A column is of a domain or composite type that is not declared.
    #[error("there is no domain or composite type `{name}`")]
    UnknownType {
        /// The type's name in the database.
        name: String,
    },
    /// A domain or composite type is one of the types that it is made of.
    #[error("the type `{name}` is made of itself")]
    MadeOfItself {
        /// The type's name in the database.
        name: String,
    },
    /// A default is no value of the column's enum.
    #[error("`{value}` is no value of the enum `{name}`")]
    UnknownValue {
        /// The default.
        value: String,
        /// The enum's name in the database.
        name: String,
    },
    /// An enum has no values.
    #[error("the enum has no values")]
    NoValues,
    /// An enum has a value twice.
    #[error("the enum has the value `{value}` twice")]
    ValueTwice {
        /// The value.
        value: String,
    },
    /// A foreign key leads to a table that is not declared.
    #[error("there is no table `{table}`")]
    UnknownTable {
        /// The table.
        table: String,
    },
    /// A foreign key leads to a column that its table does not have.
    #[error("the table `{table}` has no column `{column}`")]
    UnknownReferencedColumn {
        /// The table that is referred to.
        table: String,
        /// The column.
        column: String,
    },
    /// A foreign key leads to the primary key of a table that has none.
    #[error("the table `{table}` has no primary key")]
    NoPrimaryKey {
        /// The table that is referred to.
        table: String,
    },
    /// A foreign key has other columns than what it leads to.
    #[error("it has {own} columns, but refers to {referenced}")]
    ReferenceCount {
        /// How many columns the key has.
        own: usize,
        /// How many columns it refers to.
        referenced: usize,
    },
    /// A foreign key leads to columns that are no key.
    #[error("`{table}` ({columns}) is neither primary key nor unique")]
    ReferenceToNoKey {
        /// The table that is referred to.
        table: String,
        /// The columns, separated by commas.
        columns: String,
    },
    /// A foreign key leads to a column of another type.
    #[error("`{column}` and `{table}.{referenced}`, which it refers to, are of different types")]
    ReferenceToOtherType {
        /// The column.
        column: String,
        /// The table that is referred to.
        table: String,
        /// The column there.
        referenced: String,
    },
    /// A foreign key sets a column to NULL that does not allow it.
    #[error("the key sets `{column}` to NULL, which the column does not allow")]
    SetsNotNullToNull {
        /// The column.
        column: String,
    },
    /// The columns of SET NULL or SET DEFAULT are not among the key's.
    #[error("`{column}` is no column of the key")]
    ActionOnOtherColumn {
        /// The column.
        column: String,
    },
}
