SELECT 'extension', nullif(n.nspname, current_schema())::text, x.extname::text,
       'CREATE EXTENSION ' || quote_ident(x.extname)
           || CASE WHEN n.nspname = current_schema() OR n.nspname = 'pg_catalog' THEN '' ELSE ' SCHEMA ' || quote_ident(n.nspname) END,
       NULL::oid[], 'EXTENSION ' || quote_ident(x.extname), NULL::text, NULL::text
FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
WHERE x.extname <> 'plpgsql'
