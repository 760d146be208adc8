-- Everything that a database holds, as lines of text: kind, object, line. Written against the catalogue's documentation and pg_dump's output, not
-- against what the project reads, so that it can tell when that misses something. `search_path` is empty, so every name is in full.
--
-- What a database is made with has numbers below 16384: saying so keeps the server from looking through thousands of functions and their comments.
WITH
spaces AS (
    SELECT n.oid, n.nspname FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
),
members AS (
    SELECT d.classid, d.objid FROM pg_depend d WHERE d.deptype = 'e'
),
relations AS (
    SELECT c.*, c.oid::regclass::text AS full_name,
           CASE WHEN c.relkind IN ('r', 'p') THEN 'table'
                WHEN c.relkind = 'v' THEN 'view'
                WHEN c.relkind = 'm' THEN 'materialized view'
                WHEN c.relkind = 'f' THEN 'foreign table'
                WHEN c.relkind = 'c' THEN 'composite type'
                -- A sequence that belongs to a column and numbers it is a part of its table.
                WHEN c.relkind = 'S' AND numbered.adrelid IS NOT NULL THEN 'table'
                WHEN c.relkind = 'S' AND owned.deptype = 'i' THEN 'table'
                WHEN c.relkind = 'S' THEN 'sequence' END AS kind,
           owned.refobjid AS owner_table, owned.refobjsubid AS owner_column, owned.deptype AS ownership
    FROM pg_class c
    JOIN spaces ON spaces.oid = c.relnamespace
    LEFT JOIN pg_depend owned ON c.relkind = 'S' AND owned.classid = 'pg_class'::regclass AND owned.objid = c.oid
        AND owned.refclassid = 'pg_class'::regclass AND owned.refobjsubid > 0 AND owned.deptype IN ('a', 'i')
    LEFT JOIN pg_attrdef numbered ON numbered.adrelid = owned.refobjid AND numbered.adnum = owned.refobjsubid
        AND pg_get_expr(numbered.adbin, numbered.adrelid) = format('nextval(%L::regclass)', c.oid::regclass)
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S') AND c.relpersistence <> 't'
      AND NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
routines AS (
    SELECT p.*, p.oid::regprocedure::text AS full_name FROM pg_proc p JOIN spaces ON spaces.oid = p.pronamespace
    WHERE p.oid >= 16384
      AND NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
),
types AS (
    SELECT t.*, t.oid::regtype::text AS full_name,
           CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'other' END AS kind
    FROM pg_type t JOIN spaces ON spaces.oid = t.typnamespace
    WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'r', 'b') AND t.typelem = 0
      AND NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
),
-- What all sequences have in common.
sequences AS (
    SELECT r.oid, concat_ws(' ', 'sequence', r.full_name, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                            s.seqcycle, r.relpersistence) AS line
    FROM relations r JOIN pg_sequence s ON s.seqrelid = r.oid
),
privileges AS (
    SELECT 'schema ' || n.nspname AS object, n.nspacl AS acl, acldefault('n', n.nspowner) AS usual
    FROM pg_namespace n JOIN spaces ON spaces.oid = n.oid WHERE n.nspname <> 'public'
    UNION ALL
    -- The usual rights on `public` are others than those on other schemas, and not the same in all versions.
    SELECT 'schema public', n.nspacl,
           CASE WHEN current_setting('server_version_num')::int >= 150000
                THEN ARRAY[format('%1$s=UC/%1$s', n.nspowner::regrole), format('=U/%s', n.nspowner::regrole)]::aclitem[]
                ELSE ARRAY[format('%1$s=UC/%1$s', n.nspowner::regrole), format('=UC/%s', n.nspowner::regrole)]::aclitem[] END
    FROM pg_namespace n WHERE n.nspname = 'public'
    UNION ALL
    SELECT r.kind || ' ' || r.full_name, r.relacl, acldefault((CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", r.relowner)
    FROM relations r WHERE r.relkind <> 'c'
    UNION ALL
    SELECT r.kind || ' ' || r.full_name || ' column ' || a.attname, a.attacl, NULL
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'function ' || p.full_name, p.proacl, acldefault('f', p.proowner) FROM routines p
    UNION ALL
    SELECT t.kind || ' ' || t.full_name, t.typacl, acldefault('T', t.typowner) FROM types t
),
rights AS (
    SELECT object, '+' AS sign, a.* FROM privileges, aclexplode(acl) AS a WHERE acl IS NOT NULL
    EXCEPT ALL
    SELECT object, '+', a.* FROM privileges, aclexplode(usual) AS a WHERE acl IS NOT NULL
),
lost_rights AS (
    SELECT object, '-' AS sign, a.* FROM privileges, aclexplode(usual) AS a WHERE acl IS NOT NULL
    EXCEPT ALL
    SELECT object, '-', a.* FROM privileges, aclexplode(acl) AS a WHERE acl IS NOT NULL
),
owners AS (
    SELECT 'schema ' || n.nspname AS object, n.nspowner AS owner FROM pg_namespace n JOIN spaces ON spaces.oid = n.oid WHERE n.nspname <> 'public'
    UNION ALL
    SELECT r.kind || ' ' || r.full_name, r.relowner FROM relations r
    UNION ALL
    SELECT 'function ' || p.full_name, p.proowner FROM routines p
    UNION ALL
    SELECT t.kind || ' ' || t.full_name, t.typowner FROM types t
)

SELECT 'schema' AS kind, n.nspname::text AS object, concat_ws(' ', 'schema', obj_description(n.oid, 'pg_namespace')) AS line
FROM pg_namespace n JOIN spaces ON spaces.oid = n.oid

UNION ALL
SELECT 'extension', x.extname::text, concat_ws(' ', 'in', x.extnamespace::regnamespace, x.extversion)
FROM pg_extension x

UNION ALL
SELECT r.kind, r.full_name,
       concat_ws(' ', 'relation', r.relkind, r.relpersistence, am.amname, 'options', (SELECT array_agg(o ORDER BY o) FROM unnest(r.reloptions) AS o),
                 (SELECT array_agg(o ORDER BY o) FROM pg_class toast, unnest(toast.reloptions) AS o WHERE toast.oid = r.reltoastrelid),
                 'security', r.relrowsecurity, r.relforcerowsecurity, 'identity', r.relreplident,
                 'partitioned', pg_get_partkeydef(r.oid), 'bound', pg_get_expr(r.relpartbound, r.oid),
                 'of', nullif(r.reloftype, 0)::regtype, 'tablespace', nullif(r.reltablespace, 0), 'populated', r.relispopulated)
FROM relations r LEFT JOIN pg_am am ON am.oid = r.relam
WHERE r.relkind <> 'S'
UNION ALL
SELECT r.kind, r.full_name, 'comment ' || d.description
FROM relations r JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = r.oid AND d.objoid >= 16384 AND d.objsubid = 0
WHERE r.relkind <> 'S'
UNION ALL
SELECT r.kind, r.full_name, 'definition ' || pg_get_viewdef(r.oid)
FROM relations r WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT r.kind, r.full_name, concat_ws(' ', 'inherits', i.inhseqno, i.inhparent::regclass, i.inhdetachpending)
FROM relations r JOIN pg_inherits i ON i.inhrelid = r.oid
WHERE r.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT r.kind, r.full_name,
       concat_ws(' ', 'column', a.attname,
                 -- The order of columns counts only where a query or a row shows it.
                 CASE WHEN r.relkind IN ('v', 'm', 'c') THEN (SELECT count(*) FROM pg_attribute b
                     WHERE b.attrelid = a.attrelid AND b.attnum BETWEEN 1 AND a.attnum AND NOT b.attisdropped) END,
                 format_type(a.atttypid, a.atttypmod), 'collation', nullif(a.attcollation, t.typcollation)::regcollation,
                 CASE WHEN a.attnotnull THEN 'not null' END, 'identity', nullif(a.attidentity, ''), 'generated', nullif(a.attgenerated, ''),
                 'default', pg_get_expr(f.adbin, f.adrelid), 'statistics', nullif(a.attstattarget, -1), 'storage', nullif(a.attstorage, t.typstorage),
                 'compression', nullif(a.attcompression, ''), 'options',
                 -- `pg_attver` is the server's own mark of a column, since the security releases of November 2026.
                 (SELECT array_agg(o ORDER BY o) FROM unnest(a.attoptions) AS o WHERE NOT starts_with(o, 'pg_attver=')), a.attislocal, a.attinhcount,
                 'comment', col_description(a.attrelid, a.attnum))
FROM relations r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
WHERE r.relkind <> 'S'

UNION ALL
SELECT 'table', r.full_name,
       -- NOT NULL is the column's; that it is a constraint with a name too is new in version 18.
       concat_ws(' ', 'constraint', CASE WHEN k.contype <> 'n' THEN k.conname END, pg_get_constraintdef(k.oid),
                 CASE WHEN k.contype <> 'n' THEN concat_ws(' ', k.conislocal, k.coninhcount, k.conparentid <> 0) END,
                 'index', (SELECT array_agg(o ORDER BY o) FROM unnest(x.reloptions) AS o), x.reltablespace, i.indisclustered, i.indisreplident,
                 'comment', obj_description(k.oid, 'pg_constraint'))
FROM relations r
JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype <> 't'
LEFT JOIN pg_class x ON x.oid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_index i ON i.indexrelid = x.oid
UNION ALL
SELECT r.kind, r.full_name,
       concat_ws(' ', 'index',
                 -- The order of storage parameters means nothing.
                 replace(pg_get_indexdef(i.indexrelid), coalesce(' WITH ('
                     || (SELECT string_agg(split_part(o, '=', 1) || '=' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(x.reloptions) AS o)
                     || ')', ''), ''),
                 (SELECT array_agg(o ORDER BY o) FROM unnest(x.reloptions) AS o),
                 i.indisvalid, i.indisclustered, i.indisreplident, 'attached to', h.inhparent::regclass,
                 'statistics', (SELECT array_agg(a.attnum::text || '=' || a.attstattarget ORDER BY a.attnum) FROM pg_attribute a
                                WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0),
                 'tablespace', nullif(x.reltablespace, 0), 'comment', obj_description(i.indexrelid, 'pg_class'))
FROM relations r
JOIN pg_index i ON i.indrelid = r.oid
JOIN pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
UNION ALL
SELECT r.kind, CASE r.kind WHEN 'table' THEN r.owner_table::regclass::text ELSE r.full_name END,
       concat_ws(' ', s.line, r.ownership, CASE r.kind WHEN 'sequence' THEN r.owner_table::regclass END, 'owned by', a.attname, 'comment', obj_description(r.oid, 'pg_class'))
FROM sequences s
JOIN relations r ON r.oid = s.oid
JOIN pg_attribute a ON a.attrelid = r.owner_table AND a.attnum = r.owner_column
UNION ALL
SELECT 'sequence', r.full_name, concat_ws(' ', s.line, 'comment', obj_description(r.oid, 'pg_class'))
FROM sequences s JOIN relations r ON r.oid = s.oid
WHERE r.owner_table IS NULL

UNION ALL
SELECT 'trigger', concat_ws(' on ', t.tgname, r.full_name),
       concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, 'comment', obj_description(t.oid, 'pg_trigger'))
FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'trigger', t.evtname::text, concat_ws(' ', t.evtevent, t.evtfoid::regprocedure, t.evtenabled, t.evttags)
FROM pg_event_trigger t
UNION ALL
SELECT 'rule', concat_ws(' on ', w.rulename, r.full_name),
       concat_ws(' ', pg_get_ruledef(w.oid), w.ev_enabled, 'comment', obj_description(w.oid, 'pg_rewrite'))
FROM relations r JOIN pg_rewrite w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', concat_ws(' on ', p.polname, r.full_name),
       concat_ws(' ', p.polcmd, p.polpermissive, (SELECT array_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE role::regrole::text END ORDER BY role) FROM unnest(p.polroles) AS role),
                 'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid),
                 'comment', obj_description(p.oid, 'pg_policy'))
FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT 'statistics', s.stxnamespace::regnamespace || '.' || s.stxname,
       -- Its columns stand in the order in which the table has them, which means nothing.
       concat_ws(' ', replace(pg_get_statisticsobjdef(s.oid), ' ON ' || named.by_place, ' ON ' || named.by_name), nullif(s.stxstattarget, -1),
                 'comment', obj_description(s.oid, 'pg_statistic_ext'))
FROM pg_statistic_ext s JOIN spaces ON spaces.oid = s.stxnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), '') AS by_place,
           coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), '') AS by_name
    FROM pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)
) AS named

