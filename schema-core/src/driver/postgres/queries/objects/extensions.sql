SELECT 'extension', nullif(n.nspname, current_schema())::text, x.extname::text, NULL,
       'CREATE EXTENSION ' || quote_ident(x.extname)
           || CASE WHEN n.nspname = current_schema() OR n.nspname = 'pg_catalog' THEN '' ELSE ' SCHEMA ' || quote_ident(n.nspname) END,
       NULL::oid[], 'EXTENSION ' || quote_ident(x.extname),
       -- Each extension brings a comment of its own.
       nullif(obj_description(x.oid, 'pg_extension'), (SELECT a.comment FROM pg_available_extensions a WHERE a.name = x.extname)), NULL::text
FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
WHERE x.extname <> 'plpgsql'
