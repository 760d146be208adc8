//! `autogenerate --amend` and `--add-engine`: scripts for an engine that revisions have none for.

use super::{AutogenerateArgs, one_head, written};
use crate::context::Context;
use crate::database::{IfMissing, quoted, verified_status};
use crate::desired::{self, Differences, Sides};
use crate::error::CliError;
use crate::exit_status::ExitStatus;
use crate::models;
use crate::project::Project;
use crate::renames;
use schema_core::model::Engine;
use schema_core::revision::{Directory, RevisionId, Scripts};
use schema_core::sql::Plan;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

#[derive(Serialize)]
struct Report {
    revision: RevisionId,
    files: Vec<PathBuf>,
    engines: BTreeMap<Engine, Differences>,
}

/// Gives the head the scripts of the engines that it has none for.
pub(super) fn amend_head(
    args: &AutogenerateArgs,
    context: &Context,
    project: &Project,
    directory: Directory,
) -> Result<ExitStatus, CliError> {
    let head = head(args, &directory)?;
    let mut references = context.references(project)?;
    references.retain(|engine, _| !directory.has_engine(&head, *engine));
    if references.is_empty() {
        context.printer.say(&format!("nothing to do: `{head}` has a script for every engine"));
        return Ok(ExitStatus::Done);
    }
    let parents: BTreeSet<RevisionId> = directory
        .graph()
        .get(&head)
        .map(|revision| revision.revises.iter().chain(&revision.depends_on).cloned().collect())
        .unwrap_or_default();
    let mut amended = Amended::new(args, context, project, directory)?;
    for engine in references.into_keys() {
        amended.write(&head, engine, &parents)?;
    }
    amended.finish(head)
}

/// Gives the head a script that makes the whole schema of an engine, and every revision below one that does nothing there.
pub(super) fn add_engine(
    engine: Engine,
    args: &AutogenerateArgs,
    context: &Context,
    project: &Project,
    directory: Directory,
) -> Result<ExitStatus, CliError> {
    let head = head(args, &directory)?;
    let graph = directory.graph();
    let heads = graph.heads();
    if heads.len() > 1 {
        return Err(CliError::SeveralHeads { heads: quoted(&heads) });
    }
    let below: Vec<RevisionId> = graph
        .upgrade_path(&BTreeSet::new(), &BTreeSet::from([head.clone()]))
        .into_iter()
        .filter(|id| *id != head)
        .collect();
    if let Some(there) = below.iter().chain([&head]).find(|id| directory.has_engine(id, engine)) {
        return Err(CliError::EngineJoined { engine, revision: there.clone() });
    }
    let mut amended = Amended::new(args, context, project, directory)?;
    // The head first: where its script cannot be made, nothing is written.
    amended.write(&head, engine, &BTreeSet::new())?;
    let nothing = Plan::default().to_script();
    for id in below {
        let scripts = Scripts::new(nothing.as_str(), nothing.as_str());
        let created = amended.directory.add_scripts(&id, engine, scripts)?;
        amended.report(created.files);
    }
    amended.finish(head)
}

fn head(args: &AutogenerateArgs, directory: &Directory) -> Result<RevisionId, CliError> {
    one_head(args.placement.head.as_ref(), directory, &BTreeSet::new())?.ok_or(CliError::NoHead)
}

struct Amended<'run> {
    args: &'run AutogenerateArgs,
    context: &'run Context,
    project: &'run Project,
    directory: Directory,
    document: schema_core::model::Document,
    files: Vec<PathBuf>,
    engines: BTreeMap<Engine, Differences>,
}

impl<'run> Amended<'run> {
    fn new(
        args: &'run AutogenerateArgs,
        context: &'run Context,
        project: &'run Project,
        directory: Directory,
    ) -> Result<Self, CliError> {
        let document = models::document(project, &args.models, context.printer)?;
        Ok(Amended {
            args,
            context,
            project,
            directory,
            document,
            files: Vec::new(),
            engines: BTreeMap::new(),
        })
    }

    /// Writes the scripts of one engine that lead from these revisions to the models.
    fn write(
        &mut self,
        head: &RevisionId,
        engine: Engine,
        parents: &BTreeSet<RevisionId>,
    ) -> Result<(), CliError> {
        let printer = self.context.printer;
        let Some(target) = self.context.references(self.project)?.remove(&engine) else {
            return Err(CliError::NoReference { engine });
        };
        let mut driver = self.context.connect_to_compare(
            self.args.against,
            (&target, self.project),
            (&self.directory, parents),
            IfMissing::TakeAsEmpty,
        )?;
        // MariaDB answers to `mysql://` as well, but takes statements that MySQL does not.
        if driver.engine() != engine {
            return Err(CliError::AnotherEngine { named: engine, found: driver.engine() });
        }
        let applied = verified_status(&mut *driver, &self.directory)?.applied_ids();
        let graph = self.directory.graph();
        let wanted: BTreeSet<RevisionId> =
            graph.upgrade_path(&BTreeSet::new(), parents).into_iter().collect();
        if applied != wanted {
            return Err(CliError::NotBelow { revision: head.clone(), engine });
        }
        let desired = desired::resolve(&self.document, engine, &self.directory)?;
        let sides = Sides::read(&mut *driver, desired, &self.project.config.filters, printer)?;
        let comparison = renames::decide(sides, &mut self.args.renames.clone(), printer)?;
        let comparison = desired::online(comparison, self.args.forms.are_online(&self.project.config));
        let comparison = self.args.keeping(comparison, head, self.project);
        let differences = Differences::of(comparison.changes());
        printer.say(differences.lines().trim_end());
        let scripts = written(&*driver, &comparison, &self.project.config.filters, printer)?;
        let created = self.directory.add_scripts(head, engine, scripts)?;
        self.engines.insert(engine, differences);
        self.report(created.files);
        Ok(())
    }

    fn report(&mut self, files: Vec<PathBuf>) {
        for file in &files {
            self.context.printer.done(&format!("wrote {}", file.display()));
        }
        self.files.extend(files);
    }

    fn finish(self, revision: RevisionId) -> Result<ExitStatus, CliError> {
        let printer = self.context.printer;
        if printer.is_json() {
            printer.json(&Report { revision, files: self.files, engines: self.engines })?;
        }
        Ok(ExitStatus::Done)
    }
}
