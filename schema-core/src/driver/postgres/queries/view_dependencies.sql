-- Which tables and views a view reads.
SELECT DISTINCT r.ev_class, nullif(n.nspname, current_schema())::text, c.relname::text
FROM pg_rewrite r
JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
JOIN pg_namespace vn ON vn.oid = v.relnamespace AND vn.nspname !~ '^pg_' AND vn.nspname <> 'information_schema'
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
JOIN pg_class c ON c.oid = d.refobjid AND c.oid <> v.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY 1, 2 NULLS FIRST, 3
