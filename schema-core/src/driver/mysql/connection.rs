//! A connection. The `mysql` crate waits for the server in the caller's thread and drives no runtime, so that it may be used and dropped
//! anywhere.

use super::settings::Settings;
use super::{error, literals};
use crate::dialect::mysql::Variant;
use crate::driver::DriverError;
use crate::driver::peer::{self, Attempt};
use mysql::prelude::{FromValue, Queryable as _};
use mysql::{Conn, FromValueError, LocalInfileHandler, Params, Row};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) struct Connection {
    inner: Conn,
    /// Whether the server has asked for a file of this machine since this was last looked at.
    asked_for_file: Arc<AtomicBool>,
    /// Which of the two servers it is, once that is known.
    variant: Option<Variant>,
    /// What goes with the next statement.
    deferred: Vec<String>,
}

impl Connection {
    /// Opens a connection, in the first of the ways to encrypt that the server takes.
    pub(super) fn open(settings: &Settings) -> Result<Self, DriverError> {
        let mut last = None;
        for encryption in &settings.attempts {
            let options = settings.options(encryption.clone());
            let attempt = peer::within(settings.connect_timeout, move || Conn::new(options));
            let no_thread = |error: io::Error| DriverError::Open {
                database: settings.shown.clone(),
                message: error.to_string(),
            };
            match attempt.map_err(no_thread)? {
                Attempt::TooLong(limit) => {
                    return Err(DriverError::NoAnswer {
                        database: settings.shown.clone(),
                        limit,
                        parameter: "connect-timeout",
                    });
                }
                Attempt::Ended(Ok(mut inner)) => {
                    let asked_for_file = Arc::new(AtomicBool::new(false));
                    let asked = Arc::clone(&asked_for_file);
                    // It gets an empty one, because an error here would leave the two out of step.
                    inner.set_local_infile_handler(Some(LocalInfileHandler::new(move |_, _| {
                        asked.store(true, Ordering::Relaxed);
                        Ok(())
                    })));
                    return Ok(Connection { inner, asked_for_file, variant: None, deferred: Vec::new() });
                }
                Attempt::Ended(Err(error)) => {
                    // Who is not let in encrypted is not let in at all, and what is not there is not there.
                    let is_final = matches!(error, mysql::Error::MySqlError(_))
                        || matches!(
                            error,
                            mysql::Error::DriverError(
                                mysql::DriverError::CouldNotConnect(_) | mysql::DriverError::ConnectTimeout
                            )
                        );
                    last = Some(error);
                    if is_final {
                        break;
                    }
                }
            }
        }
        let message = last.map(|error| error::message(&error)).unwrap_or_default();
        Err(DriverError::Open { database: settings.shown.clone(), message })
    }

    /// What the server calls this session.
    pub(super) fn session(&self) -> u32 {
        self.inner.connection_id()
    }

    /// Has a statement go with whatever comes next, which saves waiting for the server an extra time.
    pub(super) fn defer(&mut self, statement: String) {
        self.deferred.push(statement);
    }

    /// The statements that nothing has come after, which will not be run.
    pub(super) fn take_deferred(&mut self) -> Vec<String> {
        std::mem::take(&mut self.deferred)
    }

    /// The connection, once it has run what was deferred.
    pub(super) fn ready(&mut self) -> Result<&mut Conn, mysql::Error> {
        let deferred = self.take_deferred();
        if !deferred.is_empty() {
            self.run_list(&deferred).map_err(|(_, error)| error)?;
        }
        Ok(&mut self.inner)
    }

    /// Runs statements, and drops their rows; those after one that fails are not run. What was deferred goes by itself, so that an error is theirs.
    pub(super) fn run(&mut self, statement: &str) -> Result<(), mysql::Error> {
        self.ready()?;
        self.answers(statement, |_, _| ()).map_err(|(_, error)| error)
    }

    /// Runs statements in one round trip, and drops their rows; those after one that fails are not run, whose place is given with its error.
    pub(super) fn run_list(&mut self, statements: &[String]) -> Result<(), (usize, mysql::Error)> {
        self.answers(&statements.join(";"), |_, _| ())
    }

    /// Runs statements in one round trip, and hands on each row with the place of its statement, which is given with an error too.
    fn answers(
        &mut self,
        statements: &str,
        mut take: impl FnMut(usize, Row),
    ) -> Result<(), (usize, mysql::Error)> {
        let mut answers = self.inner.query_iter(statements).map_err(|error| (0, error))?;
        let mut place = 0;
        // An error may come after rows, or after other answers.
        while let Some(rows) = answers.iter() {
            for row in rows {
                take(place, row.map_err(|error| (place, error))?);
            }
            place += 1;
        }
        Ok(())
    }

    /// Whether a backslash escapes what stands behind it in a text, as the server told with its last answer.
    pub(super) fn escapes_by_backslash(&self) -> bool {
        !self.inner.no_backslash_escape()
    }

    /// Whether the last statement read a file of this machine, as LOAD DATA LOCAL does.
    pub(super) fn asked_for_file(&self) -> bool {
        self.asked_for_file.swap(false, Ordering::Relaxed)
    }

    /// The rows of one statement; parameters are `?`, or `:name` for named ones.
    pub(super) fn rows(
        &mut self,
        statement: &str,
        parameters: impl Into<Params>,
    ) -> Result<Vec<Row>, DriverError> {
        let connection = self.ready()?;
        let statement = connection.prep(statement)?;
        let rows = connection.exec(&statement, parameters);
        connection.close(statement)?;
        Ok(rows?)
    }

