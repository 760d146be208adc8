//! The commands, a file each: its arguments, its help and what it does.

mod adopt;
mod all_databases;
mod autogenerate;
mod baseline;
mod branches;
mod check;
mod completions;
mod current;
mod diff;
mod downgrade;
mod edit;
mod ensure_version;
mod heads;
mod history;
mod import;
mod init;
mod init_db;
mod inspect;
mod man;
mod merge;
mod models;
mod new_project;
mod offline;
mod placement;
mod rebase;
mod remove;
mod repair;
mod resolve;
mod revision;
mod run;
mod scratch;
mod show;
mod squash;
mod stamp;
mod update_models;
mod upgrade;
mod verify;

use crate::context::Context;
use crate::error::CliError;
use crate::exit_status::ExitStatus;

/// The commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Commands {
    Init(init::InitArgs),
    InitDb(init_db::InitDbArgs),
    Autogenerate(autogenerate::AutogenerateArgs),
    Revision(revision::RevisionArgs),
    Check(check::CheckArgs),
    Upgrade(upgrade::UpgradeArgs),
    Downgrade(downgrade::DowngradeArgs),
    Current(current::CurrentArgs),
    History(history::HistoryArgs),
    Heads(heads::HeadsArgs),
    Branches(branches::BranchesArgs),
    Merge(merge::MergeArgs),
    Rebase(rebase::RebaseArgs),
    Remove(remove::RemoveArgs),
    Squash(squash::SquashArgs),
    Show(show::ShowArgs),
    Edit(edit::EditArgs),
    Stamp(stamp::StampArgs),
    #[command(alias = "ensure_version")]
    EnsureVersion(ensure_version::EnsureVersionArgs),
    Diff(diff::DiffArgs),
    Inspect(inspect::InspectArgs),
    Models(models::WriteModelsArgs),
    Baseline(baseline::BaselineArgs),
    Import(import::ImportArgs),
    Verify(verify::VerifyArgs),
    Scratch(scratch::ScratchArgs),
    Repair(repair::RepairArgs),
    Resolve(resolve::ResolveArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// How a command is run on all databases of schema.toml.
enum OnAllDatabases {
    /// On each in turn.
    InTurn,
    /// It looks at all of them itself.
    AtOnce,
    /// Never: it works on none, or says by itself on which.
    Never {
        /// The command.
        command: &'static str,
    },
}

impl Commands {
    /// Runs the command on the database that was chosen, or on all.
    pub(crate) fn run_where_told(&self, context: &Context) -> Result<ExitStatus, CliError> {
        if !context.is_for_all_databases() {
            return self.run(context);
        }
        match self.on_all_databases() {
            OnAllDatabases::InTurn => all_databases::run(self, context),
            OnAllDatabases::AtOnce => self.run(context),
            OnAllDatabases::Never { command } => Err(CliError::NotOnAllDatabases { command }),
        }
    }

    fn on_all_databases(&self) -> OnAllDatabases {
        let never = |command| OnAllDatabases::Never { command };
        match self {
            Commands::Check(_)
            | Commands::Upgrade(_)
            | Commands::Downgrade(_)
            | Commands::Current(_)
            | Commands::Stamp(_)
            | Commands::EnsureVersion(_)
            | Commands::InitDb(_)
            | Commands::Verify(_)
            | Commands::Repair(_)
            | Commands::Resolve(_) => OnAllDatabases::InTurn,
            Commands::Rebase(_) | Commands::Remove(_) => OnAllDatabases::AtOnce,
            Commands::Init(_) => never("init"),
            Commands::Autogenerate(_) => never("autogenerate"),
            Commands::Revision(_) => never("revision"),
            Commands::History(_) => never("history"),
            Commands::Heads(_) => never("heads"),
            Commands::Branches(_) => never("branches"),
            Commands::Merge(_) => never("merge"),
            Commands::Squash(_) => never("squash"),
            Commands::Show(_) => never("show"),
            Commands::Edit(_) => never("edit"),
            Commands::Diff(_) => never("diff"),
            Commands::Inspect(_) => never("inspect"),
            Commands::Models(_) => never("models"),
            Commands::Baseline(_) => never("baseline"),
            Commands::Scratch(_) => never("scratch"),
            Commands::Import(_) => never("import"),
            Commands::Completions(_) => never("completions"),
            Commands::Man(_) => never("man"),
        }
    }

    /// Runs the command on one database.
    pub(crate) fn run(&self, context: &Context) -> Result<ExitStatus, CliError> {
        match self {
            Commands::Init(args) => init::run(args, context),
            Commands::InitDb(args) => init_db::run(args, context),
            Commands::Autogenerate(args) => autogenerate::run(args, context),
            Commands::Revision(args) => revision::run(args, context),
            Commands::Check(args) => check::run(args, context),
            Commands::Upgrade(args) => upgrade::run(args, context),
            Commands::Downgrade(args) => downgrade::run(args, context),
            Commands::Current(args) => current::run(args, context),
            Commands::History(args) => history::run(args, context),
            Commands::Heads(args) => heads::run(args, context),
            Commands::Branches(args) => branches::run(args, context),
            Commands::Merge(args) => merge::run(args, context),
            Commands::Rebase(args) => rebase::run(args, context),
            Commands::Remove(args) => remove::run(args, context),
            Commands::Squash(args) => squash::run(args, context),
            Commands::Show(args) => show::run(args, context),
            Commands::Edit(args) => edit::run(args, context),
            Commands::Stamp(args) => stamp::run(args, context),
            Commands::EnsureVersion(args) => ensure_version::run(args, context),
            Commands::Diff(args) => diff::run(args, context),
            Commands::Inspect(args) => inspect::run(args, context),
            Commands::Models(args) => models::run(args, context),
            Commands::Baseline(args) => baseline::run(args, context),
            Commands::Import(args) => import::run(args, context),
            Commands::Verify(args) => verify::run(args, context),
            Commands::Scratch(args) => scratch::run(args, context),
            Commands::Repair(args) => repair::run(args, context),
            Commands::Resolve(args) => resolve::run(args, context),
            Commands::Completions(args) => completions::run(args, context),
            Commands::Man(args) => man::run(args, context),
        }
    }
}
