//! What the database at hand has on objects that a script drops and recreates, and no script says: owner, grants, comments, settings.
//!
//! The SQL here runs in the transaction of the script, in the runner as in a shell: [`take`] before the script's statements and [`give_back`] after them.
//! Between the two, a setting of the session holds what was taken. [`fingerprints`] tell what a script has to know of an object to recreate it.

mod branches;

use super::block::with_variables;
use super::expression::identifier;
use super::quote_text;
use crate::model::Engine;
use crate::sql::{ObjectName, Recreated, RecreatedKind, Token, TokenKind, tokenize};

/// What one needs of a role to do something as that role.
const ACT: &str =
    "CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END";

/// The setting that holds what was taken.
const TAKEN: &str = "schema.taken";

const FOUND: &str = include_str!("found.sql");
const STATE: &str = include_str!("state.sql");
const FINGERPRINT: &str = include_str!("fingerprint.sql");

/// The block that takes what the objects have before these statements recreate them.
#[must_use]
pub fn take<'a>(objects: impl IntoIterator<Item = &'a Recreated>, statements: &[&str]) -> String {
    let objects: Vec<&Recreated> = objects.into_iter().collect();
    let wanted = wanted(&objects, "first_schema", statements);
    let (found, state) = (about(&objects, FOUND), about(&objects, STATE));
    with_pinned_path(&format!(
        "PERFORM set_config('{TAKEN}', (\n\
         WITH wanted AS ({wanted}), {found}, state AS (\nWITH {state})\n\
         SELECT coalesce(jsonb_agg(jsonb_build_object(\n\
         \x20   'kind', f.kind, 'schema', f.schema, 'called', w.called, 'called_parent', w.called_parent,\n\
         \x20   'identity', f.identity, 'facts', s.facts, 'parts', s.parts)), '[]')::text\n\
         FROM found f JOIN wanted w ON w.n = f.n JOIN state s ON s.n = f.n\n\
         ), false);\n\
         SELECT fact.grantor, fact.sql INTO as_role, statement\n\
         FROM jsonb_array_elements(current_setting('{TAKEN}')::jsonb) AS object, jsonb_to_recordset(object -> 'facts') AS fact (grantor text, sql text)\n\
         WHERE fact.grantor IS NOT NULL AND NOT pg_has_role(session_user, fact.grantor, {ACT})\n\
         ORDER BY fact.sql LIMIT 1;\n\
         IF as_role IS NOT NULL THEN\n\
         \x20   RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',\n\
         \x20       MESSAGE = format('what %I has granted could not be given back, because %I cannot act as %I: `%s`', as_role, session_user, as_role, statement),\n\
         \x20       HINT = format('run `GRANT %I TO %I` first, or revoke what %I has granted', as_role, session_user, as_role);\n\
         END IF;"
    ))
}

