//! The service's command line.

use clap::{Parser, Subcommand};
use product_feed::catalog::{Offer, PricePoint};
use product_feed::feed::Delivery;
use product_feed::import::Summary;
use product_feed::{account, catalog, import, store};
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// Imports suppliers' product feeds and keeps the price history
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where the data lives [default: `DATABASE_URL`, then sqlite://product-feed.db]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create and migrate the database, and make sure that there is an admin
    Init {
        /// Who signs in first
        #[arg(long, value_name = "EMAIL")]
        admin_email: String,
        /// Better in the environment, where `ps` doesn't show it; asked for when missing
        #[arg(long, env = "PRODUCT_FEED_ADMIN_PASSWORD", hide_env_values = true, value_name = "PASSWORD")]
        admin_password: Option<String>,
        /// Copy the database before it is migrated
        #[arg(long)]
        backup: bool,
    },
    /// Import deliveries
    Import {
        /// Named like `FEED-2026-03-02.csv` or `.json`
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List the products on sale
    Products,
    /// Show the price history of an article number
    Prices {
        /// The supplier's article number
        sku: String,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(Arguments { database_url, command }: Arguments) -> Result<(), Box<dyn Error>> {
    let url = database_url.as_deref();
    match command {
        Command::Init { admin_email, admin_password, backup } => {
            let store = store::create(url, backup)?;
            let given = admin_password.filter(|password| !password.is_empty());
            let password = given.map_or_else(ask_for_password, Ok)?;
            let created = store.transaction(|tx| account::ensure_admin(tx, &admin_email, &password))?;
            println!("{admin_email} {}", if created { "is the admin now" } else { "is there already" });
        }
        Command::Import { files } => {
            let store = store::open(url)?;
            for path in files {
                let delivery = Delivery::read(&path)?;
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                let Summary { job: _, status, imported, withdrawn } =
                    import::import(&store, &file, &delivery)?;
                println!("{file}: {}, {imported} imported, {withdrawn} withdrawn", status.as_str());
                for error in delivery.rows.iter().filter_map(|row| row.as_ref().err()) {
                    eprintln!("  row {}: {}", error.row, error.message);
                }
            }
        }
        Command::Products => {
            let offers = store::open(url)?.transaction(|tx| catalog::offers(tx))?;
            for Offer { feed, sku, title, price } in offers {
                println!("{feed}\t{sku}\t{price}\t{title}");
            }
        }
        Command::Prices { sku } => {
            let history = store::open(url)?.transaction(|tx| catalog::price_history(tx, &sku))?;
            for PricePoint { feed, valid_from, price } in history {
                println!("{feed}\t{valid_from}\t{price}");
            }
        }
    }
    Ok(())
}

fn ask_for_password() -> Result<String, dialoguer::Error> {
    dialoguer::Password::new()
        .with_prompt("Password of the admin")
        .with_confirmation("Once more", "These differ")
        .interact()
}
