-- What is read without being understood: kind, schema, name, where the name is unique, the statement that creates it, what it depends on, what statements call it, its comment,
-- and statements that restore the rest; of a composite type its attributes.
WITH own AS (
    SELECT n.oid, nullif(n.nspname, current_schema())::text AS name,
           CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END AS prefix
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), naming AS (
    -- A type that has the name of a built-in one is found only with its schema.
    SELECT t.oid, CASE WHEN EXISTS (SELECT FROM pg_type b WHERE b.typnamespace = 'pg_catalog'::regnamespace AND b.typname = t.typname)
                       THEN quote_ident(n.nspname) || '.' ELSE own.prefix END AS prefix
    FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN pg_namespace n ON n.oid = t.typnamespace
), member AS (
    SELECT e.classid, e.objid FROM pg_depend e WHERE e.deptype = 'e'
), absent AS (
    -- Compression came with PostgreSQL 14: a name that the innermost table does not have is looked for further out.
    SELECT ''::"char" AS attcompression
), attribute AS NOT MATERIALIZED (
    SELECT known.* FROM absent CROSS JOIN LATERAL (
        SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.attlen, a.attstorage, a.attstattarget, a.attoptions, attcompression::text AS compression,
               CASE WHEN a.attoptions IS NULL THEN '{}' ELSE ARRAY(SELECT o FROM unnest(a.attoptions) AS o WHERE NOT starts_with(o, 'pg_attver=')) END AS options
        FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped
    ) AS known
), relation AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions, c.relispopulated, c.relpersistence, own.name AS schema, own.prefix || quote_ident(c.relname) AS quoted
    FROM pg_class c JOIN own ON own.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
      AND NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_class'::regclass AND objid = c.oid)
)
-- The types of what the other files select.
SELECT NULL::text, NULL::text, NULL::text, NULL::text[], NULL::text, NULL::oid[], NULL::text, NULL::text, NULL::text WHERE false
