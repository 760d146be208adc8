//! What the fuzz target `schema_toml` does with any text; see `schema_core::fuzzing`.

use crate::config::Config;
use crate::environment::Environment;
use schema_core::url::DatabaseUrl;
use std::path::Path;

/// Any `schema.toml` and any `.env` is read or refused, with its URLs, and a long value in quotes reaches no message.
pub fn schema_toml(text: &str) {
    let environment = Environment::parse(text).unwrap_or_default();
    let _ = environment.expand(text).map_err(|error| (error.to_string(), error.hint()));
    match Config::parse(text, Path::new("schema.toml")) {
        Ok(config) => {
            for (_, database) in &config.databases {
                if let Ok(url) = environment.expand(&database.url) {
                    let _ = DatabaseUrl::parse(&url).map(|url| url.to_string());
                }
            }
        }
        Err(error) => drop((error.to_string(), error.hint())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_target_holds_for_every_seed() {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/schema_toml");
        for file in fs::read_dir(seeds).unwrap() {
            schema_toml(&fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
}
