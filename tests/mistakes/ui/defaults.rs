//! Defaults that do not fit their columns.

use schema_core::{SqlEnum, Table};

#[derive(SqlEnum)]
#[sql_enum(name = "status")]
enum Status {
    New,
}

#[derive(SqlEnum)]
#[sql_enum(name = "kind")]
enum Kind {
    Big,
}

#[derive(Table)]
#[table(name = "now_on_a_number")]
struct NowOnANumber {
    #[column(default = now)]
    a: i64,
}

#[derive(Table)]
#[table(name = "text_on_a_number")]
struct TextOnANumber {
    #[column(default = "0")]
    a: Option<i64>,
}

#[derive(Table)]
#[table(name = "number_on_a_text")]
struct NumberOnAText {
    #[column(default = 0)]
    a: String,
}

#[derive(Table)]
#[table(name = "number_on_a_bool")]
struct NumberOnABool {
    #[column(default = 0)]
    a: bool,
}

#[derive(Table)]
#[table(name = "other_enum")]
struct OtherEnum {
    #[column(default = Kind::Big)]
    a: Status,
}

#[derive(Table)]
#[table(name = "enum_on_a_text")]
struct EnumOnAText {
    #[column(default = Kind::Big)]
    a: String,
}

#[derive(SqlEnum)]
#[sql_enum(name = "grade", rename_all = "lowercase")]
enum Grade {
    A,
    B,
}

#[derive(Table)]
#[table(name = "text_on_an_enum")]
struct TextOnAnEnum {
    #[column(default = "a")]
    a: Grade,
    #[column(default = "C")]
    b: Option<Grade>,
    #[column(default = 1)]
    c: Grade,
}

#[derive(Table)]
#[table(name = "numbers")]
struct Numbers {
    #[column(default = 256)]
    a: u8,
    #[column(default = -1)]
    b: u32,
    #[column(default = 1.5)]
    c: i64,
    #[column(default = -128)]
    fits: i8,
    #[column(default = 18446744073709551615)]
    fits_too: u64,
    #[column(default = "ab")]
    d: char,
    #[column(default = 'ß')]
    one: char,
    #[column(precision = 0)]
    e: rust_decimal::Decimal,
}

#[derive(Table)]
#[table(name = "computed")]
struct Computed {
    a: i64,
    #[column(generated = "a + 1", stored, on_update_sql = "now()")]
    b: i64,
}

#[derive(Table)]
#[table(name = "digits_on_an_integer")]
struct DigitsOnAnInteger {
    #[column(precision = 10, scale = 2)]
    a: i64,
}

fn main() {}
