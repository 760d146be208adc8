//! How `models` and `baseline` write structs: the options that say it.

use clap::ValueEnum;
use schema_core::write_models::{Dates, Decimals, DerivePath, Style};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Structs")]
pub(crate) struct StyleArgs {
    /// What the structs of tables and views derive too, as `sqlx::FromRow`; can be given several times
    #[arg(long, value_name = "PATH")]
    derive: Vec<DerivePath>,
    /// What enums derive too, as `sqlx::Type`; can be given several times
    #[arg(long, value_name = "PATH")]
    derive_enum: Vec<DerivePath>,
    /// The crate for dates and times
    #[arg(long, value_name = "CRATE", value_enum, default_value_t = DatesArg::Jiff)]
    dates: DatesArg,
    /// The crate for exact decimals
    #[arg(long, value_name = "CRATE", value_enum, default_value_t = DecimalsArg::RustDecimal)]
    decimals: DecimalsArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DatesArg {
    Jiff,
    Chrono,
    Time,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DecimalsArg {
    #[value(name = "rust_decimal")]
    RustDecimal,
    #[value(name = "bigdecimal")]
    BigDecimal,
}

impl StyleArgs {
    pub(crate) fn style(&self) -> Style {
        let StyleArgs { derive, derive_enum, dates, decimals } = self;
        Style {
            derives: derive.clone(),
            enum_derives: derive_enum.clone(),
            dates: match dates {
                DatesArg::Jiff => Dates::Jiff,
                DatesArg::Chrono => Dates::Chrono,
                DatesArg::Time => Dates::Time,
            },
            decimals: match decimals {
                DecimalsArg::RustDecimal => Decimals::RustDecimal,
                DecimalsArg::BigDecimal => Decimals::BigDecimal,
            },
        }
    }
}
