//! Why a command stops: each stage's own error, with the exit status and the hint that belong to it.

use crate::environment::EnvironmentError;
use crate::exit_status::ExitStatus;
use crate::models::ModelsError;
use crate::models_update::NotRust;
use crate::project::ProjectError;
use crate::target::TargetError;
use schema_core::apply::ApplyError;
use schema_core::autogenerate::AutogenerateError;
use schema_core::diff::RenameError;
use schema_core::driver::{DriverError, InvalidHistoryTable};
use schema_core::import::ledger::LedgerError;
use schema_core::import::{ImportError, Tool};
use schema_core::load::LoadError;
use schema_core::model::Engine;
use schema_core::plan::Unplanned;
use schema_core::revision::{DirectoryError, RebaseError, RevisionId};
use schema_core::runner::RunnerError;
use schema_core::sql::ScriptError;
use schema_core::squash::SquashError;
use schema_core::url::UrlError;
use std::io;
use std::path::PathBuf;

/// Why a command stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// There is no usable schema.toml.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The `.env` file cannot be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// There is no database to work on.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The migrations folder cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The models' schema is not available.
    #[error(transparent)]
    Models(#[from] ModelsError),
    /// The library stopped: a URL, a database or a run of revisions.
    #[error(transparent)]
    Core(#[from] schema_core::Error),
    /// The history table's name in schema.toml is none.
    #[error("`migrations.history_table`: {0}")]
    HistoryTable(#[from] InvalidHistoryTable),
    /// A new revision could extend either of several heads.
    #[error("there are several heads: {heads}")]
    SeveralHeads {
        /// The heads, in words.
        heads: String,
    },
    /// There is no database to work on where all are asked for.
    #[error("schema.toml has no databases")]
    NoDatabases,
    /// A command that works on no database, or says by itself on which.
    #[error("`{command}` does not work on all databases")]
    NotOnAllDatabases {
        /// The command.
        command: &'static str,
    },
    /// One head or none, so that nothing could be put on top of another.
    #[error("there are no two heads to put on top of each other")]
    NothingToRebase,
    /// Two heads of histories of their own, which nobody added on the same parent.
    #[error("the heads have no revision in common: {heads}")]
    SeparateHistories {
        /// The heads, in words.
        heads: String,
    },
    /// More than two heads, and nobody said which of them is to move.
    #[error("there are more than two heads: {heads}")]
    ManyHeads {
        /// The heads, in words.
        heads: String,
    },
    /// An address that means no revision, or several, where one is wanted.
    #[error("`{given}` is not one revision")]
    NotOneRevision {
        /// What was typed.
        given: String,
    },
    /// A revision that is applied was to be moved.
    #[error("`{revision}` is applied in this database already, so it stays where it is")]
    AppliedAlready {
        /// The revision.
        revision: RevisionId,
        /// What it builds on.
        below: Option<RevisionId>,
    },
    /// A revision that is applied was to be removed.
    #[error("`{revision}` is applied in this database")]
    StillApplied {
        /// The revision.
        revision: RevisionId,
        /// What it builds on.
        below: Option<RevisionId>,
    },
    /// A revision that is partly applied was to be removed.
    #[error("`{revision}` is partly applied in this database")]
    PartlyApplied {
        /// The revision.
        revision: RevisionId,
    },
    /// A branch cannot be moved.
    #[error(transparent)]
    Rebase(#[from] RebaseError),
    /// Revisions cannot be made one.
    #[error(transparent)]
    Squash(Box<SquashError>),
    /// No database says what the scripts of an engine do.
    #[error(
        "the revisions have scripts for {engine}, and no database of {engine} is at hand to prove new ones on"
    )]
    NoDatabaseToSquash {
        /// The engine.
        engine: Engine,
    },
    /// A database would be left inside what is squashed.
    #[error("this database is inside the range, and lacks {lacks}")]
    InsideSquash {
        /// The revisions, in words.
        lacks: String,
        /// The last revision of the range.
        last: RevisionId,
    },
    /// No revision is addressed whose scripts could be opened.
    #[error("`{given}` is no revision to edit")]
    NothingToEdit {
        /// What was typed.
        given: String,
    },
    /// No variable names an editor.
    #[error("neither `VISUAL` nor `EDITOR` is set")]
    NoEditor,
    /// The editor cannot be started.
    #[error("the editor `{editor}` cannot be started: {source}")]
    EditorNotStarted {
        /// The editor.
        editor: String,
        /// What the system says.
        source: io::Error,
    },
    /// A command cannot be started.
    #[error("`{command}` cannot be started: {source}")]
    CommandNotStarted {
        /// The command.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// The editor ended with an error.
    #[error("the editor `{editor}` ended with an error: {status}")]
    EditorFailed {
        /// The editor.
        editor: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// Fewer than two revisions were to be joined.
    #[error("there is nothing to join{}", if revisions.is_empty() { String::new() } else { format!(": {revisions} is the only one") })]
    NothingToMerge {
        /// The revisions, in words.
        revisions: String,
    },
    /// A new revision was to build on one that is no head.
    #[error("{revisions} is no head")]
    NotAHead {
        /// The revision, in words.
        revisions: String,
    },
    /// A range was given for a run, which starts from what is applied.
    #[error("`{range}` is a range, and a run starts from what is applied")]
    RangeWithoutSql {
        /// The range.
        range: String,
    },
    /// A script for a downgrade does not say where it starts.
    #[error("a script that leads down to `{to}` has to say where it starts")]
    RangeNeeded {
        /// Where it leads.
        to: String,
    },
    /// An address leads to no revision.
    #[error(transparent)]
    Address(#[from] schema_core::revision::TargetError),
    /// The databases to compare are of different engines.
    #[error("the first database is {from}, the second {to}")]
    EnginesDiffer {
        /// The first one's.
        from: Engine,
        /// The second one's.
        to: Engine,
    },
    /// What is to be compared is nothing that can be read.
    #[error("`{given}` is no URL, no database of schema.toml and no file or folder")]
    NoSide {
        /// What was typed.
        given: String,
    },
    /// A document was read from a database of another engine.
    #[error("the document is that of a {document} database, and the other side is {engine}")]
    DocumentOfAnotherEngine {
        /// The document's.
        document: Engine,
        /// The other side's.
        engine: Engine,
    },
    /// A file was given where a URL names a database.
    #[error("`{}` is a SQLite database", path.display())]
    FileOfDatabase {
        /// The file.
        path: PathBuf,
    },
    /// A folder of SQL files has none.
    #[error("`{}` has no file that ends in `.sql`", folder.display())]
    NoSqlFiles {
        /// The folder.
        folder: PathBuf,
    },
    /// The definitions in a file cannot be made.
    #[error("`{}`, {source}", path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and in which line.
        source: Box<LoadError>,
    },
    /// SQL was to be run on what is no database.
    #[error("`--apply` runs the SQL on the first side, which is no database")]
    NothingToApplyTo,
    /// A server is not of the engine that its URL names.
    #[error("the URL names {named}, but the server is {found}")]
    AnotherEngine {
        /// The URL's.
        named: Engine,
        /// The server's.
        found: Engine,
    },
    /// Objects differ that this release does not plan.
    #[error("these differ, and this release cannot change them: {names}")]
    ObjectsUnplanned {
        /// The objects, in words.
        names: String,
    },
    /// What can be planned fails, maybe because it needs what is not planned.
    #[error("{source}")]
    RestInTheWay {
        /// What is not planned, in words.
        names: String,
        /// Why the rest fails.
        source: Box<schema_core::Error>,
    },
    /// A plan was not carried out.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// A question had to be asked, and there is no terminal.
    #[error("this has to be confirmed, and there is no terminal to ask on")]
    NobodyToAsk,
    /// The database is behind the revisions.
    #[error("the database is not at the head: {} pending", crate::describe::revisions(*pending))]
    NotAtHead {
        /// How many revisions are pending.
        pending: usize,
    },
    /// There is no revision that could be amended.
    #[error("there is no revision yet")]
    NoHead,
    /// An engine that joined already.
    #[error("revision `{revision}` has scripts for {engine} already")]
    EngineJoined {
        /// The engine.
        engine: Engine,
        /// The first revision that has them.
        revision: RevisionId,
    },
    /// No database of the engine is known.
    #[error("there is no database of {engine} to compare with")]
    NoReference {
        /// The engine.
        engine: Engine,
    },
    /// A database from which the way to the revision cannot be found out.
    #[error("the {engine} database is not right below `{revision}`")]
    NotBelow {
        /// The revision whose scripts are missing.
        revision: RevisionId,
        /// The engine.
        engine: Engine,
    },
    /// A file that `init` would write is there already.
    #[error("`{}` is there already", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// The folder for the revisions holds something else, as another tool's migrations.
    #[error("the folder `{}` is not empty, and no migrations folder of this tool: {source}", folder.display())]
    OthersFolder {
        /// The folder.
        folder: PathBuf,
        /// What does not belong there.
        source: DirectoryError,
    },
    /// A file that would be written is there already, with another text.
    #[error("`{}` is there already", path.display())]
    FileIsThere {
        /// The file.
        path: PathBuf,
    },
    /// The database has a history already.
    #[error("the database has a history already: it is at {at}")]
    HasHistory {
        /// The revisions that it is at.
        at: String,
    },
    /// Structs cannot be brought to what the database has without a loss of what people have written.
    #[error("the structs cannot be edited safely: {}", obstacles.join("; "))]
    NotUpdated {
        /// What is in the way.
        obstacles: Vec<String>,
    },
    /// A file that is to be edited is not Rust.
    #[error(transparent)]
    NotRust(#[from] NotRust),
    /// Structs that were brought to what the database has still differ from it.
    #[error("the edited structs still differ from the database:\n{differences}")]
    UpdateDiffers {
        /// The differences, a line each.
        differences: String,
    },
    /// Another `baseline` is at work in the folder.
    #[error("another `baseline` is at work in this folder")]
    BaselineRuns,
    /// There are revisions already.
    #[error("there are revisions already")]
    HasRevisions,
    /// A folder of another tool cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The revisions were to be written into the folder that they come from.
    #[error("the revisions would go into `{}`, which holds the migrations that are imported", folder.display())]
    ImportIntoItself {
        /// The folder.
        folder: PathBuf,
    },
    /// A folder for revisions was given where schema.toml names one.
    #[error("`--into` names the folder for the revisions, and so does schema.toml")]
    IntoWithProject,
    /// There are other revisions than the imported ones.
    #[error("`{}` has revisions, and `{revision}` is not there as it is imported", folder.display())]
    OtherRevisions {
        /// The folder.
        folder: PathBuf,
        /// The first that is missing, or another.
        revision: RevisionId,
    },
    /// The database has no ledger of the tool.
    #[error("the database has no table `{table}`, in which {tool} keeps what it has applied")]
    NoLedger {
        /// The tool.
        tool: Tool,
        /// The table.
        table: String,
    },
    /// A ledger with a name of its own would be compared.
    #[error("comparisons would take `{table}` for a table of the project")]
    LedgerNotFiltered {
        /// The table.
        table: String,
    },
    /// The tool's ledger cannot be taken over.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The database has a history of this tool that says something else.
    #[error("the database has a history already, which says more than that ledger: {at} is applied")]
    HasOwnHistory {
        /// The revisions that are applied.
        at: String,
    },
    /// The database is not what the migrations make.
    #[error(
        "the database is not what the migrations make that {tool} has applied, but differs by:{}",
        dashed(differences)
    )]
    Drift {
        /// The tool.
        tool: Tool,
        /// What differs.
        differences: Vec<String>,
    },
    /// An imported script fails.
    #[error("`{}` fails on a scratch database: {}", path.display(), without_folder(source, prefix))]
    NotReplayed {
        /// The file that it comes from.
        path: PathBuf,
        /// The folder in which it was tried.
        prefix: String,
        /// Why.
        source: Box<RunnerError>,
    },
    /// The database holds nothing.
    #[error("the database is empty")]
    NothingToBaseline,
    /// What was written for a database could not be tried.
    #[error("what was written for the database could not be tried: {reason}")]
    BaselineUntried {
        /// Why.
        reason: String,
    },
    /// What was written for a database does not say all that models have to say.
    #[error(
        "a comparison with what was written for the database finds {}, so that models would change it",
        if *differences == 1 { "a difference".to_owned() } else { format!("{differences} differences") }
    )]
    BaselineDiffers {
        /// How many.
        differences: usize,
    },
    /// The package lacks crates whose types the structs have.
    #[error(
        "the package does not depend on {names}, whose types the structs have, or schema-core has not their features"
    )]
    LacksCrates {
        /// The crates.
        names: String,
        /// What adds them.
        commands: String,
    },
    /// The package has other models than those of the database.
    #[error(
        "with the models that the package has already, a comparison with the database finds differences:\n{differences}"
    )]
    OtherModels {
        /// A line each.
        differences: String,
    },
    /// A file is no module beside the root of the library or program.
    #[error("`{}` is no module of `{}`", path.display(), root.display())]
    NoModule {
        /// The file.
        path: PathBuf,
        /// The root of the library or program.
        root: PathBuf,
    },
    /// The line that hands models out cannot be written into a program.
    #[error("`{}` has no plain `fn main() {{`", path.display())]
    NoPlainMain {
        /// The file.
        path: PathBuf,
        /// The line.
        line: &'static str,
    },
    /// A file cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A seed cannot be read.
    #[error("{}, {source}", path.display())]
    Seed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and in which line.
        source: ScriptError,
    },
    /// A parameter of a seed has no value.
    #[error("`:{name}` has no value")]
    NoSeedValue {
        /// The parameter.
        name: String,
    },
    /// A value was given for what no seed asks for.
    #[error("the seed has no `:{name}`")]
    UnknownSeedValue {
        /// The name.
        name: String,
    },
    /// Stdout cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(io::Error),
    /// A question cannot be asked.
    #[error("the question cannot be asked: {0}")]
    Prompt(io::Error),
}