    /// The rows of one statement without parameters, in one round trip; numbers come as text too.
    pub(super) fn all(&mut self, statement: &str) -> Result<Vec<Row>, DriverError> {
        Ok(self.ready()?.query(statement)?)
    }

    /// All columns of what a SHOW CREATE shows; none where it fails with one of these errors.
    pub(super) fn definition(
        &mut self,
        statement: &str,
        missing: &[u16],
    ) -> Result<Option<String>, DriverError> {
        let mut statements = self.take_deferred();
        let own = statements.len();
        statements.push(statement.to_owned());
        let mut shown = None;
        let told = self.answers(&statements.join(";"), |place, row| {
            if place == own {
                shown.get_or_insert(row);
            }
        });
        match told {
            Ok(()) => Ok(shown.map(|row| {
                let columns =
                    (0..row.len()).filter_map(|column| get::<Option<String>>(&row, column).ok().flatten());
                columns.collect::<Vec<_>>().join("\n")
            })),
            Err((place, mysql::Error::MySqlError(error)))
                if place == own && missing.contains(&error.code) =>
            {
                Ok(None)
            }
            Err((_, error)) => Err(error.into()),
        }
    }

    /// The first row.
    pub(super) fn row(
        &mut self,
        statement: &str,
        parameters: impl Into<Params>,
    ) -> Result<Option<Row>, DriverError> {
        Ok(self.rows(statement, parameters)?.into_iter().next())
    }
}

/// Whether the texts of a client with this character set are other bytes than in `utf8mb4`.
pub(super) fn is_other_client(charset: &str) -> bool {
    !["utf8", "utf8mb3", "utf8mb4"].contains(&charset)
}

/// What stands for bytes that are no text: a character that no text of SHOW CREATE has, which writes it as `\0`.
pub(super) const NO_TEXT: char = '\0';

impl Connection {
    /// What SHOW CREATE says of each (`` TABLE `t` ``) in that column of its answer, in the same order; none where that is no UTF-8, as with literals of other
    /// character sets. Of a table, what is no UTF-8 becomes [`NO_TEXT`], so that the rest of it can be read.
    ///
    /// The bytes come as they are: the server takes its own texts for `utf8mb3`, and would put `?` for what that does not hold.
    pub(super) fn show_create(
        &mut self,
        objects: &[(String, usize)],
    ) -> Result<Vec<Option<String>>, DriverError> {
        self.shown(objects, "NULL")
    }

    /// The same of views, triggers, routines and events that were created by [clients](is_other_client) with other character sets, in which their bytes are:
    /// the server converts them.
    pub(super) fn show_create_converted(
        &mut self,
        objects: &[(String, usize)],
    ) -> Result<Vec<Option<String>>, DriverError> {
        self.shown(objects, "utf8mb4")
    }

    fn shown(
        &mut self,
        objects: &[(String, usize)],
        results: &str,
    ) -> Result<Vec<Option<String>>, DriverError> {
        /// How many objects are asked for in one round trip.
        const CHUNK: usize = 200;
        let mut texts = Vec::with_capacity(objects.len());
        for chunk in objects.chunks(CHUNK) {
            let statements: Vec<String> =
                chunk.iter().map(|(object, _)| format!("SHOW CREATE {object}")).collect();
            let set = format!("SET character_set_results = {results}");
            let answers = self.ready()?.query_iter(format!("{set};{}", statements.join(";")));
            // Whether it is a table, and the bytes.
            let mut shown: Vec<(bool, Option<Vec<u8>>)> = Vec::with_capacity(chunk.len());
            let read = answers.map_err(DriverError::from).and_then(|mut answers| {
                // The first answer is that to SET.
                answers.iter();
                let mut asked = chunk.iter();
                while let Some(rows) = answers.iter() {
                    let (object, column) =
                        asked.next().map_or(("", 1), |(object, column)| (object.as_str(), *column));
                    let mut text = None;
                    for row in rows {
                        text = get::<Option<Vec<u8>>>(&row?, column)?;
                    }
                    shown.push((object.starts_with("TABLE "), text));
                }
                Ok(())
            });
            let restored = self.run("SET character_set_results = utf8mb4");
            read?;
            restored?;
            if self.variant == Some(Variant::Mysql) {
                let tables = shown.iter_mut().filter(|(is_table, _)| *is_table);
                literals::convert(self, tables.filter_map(|(_, text)| text.as_mut()).collect())?;
            }
            texts.extend(shown.into_iter().map(|(is_table, text)| match String::from_utf8(text?) {
                Ok(text) => Some(text),
                Err(error) if is_table => Some(readable(error.as_bytes())),
                Err(_) => None,
            }));
        }
        Ok(texts)
    }

    /// Which of the two servers it is.
    pub(super) fn is_to(&mut self, variant: Variant) {
        self.variant = Some(variant);
    }
}

impl Connection {
    pub(super) fn into_inner(self) -> Conn {
        self.inner
    }
}

/// The text with [`NO_TEXT`] in the place of each piece that is none.
fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(NO_TEXT);
        }
    }
    text
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// A value of a row.
pub(super) fn get<T: FromValue>(row: &Row, column: usize) -> Result<T, DriverError> {
    let wrong = |reason: String| DriverError::Refused {
        message: format!("the server's answer cannot be read: column {column}: {reason}"),
    };
    match row.get_opt(column) {
        Some(Ok(value)) => Ok(value),
        Some(Err(FromValueError(value))) => Err(wrong(format!("{value:?} is of another type"))),
        None => Err(wrong("it is missing".to_owned())),
    }
}
