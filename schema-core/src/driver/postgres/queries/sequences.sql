-- The sequences that belong to columns: those of identities ('i') and of serials ('a').
SELECT
    d.refobjid,
    d.refobjsubid::int2,
    d.deptype,
    nullif(n.nspname, current_schema())::text,
    c.relname::text,
    format_type(s.seqtypid, NULL),
    s.seqstart,
    s.seqincrement,
    s.seqmin,
    s.seqmax,
    s.seqcache,
    s.seqcycle,
    obj_description(c.oid, 'pg_class')
FROM pg_depend d
JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