UNION ALL
SELECT 'function', p.full_name,
       concat_ws(' ', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
                           ELSE (SELECT concat_ws(' ', 'aggregate', p.full_name, pg_get_function_result(p.oid), g.aggkind, g.aggnumdirectargs,
                                                  g.aggtransfn, g.aggfinalfn, g.aggcombinefn, g.aggserialfn, g.aggdeserialfn, g.aggmtransfn, g.aggminvtransfn,
                                                  g.aggmfinalfn, g.aggfinalextra, g.aggmfinalextra, g.aggfinalmodify, g.aggmfinalmodify,
                                                  nullif(g.aggsortop, 0)::regoperator, format_type(g.aggtranstype, NULL), g.aggtransspace,
                                                  nullif(g.aggmtranstype, 0)::regtype, 'initially', g.agginitval, g.aggminitval, p.proparallel)
                                 FROM pg_aggregate g WHERE g.aggfnoid = p.oid) END,
                 'comment', obj_description(p.oid, 'pg_proc'))
FROM routines p

UNION ALL
SELECT t.kind, t.full_name,
       concat_ws(' ', t.typtype, ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
                 CASE t.typtype WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod), t.typnotnull, 'default', t.typdefault,
                     (SELECT nullif(t.typcollation, b.typcollation)::regcollation FROM pg_type b WHERE b.oid = t.typbasetype)) END,
                 (SELECT concat_ws(' ', g.rngsubtype::regtype, g.rngcollation, g.rngsubopc, g.rngcanonical, g.rngsubdiff, g.rngmultitypid::regtype)
                  FROM pg_range g WHERE g.rngtypid = t.oid),
                 'comment', obj_description(t.oid, 'pg_type'))