/// The block that gives back what was taken from these objects to those that were recreated.
#[must_use]
pub fn give_back<'a>(objects: impl IntoIterator<Item = &'a Recreated>) -> String {
    let objects: Vec<&Recreated> = objects.into_iter().collect();
    let (found, state) = (about(&objects, FOUND), about(&objects, STATE));
    with_pinned_path(&format!(
        "taken := nullif(current_setting('{TAKEN}', true), '')::jsonb;\n\
         IF taken IS NULL THEN\n\
         \x20   RAISE EXCEPTION USING MESSAGE = 'what recreated objects had is forgotten, because the script resets the session';\n\
         END IF;\n\
         PERFORM set_config('{TAKEN}', '', false);\n\
         FOR lost, statement, as_role IN\n\
         WITH taken AS (\n\
         \x20   SELECT t.n, o.* FROM jsonb_array_elements(taken) WITH ORDINALITY AS t (object, n), jsonb_to_record(t.object)\n\
         \x20       AS o (kind text, schema text, called text, called_parent text, identity text, facts jsonb, parts jsonb)\n\
         ), wanted AS (\n\
         \x20   SELECT n, kind, schema, called AS name, called_parent AS parent, called, called_parent, false AS commented FROM taken\n\
         ), {found}, state AS (\nWITH {state}), recreated AS (\n\
         \x20   SELECT t.n, t.facts AS before, t.parts AS parts_before, s.facts AS after, s.parts FROM taken t JOIN state s ON s.n = t.n\n\
         \x20   WHERE t.identity <> s.identity OR t.kind = 'column'\n\
         ), todo (place, statement, grantor) AS (\n\
         \x20   SELECT -1, fact.undo, NULL FROM recreated r, jsonb_to_recordset(r.after) AS fact (sql text, undo text)\n\
         \x20   WHERE fact.undo IS NOT NULL AND NOT r.before @> jsonb_build_array(jsonb_build_object('sql', fact.sql))\n\
         \x20   UNION ALL\n\
         \x20   SELECT fact.place, fact.sql, fact.grantor FROM recreated r, jsonb_to_recordset(r.before) AS fact (place int, sql text, part text, subject text, grantor text)\n\
         \x20   WHERE NOT r.after @> jsonb_build_array(jsonb_build_object('sql', fact.sql, 'grantor', fact.grantor))\n\
         \x20     AND (fact.part IS NULL OR r.parts @> to_jsonb(fact.part))\n\
         \x20     AND (fact.subject IS NULL OR NOT r.after @> jsonb_build_array(jsonb_build_object('subject', fact.subject, 'part', fact.part)))\n\
         )\n\
         SELECT concat_ws(' ', t.kind, quote_ident(t.called), 'on ' || quote_ident(t.called_parent)), NULL, NULL, -2 FROM taken t\n\
         WHERE NOT EXISTS (SELECT FROM state s WHERE s.n = t.n)\n\
         UNION ALL\n\
         SELECT NULL, todo.statement, todo.grantor, todo.place FROM todo\n\
         ORDER BY 4, 2\n\
         LOOP\n\
         \x20   IF lost IS NOT NULL THEN\n\
         \x20       RAISE EXCEPTION USING MESSAGE = format('the %s was dropped, and not recreated in the same transaction', lost);\n\
         \x20   END IF;\n\
         \x20   BEGIN\n\
         \x20       IF as_role IS NOT NULL THEN\n\
         \x20           PERFORM set_config('role', as_role, true);\n\
         \x20       END IF;\n\
         \x20       EXECUTE statement;\n\
         \x20       PERFORM set_config('role', own_role, true);\n\
         \x20   EXCEPTION WHEN OTHERS THEN\n\
         \x20       RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = format('%s, in `%s`', SQLERRM, statement);\n\
         \x20   END;\n\
         END LOOP;"
    ))
}

/// The query for the fingerprints of objects by their names before a script: their numbers from 0, and the fingerprints. Those that do not exist are left out.
#[must_use]
pub fn fingerprints<'a>(objects: impl IntoIterator<Item = &'a Recreated>) -> String {
    let objects: Vec<&Recreated> = objects.into_iter().collect();
    let wanted = wanted(&objects, "current_schema()", &[]);
    format!("WITH wanted AS ({wanted}), {}, {}", about(&objects, FOUND), about(&objects, FINGERPRINT))
}

/// The query without what it says of other kinds of objects than these.
fn about(objects: &[&Recreated], sql: &str) -> String {
    let kinds: Vec<RecreatedKind> = objects.iter().map(|object| object.kind).collect();
    branches::about(&kinds, sql)
}

/// A condition that holds where an object is what a script was written for; none where that is not known.
#[must_use]
pub fn is_expected(object: &Recreated) -> Option<String> {
    let hash = object.hash.as_ref()?;
    let query = fingerprints([object]);
    Some(format!("coalesce((SELECT fingerprint FROM ({query}) AS found), '') = {}", quote_text(hash)))
}

