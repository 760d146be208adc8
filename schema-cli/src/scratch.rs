//! `[scratch]`: where scratch databases are made, where that is not beside the database.

use crate::config::ScratchConfig;
use crate::environment::{Environment, EnvironmentError};
use schema_core::driver::{ScratchPlace, ScratchPlaces};
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use std::path::Path;

/// The places for all engines. What is wrong with one is told once a scratch database is needed: where a database is only upgraded, the variables for it may not be set.
pub(crate) fn places(config: &ScratchConfig, root: &Path) -> Result<ScratchPlaces, EnvironmentError> {
    let ScratchConfig { urls } = config;
    let mut places = ScratchPlaces::default();
    if urls.is_empty() {
        return Ok(places);
    }
    let environment = Environment::load(root)?;
    for (engine, text) in urls {
        places = places.with(*engine, place(*engine, environment.expand(text)));
    }
    Ok(places)
}

fn place(engine: Engine, url: Result<String, EnvironmentError>) -> ScratchPlace {
    let unknown = |reason: String, hint: Option<String>| ScratchPlace::Unknown {
        reason: format!("`{engine}` of `[scratch]` in schema.toml: {reason}"),
        hint: hint.unwrap_or_else(|| format!("write the URL of a server: {}", form(engine))),
    };
    let url = match url {
        Ok(url) => url,
        Err(error) => return unknown(error.to_string(), error.hint()),
    };
    match DatabaseUrl::parse(&url) {
        Ok(url) if is_for(engine, url.engine()) => ScratchPlace::At(url),
        Ok(url) => unknown(format!("the URL is that of a {} database", url.engine()), None),
        Err(error) => unknown(error.to_string(), error.hint()),
    }
}

/// Both servers are reached by either scheme, and say themselves which they are.
fn is_for(engine: Engine, found: Engine) -> bool {
    let is_mysql = |engine| matches!(engine, Engine::Mysql | Engine::Mariadb);
    engine == found || is_mysql(engine) && is_mysql(found)
}

fn form(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => "`postgres://user@host/database`",
        Engine::Mysql | Engine::Mariadb | Engine::Sqlite => "`mysql://user@host/database`",
    }
}
