-- What a database holds, in the server's own words: object and line. The order of columns is left out, and so is what a partition has from its
-- parent under names that the server gave.
WITH own AS (
    SELECT n.oid, n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), relation AS (
    SELECT c.*, own.nspname || '.' || c.relname AS full_name
    FROM pg_class c JOIN own ON own.oid = c.relnamespace
    WHERE c.relname !~ '^schema_history'
)
SELECT 'schema ' || nspname, coalesce(obj_description(oid, 'pg_namespace'), '') FROM own
UNION ALL
SELECT 'relation ' || full_name,
       concat_ws(' ', relkind, relpersistence, reloptions::text, relrowsecurity, relforcerowsecurity, relreplident, relacl::text,
                 relowner::regrole::text, CASE relkind WHEN 'p' THEN pg_get_partkeydef(oid) END, pg_get_expr(relpartbound, oid),
                 obj_description(oid, 'pg_class'))
FROM relation WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
UNION ALL
SELECT 'relation ' || full_name, 'parent ' || i.inhseqno || ' ' || i.inhparent::regclass
FROM relation JOIN pg_inherits i ON i.inhrelid = relation.oid WHERE relkind IN ('r', 'p')
UNION ALL
SELECT 'relation ' || full_name, 'is ' || pg_get_viewdef(oid) FROM relation WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'column ' || full_name || '.' || a.attname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid),
                 a.attcollation::regcollation, col_description(a.attrelid, a.attnum), a.attislocal OR relkind <> 'r')
FROM relation JOIN pg_attribute a ON a.attrelid = relation.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT 'constraint ' || full_name || '.' || k.conname,
       concat_ws(' ', pg_get_constraintdef(k.oid), k.convalidated, k.connoinherit, obj_description(k.oid, 'pg_constraint'))
FROM relation JOIN pg_constraint k ON k.conrelid = relation.oid AND k.contype <> 't' AND k.conparentid = 0 AND k.conislocal
UNION ALL
SELECT 'index ' || x.full_name,
       concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisreplident, obj_description(i.indexrelid, 'pg_class'))
FROM relation x JOIN pg_index i ON i.indexrelid = x.oid WHERE NOT x.relispartition AND i.indrelid IN (SELECT oid FROM relation)
UNION ALL
SELECT 'sequence ' || full_name,
       concat_ws(' ', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
                 (SELECT d.deptype::text || d.refobjid::regclass::text || a.attname FROM pg_depend d
                  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = relation.oid AND d.deptype IN ('a', 'i')))
FROM relation JOIN pg_sequence s ON s.seqrelid = relation.oid
UNION ALL
SELECT 'type ' || own.nspname || '.' || t.typname,
       concat_ws(' ', t.typtype, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault, obj_description(t.oid, 'pg_type'),
                 (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t JOIN own ON own.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')
UNION ALL
SELECT 'function ' || own.nspname || '.' || p.proname, pg_get_functiondef(p.oid)
FROM pg_proc p JOIN own ON own.oid = p.pronamespace WHERE p.prokind IN ('f', 'p')
UNION ALL
SELECT 'trigger ' || full_name || '.' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, obj_description(t.oid, 'pg_trigger'))
FROM relation JOIN pg_trigger t ON t.tgrelid = relation.oid WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'rule ' || full_name || '.' || r.rulename, pg_get_ruledef(r.oid)
FROM relation JOIN pg_rewrite r ON r.ev_class = relation.oid WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'policy ' || full_name || '.' || p.polname,
       concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
FROM relation JOIN pg_policy p ON p.polrelid = relation.oid
UNION ALL
SELECT 'statistics ' || s.stxname, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s
UNION ALL
SELECT 'extension ' || extname, extversion FROM pg_extension