fn dashed(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n- {line}")).collect()
}

/// The message of a run without the path of the file, which is gone.
fn without_folder(error: &RunnerError, prefix: &str) -> String {
    let text = error.to_string();
    let Some((before, path)) = text.split_once(prefix) else { return text };
    let rest = path.split_once(".sql").map_or(path, |(_, rest)| rest);
    format!("{before}its script{rest}")
}

impl CliError {
    /// What to do about it.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            CliError::Project(error) => error.hint(),
            CliError::Environment(error) => error.hint(),
            CliError::Target(error) => error.hint(),
            CliError::Directory(error) => error.hint(),
            CliError::Models(error) => error.hint(),
            CliError::Core(error) => error.hint(),
            CliError::SeveralHeads { .. } => {
                Some("`schema-cli merge heads` joins them; `--head REVISION` picks one".to_owned())
            }
            CliError::NotAHead { .. } => Some("`--splice` builds on it all the same, as a branch".to_owned()),
            CliError::NoDatabases => {
                Some("add `[databases.dev]` with `url = \"sqlite://dev.db\"`".to_owned())
            }
            CliError::NotOnAllDatabases { .. } => Some("leave `--all-databases` out".to_owned()),
            CliError::NothingToRebase => Some("`schema-cli heads` lists the heads".to_owned()),
            CliError::SeparateHistories { .. } => Some(
                "to put one on top of the other all the same: `schema-cli rebase REVISION --onto REVISION`"
                    .to_owned(),
            ),
            CliError::ManyHeads { .. } => {
                Some("say which of them is to move: `schema-cli rebase REVISION --onto REVISION`".to_owned())
            }
            CliError::NotOneRevision { .. } => Some("name it by its id, or the beginning of it".to_owned()),
            CliError::AppliedAlready { revision, below } => {
                let below = below.as_ref().map_or("base", RevisionId::as_str);
                Some(format!(
                    "move the other branch, join the two with `schema-cli merge heads`, or take it back first: \
                     `schema-cli downgrade {revision}@{below}`"
                ))
            }
            CliError::StillApplied { revision, below } => {
                let below = below.as_ref().map_or("base", RevisionId::as_str);
                Some(format!("undo it first: `schema-cli downgrade {revision}@{below}`"))
            }
            CliError::PartlyApplied { .. } => Some(
                "finish it with `schema-cli upgrade`, then undo it with `schema-cli downgrade`".to_owned(),
            ),
            CliError::Rebase(error) => error.hint(),
            CliError::Squash(error) => error.hint(),
            CliError::NoDatabaseToSquash { engine } => Some(format!(
                "add `[databases.NAME]` with a URL of {engine} to schema.toml; the database itself is only read, and scratch databases are made beside it"
            )),
            CliError::InsideSquash { last, .. } => Some(format!(
                "run `schema-cli upgrade {last}` first: once its files are gone, it cannot get on from there"
            )),
            CliError::NothingToEdit { .. } => Some("`schema-cli history` lists the revisions".to_owned()),
            CliError::NoEditor => Some("`EDITOR=vi schema-cli edit …`".to_owned()),
            CliError::EditorNotStarted { .. }
            | CliError::CommandNotStarted { .. }
            | CliError::EditorFailed { .. } => None,
            CliError::RangeWithoutSql { .. } => {
                Some("name the revision to go to alone, or write a script with `--sql`".to_owned())
            }
            CliError::RangeNeeded { to } => Some(format!("`schema-cli downgrade --sql head:{to}`")),
            CliError::Address(error) => error.hint(),
            CliError::NobodyToAsk => Some("`--yes` confirms it".to_owned()),
            CliError::Apply(error) => error.hint(),
            CliError::EnginesDiffer { .. } | CliError::DocumentOfAnotherEngine { .. } => None,
            CliError::NoSide { .. } => Some(
                "a side is a URL, `models`, `migrations`, `empty`, a file of SQL or a folder of them, or a JSON document that `inspect` wrote"
                    .to_owned(),
            ),
            CliError::FileOfDatabase { path } => Some(format!("write `sqlite://{}`", path.display())),
            CliError::NoSqlFiles { .. } => Some("`migrations` stands for the project's revisions".to_owned()),
            CliError::Load { source, .. } => source.hint(),
            CliError::NothingToApplyTo => Some("give the URL of a database first".to_owned()),
            CliError::ObjectsUnplanned { .. } => Some(
                "change them by hand; without `--strict`, the SQL for everything else is written".to_owned(),
            ),
            CliError::RestInTheWay { names, .. } => {
                Some(format!("these differ too and are not planned, change them by hand first: {names}"))
            }
            CliError::AnotherEngine { found, .. } => {
                Some(format!("begin the URL with `{found}://`, so that the scripts are named after it"))
            }
            CliError::NotAtHead { .. } => Some(
                "`schema-cli upgrade` applies them; `--scratch` compares with the replayed history instead"
                    .to_owned(),
            ),
            CliError::NoHead => Some("`schema-cli autogenerate -m \"…\"` writes the first".to_owned()),
            CliError::EngineJoined { .. } => {
                Some("`schema-cli autogenerate --amend` gives a head what it lacks".to_owned())
            }
            CliError::NoReference { engine } => Some(format!(
                "add `[databases.NAME]` with a URL of {engine} to schema.toml, or give `--database-url`"
            )),
            CliError::NotBelow { engine, .. } => Some(format!(
                "upgrade it to the revision before, or use `--scratch`; where {engine} has no script in the revisions below either, \
                 `--add-engine {engine}`"
            )),
            CliError::NothingToMerge { .. } => Some("`schema-cli heads` lists the heads".to_owned()),
            CliError::HistoryTable(_) => None,
            CliError::AlreadyThere { .. } => Some("the project is set up: edit the file".to_owned()),
            CliError::OthersFolder { .. } => Some(
                "`schema-cli init DIR` takes another folder, as in `schema-cli init db/revisions`".to_owned(),
            ),
            CliError::Seed { source, .. } => source.hint(),
            CliError::NoSeedValue { name } => {
                Some(format!("`--set {name}=…`, or `{}=…` in the environment", name.to_uppercase()))
            }
            CliError::UnknownSeedValue { .. } => Some("it is misspelt, or not needed".to_owned()),
            CliError::HasHistory { .. } => Some(
                "a database that has one needs no baseline: `schema-cli models` writes structs for it".to_owned(),
            ),
            CliError::NotUpdated { .. } => Some("nothing was written: edit these by hand, and run it again for the rest".to_owned()),
            CliError::UpdateDiffers { .. } => Some("nothing was written: edit these by hand".to_owned()),
            CliError::BaselineRuns => Some("wait until it has ended: `schema-cli check` tells what came of it".to_owned()),
            CliError::HasRevisions => Some(
                "`schema-cli models` writes structs, `schema-cli autogenerate` the next revision, `schema-cli stamp` says what a database is at"
                    .to_owned(),
            ),
            CliError::Import(error) => error.hint(),
            CliError::ImportIntoItself { .. } => Some(
                "without a schema.toml, `--into DIR` names another folder; in schema.toml, `dir` below `[migrations]` does".to_owned(),
            ),
            CliError::IntoWithProject => Some("leave `--into` out, or change `dir` below `[migrations]` in schema.toml".to_owned()),
            CliError::OtherRevisions { .. } => {
                Some("an import begins a history: name another folder for it, or move away what is there".to_owned())
            }
            CliError::NoLedger { .. } => Some(
                "without `--stamp` the revisions are written alone; `--ledger TABLE` names another table".to_owned(),
            ),
            CliError::LedgerNotFiltered { table } => {
                Some(format!("add `tables = [\"{table}\"]` below `[filters]` in schema.toml"))
            }
            CliError::Ledger(error) => Some(error.hint()),
            CliError::HasOwnHistory { .. } => {
                Some("it was stamped already; `schema-cli current` says where it is".to_owned())
            }
            CliError::Drift { .. } => Some(
                "nothing was written; undo in the database what was done by hand, leave it alone by `[filters]` in schema.toml, or give `--accept-drift`"
                    .to_owned(),
            ),
            CliError::NotReplayed { source, .. } => source.hint(),
            CliError::NothingToBaseline => {
                Some("`schema-cli init` begins a project without a database".to_owned())
            }
            CliError::BaselineUntried { .. } => {
                Some("a scratch database is needed: see `[scratch]` in the book's chapter on configuration".to_owned())
            }
            CliError::BaselineDiffers { .. } => Some(
                "change what the warnings name, or leave it alone by `[filters]` in schema.toml".to_owned(),
            ),
            CliError::LacksCrates { commands, .. } => Some(format!("{commands}, then the same again")),
            CliError::OtherModels { .. } => Some("begin in a package without models".to_owned()),
            CliError::NoModule { root, .. } => Some(format!(
                "`--models {}`, or another name in small letters in that folder",
                root.with_file_name("models.rs").display()
            )),
            CliError::NoPlainMain { line, .. } => Some(format!("write `{line}` as the first line of `main`")),
            CliError::FileIsThere { .. } => Some("move it away first: nothing is overwritten".to_owned()),
            CliError::NotRust(_) | CliError::File { .. } | CliError::Output(_) | CliError::Prompt(_) => None,
        }
    }

    /// The status that the process ends with.
    #[must_use]
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            CliError::Project(_)
            | CliError::Environment(_)
            | CliError::Target(_)
            | CliError::Directory(_)
            | CliError::Models(_)
            | CliError::HistoryTable(_)
            | CliError::SeveralHeads { .. }
            | CliError::NotAHead { .. }
            | CliError::NoHead
            | CliError::EngineJoined { .. }
            | CliError::NoReference { .. }
            | CliError::NothingToMerge { .. }
            | CliError::NoDatabases
            | CliError::NotOnAllDatabases { .. }
            | CliError::NothingToRebase
            | CliError::ManyHeads { .. }
            | CliError::SeparateHistories { .. }
            | CliError::NotOneRevision { .. }
            | CliError::Rebase(_)
            | CliError::NoDatabaseToSquash { .. }
            | CliError::NothingToEdit { .. }
            | CliError::NoEditor
            | CliError::EditorNotStarted { .. }
            | CliError::CommandNotStarted { .. }
            | CliError::EditorFailed { .. }
            | CliError::RangeWithoutSql { .. }
            | CliError::RangeNeeded { .. }
            | CliError::Address(_)
            | CliError::EnginesDiffer { .. }
            | CliError::NoSide { .. }
            | CliError::FileOfDatabase { .. }
            | CliError::DocumentOfAnotherEngine { .. }
            | CliError::NoSqlFiles { .. }
            | CliError::NothingToApplyTo
            | CliError::AnotherEngine { .. }
            | CliError::ObjectsUnplanned { .. }
            | CliError::NobodyToAsk
            | CliError::AlreadyThere { .. }
            | CliError::OthersFolder { .. }
            | CliError::FileIsThere { .. }
            | CliError::HasRevisions
            | CliError::NotRust(_)
            | CliError::Import(_)
            | CliError::ImportIntoItself { .. }
            | CliError::IntoWithProject
            | CliError::OtherRevisions { .. }
            | CliError::LedgerNotFiltered { .. }
            | CliError::NothingToBaseline
            | CliError::BaselineUntried { .. }
            | CliError::LacksCrates { .. }
            | CliError::NoModule { .. }
            | CliError::NoPlainMain { .. }
            | CliError::File { .. }
            | CliError::Seed { .. }
            | CliError::NoSeedValue { .. }
            | CliError::UnknownSeedValue { .. }
            | CliError::Output(_)
            | CliError::Prompt(_) => ExitStatus::Usage,
            CliError::Apply(error) => error.class().into(),
            CliError::Squash(error) => error.class().into(),
            CliError::Load { source, .. } => source.class().into(),
            CliError::NotAtHead { .. }
            | CliError::NotBelow { .. }
            | CliError::BaselineDiffers { .. }
            | CliError::Drift { .. }
            | CliError::NotUpdated { .. }
            | CliError::UpdateDiffers { .. }
            | CliError::OtherModels { .. } => ExitStatus::Differs,
            CliError::NotReplayed { source, .. } => source.class().into(),
            CliError::HasHistory { .. }
            | CliError::NoLedger { .. }
            | CliError::Ledger(_)
            | CliError::HasOwnHistory { .. }
            | CliError::AppliedAlready { .. }
            | CliError::StillApplied { .. }
            | CliError::InsideSquash { .. }
            | CliError::PartlyApplied { .. } => ExitStatus::History,
            CliError::BaselineRuns => ExitStatus::Locked,
            CliError::Core(error) => error.class().into(),
            CliError::RestInTheWay { source, .. } => source.class().into(),
        }
    }
}

impl From<AutogenerateError> for CliError {
    fn from(error: AutogenerateError) -> Self {
        CliError::Core(error.into())
    }
}

impl From<SquashError> for CliError {
    fn from(error: SquashError) -> Self {
        CliError::Squash(Box::new(error))
    }
}

impl From<RenameError> for CliError {
    fn from(error: RenameError) -> Self {
        AutogenerateError::from(error).into()
    }
}

impl From<Unplanned> for CliError {
    fn from(error: Unplanned) -> Self {
        AutogenerateError::from(error).into()
    }
}

impl From<UrlError> for CliError {
    fn from(error: UrlError) -> Self {
        CliError::Core(error.into())
    }
}

impl From<DriverError> for CliError {
    fn from(error: DriverError) -> Self {
        CliError::Core(error.into())
    }
}

impl From<RunnerError> for CliError {
    fn from(error: RunnerError) -> Self {
        CliError::Core(error.into())
    }
}
