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

#[derive(Table)]
#[table(name = "digits_on_an_integer")]
struct DigitsOnAnInteger {
    #[column(precision = 10, scale = 2)]
    a: i64,
}

fn main() {}