FROM types t
UNION ALL
SELECT 'domain', t.full_name, concat_ws(' ', 'constraint', k.conname, pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint'))
FROM types t JOIN pg_constraint k ON k.contypid = t.oid
UNION ALL
SELECT 'collation', l.oid::regcollation::text,
       concat_ws(' ', l.collprovider, l.collisdeterministic, l.collcollate, l.collctype, l.collencoding, 'comment', obj_description(l.oid, 'pg_collation'))
FROM pg_collation l JOIN spaces ON spaces.oid = l.collnamespace
WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_collation'::regclass AND m.objid = l.oid)

UNION ALL
SELECT 'grant', object, concat_ws(' ', sign, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type, is_grantable)
FROM (SELECT * FROM rights UNION ALL SELECT * FROM lost_rights) AS all_rights
UNION ALL
SELECT 'grant', concat_ws(' ', 'default', d.defaclrole::regrole, nullif(d.defaclnamespace, 0)::regnamespace, d.defaclobjtype), a::text
FROM pg_default_acl d, unnest(d.defaclacl) AS a
UNION ALL
SELECT 'owner', object, owner::regrole::text
FROM owners
WHERE owner <> (SELECT u.oid FROM pg_roles u WHERE u.rolname = current_user)

UNION ALL
SELECT 'other', 'operator', o.oid::regoperator::text FROM pg_operator o JOIN spaces ON spaces.oid = o.oprnamespace
WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'other', 'operator class', o.opcname || o.opcnamespace::regnamespace FROM pg_opclass o JOIN spaces ON spaces.oid = o.opcnamespace
WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_opclass'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'other', 'text search configuration', c.oid::regconfig::text FROM pg_ts_config c JOIN spaces ON spaces.oid = c.cfgnamespace
UNION ALL
SELECT 'other', 'text search dictionary', c.oid::regdictionary::text FROM pg_ts_dict c JOIN spaces ON spaces.oid = c.dictnamespace
UNION ALL
SELECT 'other', 'cast', c.castsource::regtype || ' ' || c.casttarget::regtype FROM pg_cast c
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM members m WHERE m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'other', 'foreign server', s.srvname::text FROM pg_foreign_server s
UNION ALL
SELECT 'other', 'publication', p.pubname::text FROM pg_publication p
UNION ALL
SELECT 'other', 'language', l.lanname::text FROM pg_language l WHERE l.oid >= 16384
