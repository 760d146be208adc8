//! Which databases a revision is made against: one of each engine that the project has.

use crate::config::Config;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::CliError;
use crate::project::Project;
use crate::target::Target;
use schema_core::model::Engine;
use schema_core::url::DatabaseUrl;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

impl Context {
    /// The database of each engine that models are compared with, in the order of the engines.
    ///
    /// A database that the command line names is the only one. Else it is for each engine of schema.toml the one that `references` names,
    /// or the one in `DATABASE_URL`, or the first entry.
    pub(crate) fn references(&self, project: &Project) -> Result<BTreeMap<Engine, Target>, CliError> {
        let chosen = |target: Target| -> Result<(Engine, Target), CliError> {
            Ok((DatabaseUrl::parse(&target.url)?.engine(), target))
        };
        if self.names_database() {
            return Ok(BTreeMap::from([chosen(self.target(project)?)?]));
        }
        let environment = Environment::load(&project.root)?;
        let mut references = BTreeMap::new();
        for (engine, name) in &project.config.migrations.references {
            references.insert(*engine, Target::entry(name, &project.config, &environment)?);
        }
        if let Some(target) = Target::from_environment(&environment)? {
            let (engine, target) = chosen(target)?;
            if !entries(&project.config, &environment).contains_key(&engine) {
                return Ok(BTreeMap::from([(engine, target)]));
            }
            references.entry(engine).or_insert(target);
        }
        for (engine, name) in entries(&project.config, &environment) {
            if let Entry::Vacant(vacant) = references.entry(engine) {
                vacant.insert(Target::entry(name, &project.config, &environment)?);
            }
        }
        if references.is_empty() {
            references.extend([chosen(self.target(project)?)?]);
        }
        Ok(references)
    }
}

/// The first entry of each engine. One whose variables are not set counts for nothing: production's are not, on a laptop.
fn entries<'config>(config: &'config Config, environment: &Environment) -> BTreeMap<Engine, &'config str> {
    let mut entries = BTreeMap::new();
    for (name, database) in &config.databases {
        let url = environment.expand(&database.url).ok().and_then(|url| DatabaseUrl::parse(&url).ok());
        if let Some(url) = url {
            entries.entry(url.engine()).or_insert(name.as_str());
        }
    }
    entries
}