/// The objects as a table, with whether the statements say the comment of one.
fn wanted(objects: &[&Recreated], first_schema: &str, statements: &[&str]) -> String {
    let text = |name: Option<&str>| name.map_or_else(|| "NULL".to_owned(), in_one_line);
    let row = |(number, object): (usize, &&Recreated)| {
        let Recreated { kind, before, after, hash: _ } = object;
        let ObjectName { schema, parent, name } = before;
        // What is recreated stays in its schema.
        let ObjectName { schema: _, parent: called_parent, name: called } = after;
        let schema = schema.as_deref().map_or_else(|| first_schema.to_owned(), in_one_line);
        format!(
            "({number}, {}, {schema}, {}, {}, {}, {}, {})",
            quote_text(kind.words()),
            in_one_line(name),
            text(parent.as_deref()),
            in_one_line(called),
            text(called_parent.as_deref()),
            statements.iter().any(|statement| comments_on(statement, object))
        )
    };
    let rows: Vec<String> = objects.iter().enumerate().map(row).collect();
    format!(
        "SELECT n, kind::text, schema::text, name::text, parent::text, called::text, called_parent::text, commented\n\
         FROM (VALUES {}) AS object (n, kind, schema, name, parent, called, called_parent, commented)",
        rows.join(", ")
    )
}

/// Whether the statement says the comment of the object.
fn comments_on(statement: &str, object: &Recreated) -> bool {
    let tokens: Vec<Token> =
        tokenize(statement, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    let mut words = tokens.iter().map(|token| token.text(statement));
    let mut follows = |word: &str| words.next().is_some_and(|text| text.eq_ignore_ascii_case(word));
    if !["COMMENT", "ON"].into_iter().all(&mut follows) {
        return false;
    }
    if object.kind == RecreatedKind::Function {
        let kind = words.next().unwrap_or_default();
        let routines = ["FUNCTION", "PROCEDURE", "AGGREGATE", "ROUTINE"];
        let name = tokens.iter().take_while(|token| token.text(statement) != "(").last();
        let name = name.and_then(|token| identifier(token, statement));
        return routines.iter().any(|routine| kind.eq_ignore_ascii_case(routine))
            && name.is_some_and(|name| object.before.name.split('(').next() == Some(name.as_str()));
    }
    // Statements call a type that is a domain by that word.
    let is_kind = if object.kind == RecreatedKind::Type {
        words.next().is_some_and(|word| ["TYPE", "DOMAIN"].iter().any(|kind| word.eq_ignore_ascii_case(kind)))
    } else {
        object.kind.words().split(' ').all(&mut follows)
    };
    if !is_kind {
        return false;
    }
    // What is on a table has its name before the table's.
    let on =
        |token: &&Token| token.kind == TokenKind::Word && token.text(statement).eq_ignore_ascii_case("ON");
    let is_end = |token: &&Token| {
        let text = token.text(statement);
        token.kind == TokenKind::Word && text.eq_ignore_ascii_case("IS")
            || object.before.parent.is_some() && on(token)
    };
    let name = tokens.iter().skip(2).take_while(|token| !is_end(token)).last();
    let name = name.and_then(|token| identifier(token, statement));
    name.is_some_and(|name| name == object.before.name || name == object.after.name)
}

/// A text as a SQL string that can be indented.
fn in_one_line(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return quote_text(text);
    }
    let escaped = text.replace('\\', "\\\\").replace('\'', "''").replace('\n', "\\n").replace('\r', "\\r");
    format!("E'{escaped}'")
}

/// A block in which all names are written in full, whatever the search path of the session is.
fn with_pinned_path(body: &str) -> String {
    with_variables(
        &[
            "first_schema text := current_schema()",
            "path text := current_setting('search_path')",
            "own_role text := current_setting('role')",
            "taken jsonb",
            "as_role text",
            "lost text",
            "statement text",
        ],
        &format!(
            "PERFORM set_config('search_path', 'pg_catalog', true);\n{body}\nPERFORM set_config('search_path', path, true);"
        ),
    )
}
