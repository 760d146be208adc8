-- The defaults of a view's columns, as statements.
SELECT c.oid, format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s',
                     CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname), a.attname,
                     pg_get_expr(f.adbin, f.adrelid))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
WHERE c.relkind = 'v'
ORDER BY c.oid, a.attnum
