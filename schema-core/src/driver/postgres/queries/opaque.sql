-- What is read without being understood: kind, schema, name, the statement that creates it, what it depends on, what statements call it, its comment,
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
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions, c.relispopulated, own.name AS schema, own.prefix || quote_ident(c.relname) AS quoted,
           (CASE WHEN own.name IS NULL THEN '' ELSE own.name || '.' END) || c.relname AS plain
    FROM pg_class c JOIN own ON own.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
      AND NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_class'::regclass AND objid = c.oid)
)
SELECT 'extension', nullif(n.nspname, current_schema())::text, x.extname::text,
       'CREATE EXTENSION ' || quote_ident(x.extname)
           || CASE WHEN n.nspname = current_schema() OR n.nspname = 'pg_catalog' THEN '' ELSE ' SCHEMA ' || quote_ident(n.nspname) END,
       NULL::oid[], 'EXTENSION ' || quote_ident(x.extname), NULL::text, NULL::text
FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
WHERE x.extname <> 'plpgsql'
UNION ALL
SELECT 'collation', own.name, l.collname::text,
       -- What an ICU collation is of has other names since PostgreSQL 15 and 17.
       CASE l.collprovider
           WHEN 'i' THEN format('CREATE COLLATION %s%I (provider = icu, locale = %L', own.prefix, l.collname,
                                coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', l.collcollate::text))
               || coalesce(', rules = ' || quote_literal(to_jsonb(l) ->> 'collicurules'), '')
           ELSE format('CREATE COLLATION %s%I (provider = libc, lc_collate = %L, lc_ctype = %L', own.prefix, l.collname, l.collcollate, l.collctype)
       END || CASE WHEN l.collisdeterministic THEN ')' ELSE ', deterministic = false)' END,
       NULL, format('COLLATION %s%I', own.prefix, l.collname), obj_description(l.oid, 'pg_collation'), NULL
FROM pg_collation l JOIN own ON own.oid = l.collnamespace
WHERE NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_collation'::regclass AND objid = l.oid)
UNION ALL
SELECT 'domain', own.name, t.typname::text,
       format('CREATE DOMAIN %s%I AS %s', naming.prefix, t.typname, format_type(t.typbasetype, t.typtypmod))
           || coalesce(' COLLATE ' || (SELECT l.collnamespace::regnamespace::text || '.' || quote_ident(l.collname) FROM pg_collation l
                WHERE l.oid = t.typcollation AND l.oid <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)), ''),
       NULL, format('DOMAIN %s%I', naming.prefix, t.typname), obj_description(t.oid, 'pg_type'),
       (SELECT json_agg(format('ALTER DOMAIN %s%I %s', naming.prefix, t.typname, part.action) ORDER BY part.place, part.action)::text FROM (
            SELECT 1, 'SET DEFAULT ' || t.typdefault WHERE t.typdefault IS NOT NULL
            UNION ALL
            SELECT 2, 'SET NOT NULL' WHERE t.typnotnull
            UNION ALL
            SELECT 3, format('ADD CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
        ) AS part (place, action))
FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN naming ON naming.oid = t.oid
WHERE t.typtype = 'd' AND NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
UNION ALL
SELECT 'composite', own.name, t.typname::text,
       format('CREATE TYPE %s%I AS (%s)', naming.prefix, t.typname,
              (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                 || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
               FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)),
       NULL, format('TYPE %s%I', naming.prefix, t.typname), obj_description(t.oid, 'pg_type'),
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)
                            || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END) ORDER BY a.attnum)::text
        FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN naming ON naming.oid = t.oid JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
WHERE t.typtype = 'c' AND NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
UNION ALL
SELECT 'range', own.name, t.typname::text,
       format('CREATE TYPE %s%I AS RANGE (%s)', naming.prefix, t.typname, concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
              (SELECT format('subtype_opclass = %I.%I', s.nspname, c.opcname) FROM pg_opclass c JOIN pg_namespace s ON s.oid = c.opcnamespace
               WHERE c.oid = r.rngsubopc AND NOT c.opcdefault),
              'collation = ' || (SELECT r.rngcollation::regcollation FROM pg_type b WHERE b.oid = r.rngsubtype AND r.rngcollation <> 0 AND b.typcollation <> r.rngcollation),
              'canonical = ' || nullif(r.rngcanonical, 0)::regproc, 'subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc)),
       NULL, format('TYPE %s%I', naming.prefix, t.typname), obj_description(t.oid, 'pg_type'), NULL
FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN naming ON naming.oid = t.oid JOIN pg_range r ON r.rngtypid = t.oid
WHERE NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
UNION ALL
SELECT 'sequence', relation.schema, relation.relname::text,
       format('CREATE SEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', relation.quoted, format_type(s.seqtypid, NULL),
              s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END),
       ARRAY(SELECT d.refobjid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = relation.oid AND d.refobjsubid > 0 AND d.deptype = 'a'),
       'SEQUENCE ' || relation.quoted, obj_description(relation.oid, 'pg_class'),
       -- One that belongs to a column without numbering it is no part of the column.
       (SELECT json_build_array(format('ALTER SEQUENCE %s OWNED BY %s.%I', relation.quoted, d.refobjid::regclass, a.attname))::text
        FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_class'::regclass AND d.objid = relation.oid AND d.refobjsubid > 0 AND d.deptype = 'a')
FROM relation JOIN pg_sequence s ON s.seqrelid = relation.oid
WHERE NOT EXISTS (SELECT 1 FROM pg_depend d LEFT JOIN pg_attrdef f ON f.adrelid = d.refobjid AND f.adnum = d.refobjsubid
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = relation.oid AND d.refobjsubid > 0
                    AND (d.deptype = 'i' OR d.deptype = 'a' AND pg_get_expr(f.adbin, f.adrelid) = format('nextval(%L::regclass)', relation.quoted)))
UNION ALL
SELECT 'function', own.name,
       -- The types alone tell functions apart.
       p.proname || '(' || array_to_string(ARRAY(SELECT format_type(y.oid, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS y (oid, place) ORDER BY place), ', ') || ')',
       CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
            ELSE format('CREATE AGGREGATE %s%I(%s) (%s)', own.prefix, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'), concat_ws(', ',
                        'SFUNC = ' || g.aggtransfn::regproc, 'STYPE = ' || format_type(g.aggtranstype, NULL), 'SSPACE = ' || nullif(g.aggtransspace, 0),
                        'FINALFUNC = ' || nullif(g.aggfinalfn, 0)::regproc, CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                        'FINALFUNC_MODIFY = ' || CASE WHEN g.aggfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 's' END
                            THEN CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                        'COMBINEFUNC = ' || nullif(g.aggcombinefn, 0)::regproc, 'SERIALFUNC = ' || nullif(g.aggserialfn, 0)::regproc,
                        'DESERIALFUNC = ' || nullif(g.aggdeserialfn, 0)::regproc, 'INITCOND = ' || quote_literal(g.agginitval),
                        'MSFUNC = ' || nullif(g.aggmtransfn, 0)::regproc, 'MINVFUNC = ' || nullif(g.aggminvtransfn, 0)::regproc,
                        'MSTYPE = ' || format_type(nullif(g.aggmtranstype, 0), NULL), 'MSSPACE = ' || nullif(g.aggmtransspace, 0),
                        'MFINALFUNC = ' || nullif(g.aggmfinalfn, 0)::regproc, CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                        'MFINALFUNC_MODIFY = ' || CASE WHEN g.aggmfinalfn <> 0 AND g.aggmfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 's' END
                            THEN CASE g.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                        'MINITCOND = ' || quote_literal(g.aggminitval),
                        (SELECT format('SORTOP = OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = g.aggsortop),
                        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                        CASE g.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END))
       END,
       -- The tables and views whose rows it takes or gives, and those of a body that is no text.
       ARRAY(SELECT DISTINCT coalesce(t.typrelid, d.refobjid) FROM pg_depend d
             LEFT JOIN pg_type row ON d.refclassid = 'pg_type'::regclass AND row.oid = d.refobjid
             LEFT JOIN pg_type t ON t.oid = CASE WHEN row.typrelid <> 0 THEN row.oid ELSE row.typelem END AND t.typrelid <> 0
             WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND (d.refclassid = 'pg_class'::regclass OR t.oid IS NOT NULL)),
       format('%s %s%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, own.prefix, p.proname,
              coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), CASE p.prokind WHEN 'a' THEN '*' ELSE '' END)),
       obj_description(p.oid, 'pg_proc'), NULL
FROM pg_proc p JOIN own ON own.oid = p.pronamespace
LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
UNION ALL
SELECT 'materialized', relation.schema, relation.relname::text,
       format('CREATE MATERIALIZED VIEW %s AS %s%s', relation.quoted,
              rtrim(pg_get_viewdef(relation.oid), ';'), CASE WHEN relation.relispopulated THEN '' ELSE ' WITH NO DATA' END),
       ARRAY(SELECT DISTINCT d.refobjid FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
               AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> relation.oid WHERE r.ev_class = relation.oid),
       'MATERIALIZED VIEW ' || relation.quoted, obj_description(relation.oid, 'pg_class'),
       (SELECT json_agg(part ORDER BY place, part)::text FROM (
            SELECT 1, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = relation.oid
            UNION ALL
            SELECT 2, format('ALTER MATERIALIZED VIEW %s SET (%I = %L)', relation.quoted, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1))
            FROM unnest(relation.reloptions) AS o
            UNION ALL
            SELECT 2, format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, obj_description(i.indexrelid, 'pg_class'))
            FROM pg_index i WHERE i.indrelid = relation.oid AND obj_description(i.indexrelid, 'pg_class') IS NOT NULL
            UNION ALL
            SELECT 2, pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s WHERE s.stxrelid = relation.oid
            UNION ALL
            SELECT 3, format('COMMENT ON STATISTICS %I.%I IS %L', s.stxnamespace::regnamespace, s.stxname, obj_description(s.oid, 'pg_statistic_ext'))
            FROM pg_statistic_ext s WHERE s.stxrelid = relation.oid AND obj_description(s.oid, 'pg_statistic_ext') IS NOT NULL
            UNION ALL
            SELECT 2, format('COMMENT ON COLUMN %s.%I IS %L', relation.quoted, a.attname, col_description(a.attrelid, a.attnum))
            FROM pg_attribute a WHERE a.attrelid = relation.oid AND a.attnum > 0 AND col_description(a.attrelid, a.attnum) IS NOT NULL
        ) AS parts (place, part))
FROM relation WHERE relation.relkind = 'm'
UNION ALL
SELECT 'foreign_table', relation.schema, relation.relname::text, NULL, NULL, NULL, NULL, NULL
FROM relation WHERE relation.relkind = 'f'
UNION ALL
SELECT 'trigger', relation.schema, t.tgname || ' on ' || relation.plain, pg_get_triggerdef(t.oid), ARRAY[t.tgrelid],
       format('TRIGGER %I ON %s', t.tgname, relation.quoted), obj_description(t.oid, 'pg_trigger'),
       -- A trigger of a partitioned table is one of each partition, where it may be otherwise.
       (WITH RECURSIVE copy AS (
            SELECT t.oid, t.tgrelid, t.tgname, t.tgenabled, CASE t.tgenabled WHEN 'O' THEN 'O' ELSE '' END AS usual, 0 AS depth
            UNION ALL
            SELECT c.oid, c.tgrelid, c.tgname, c.tgenabled, t.tgenabled::text, copy.depth + 1 FROM pg_trigger c JOIN copy ON c.tgparentid = copy.oid
        )
        SELECT json_agg(format('ALTER TABLE %s %s TRIGGER %I', copy.tgrelid::regclass,
                   CASE copy.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, copy.tgname)
                   ORDER BY copy.depth, copy.tgrelid::regclass::text)::text
        FROM copy WHERE copy.tgenabled::text <> copy.usual)
FROM pg_trigger t JOIN relation ON relation.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'rule', relation.schema, r.rulename || ' on ' || relation.plain, rtrim(pg_get_ruledef(r.oid), ';'),
       ARRAY(SELECT r.ev_class UNION SELECT d.refobjid FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
               AND d.refclassid = 'pg_class'::regclass),
       format('RULE %I ON %s', r.rulename, relation.quoted), obj_description(r.oid, 'pg_rewrite'),
       json_build_array(CASE r.ev_enabled WHEN 'D' THEN format('ALTER TABLE %s DISABLE RULE %I', relation.quoted, r.rulename)
                        WHEN 'A' THEN format('ALTER TABLE %s ENABLE ALWAYS RULE %I', relation.quoted, r.rulename)
                        WHEN 'R' THEN format('ALTER TABLE %s ENABLE REPLICA RULE %I', relation.quoted, r.rulename) END)::text
FROM pg_rewrite r JOIN relation ON relation.oid = r.ev_class
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT 'policy', relation.schema, p.polname || ' on ' || relation.plain,
       format('CREATE POLICY %I ON %s%s FOR %s TO %s', p.polname, relation.quoted, CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END,
              CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
              CASE WHEN p.polroles = '{0}' THEN 'PUBLIC'
                   ELSE (SELECT string_agg(quote_ident(pg_get_userbyid(role)), ', ' ORDER BY role) FROM unnest(p.polroles) AS role) END)
           || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
       ARRAY(SELECT p.polrelid UNION SELECT d.refobjid FROM pg_depend d WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
               AND d.refclassid = 'pg_class'::regclass),
       format('POLICY %I ON %s', p.polname, relation.quoted), obj_description(p.oid, 'pg_policy'), NULL
FROM pg_policy p JOIN relation ON relation.oid = p.polrelid
UNION ALL
SELECT 'statistics', own.name, s.stxname::text, pg_get_statisticsobjdef(s.oid), ARRAY[s.stxrelid],
       format('STATISTICS %s%I', own.prefix, s.stxname), obj_description(s.oid, 'pg_statistic_ext'), NULL
FROM pg_statistic_ext s JOIN own ON own.oid = s.stxnamespace
WHERE NOT EXISTS (SELECT 1 FROM relation WHERE relation.oid = s.stxrelid AND relation.relkind = 'm')
UNION ALL
SELECT 'not_null', relation.schema, k.conname || ' on ' || relation.plain, pg_get_constraintdef(k.oid), ARRAY[k.conrelid], NULL, NULL, NULL
FROM pg_constraint k JOIN relation ON relation.oid = k.conrelid
WHERE k.contype = 'n' AND k.conislocal AND (k.connoinherit OR NOT k.convalidated)
UNION ALL
-- Settings of columns: how values are stored, and how closely the planner looks at them.
SELECT 'setting', relation.schema, 'column ' || a.attname || ' on ' || relation.plain,
       format('ALTER TABLE ONLY %s ', relation.quoted) || (
           SELECT string_agg(format('ALTER COLUMN %I ', a.attname) || action, ', ' ORDER BY action)
           FROM (
               SELECT 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
               WHERE a.attstorage <> t.typstorage
               UNION ALL
               SELECT 'SET COMPRESSION ' || CASE a.compression WHEN 'l' THEN 'lz4' ELSE 'pglz' END WHERE a.compression <> ''
               UNION ALL
               SELECT 'SET STATISTICS ' || a.attstattarget WHERE a.attstattarget >= 0
               UNION ALL
               SELECT 'SET (' || string_agg(quote_ident(split_part(o, '=', 1)) || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o) || ')'
               FROM unnest(a.options) AS o HAVING count(*) > 0
           ) AS one (action)),
       ARRAY[relation.oid], NULL, NULL, NULL
FROM relation
JOIN attribute a ON a.attrelid = relation.oid
JOIN pg_type t ON t.oid = a.atttypid
WHERE relation.relkind IN ('r', 'p')
  -- Most are as usual, which is seen without their types.
  AND (a.attstorage <> CASE WHEN a.attlen > 0 THEN 'p' ELSE 'x' END OR a.atttypid IN (SELECT y.oid FROM pg_type y WHERE y.typlen < 0 AND y.typstorage <> 'x')
       OR a.attstattarget >= 0 OR a.compression <> '' OR cardinality(a.attoptions) > 1 OR NOT starts_with(a.attoptions[1], 'pg_attver='))
  AND (a.attstorage <> t.typstorage OR a.attstattarget >= 0 OR a.options <> '{}' OR a.compression <> '')
UNION ALL
-- Settings of indexes, those of constraints included: the first, and the rest.
SELECT 'setting', relation.schema, 'index ' || x.relname || ' on ' || relation.plain,
       min(part.sql), ARRAY[relation.oid], NULL, NULL,
       (SELECT json_agg(sql ORDER BY sql)::text FROM unnest(array_agg(part.sql ORDER BY part.sql)) WITH ORDINALITY AS more (sql, place) WHERE place > 1)
FROM (
    SELECT i.indexrelid, format('ALTER TABLE %s CLUSTER ON %I', i.indrelid::regclass, c.relname)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisclustered
    UNION ALL
    SELECT d.objoid, format('COMMENT ON INDEX %s IS %L', d.objoid::regclass, d.description)
    FROM pg_description d JOIN pg_constraint k ON k.conindid = d.objoid AND k.contype IN ('p', 'u', 'x')
    WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0
    UNION ALL
    SELECT a.attrelid, format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', a.attrelid::regclass, a.attnum, a.attstattarget)
    FROM attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('i', 'I') WHERE a.attstattarget >= 0
) AS part (index, sql)
JOIN pg_index i ON i.indexrelid = part.index
JOIN pg_class x ON x.oid = i.indexrelid
JOIN relation ON relation.oid = i.indrelid AND relation.relkind IN ('r', 'p')
GROUP BY relation.schema, x.relname, relation.plain, relation.oid
UNION ALL
-- What a table is set to beside its own storage parameters.
SELECT 'setting', relation.schema, 'TOAST parameters on ' || relation.plain,
       format('ALTER TABLE %s SET (%s)', relation.quoted,
              (SELECT string_agg('toast.' || quote_ident(split_part(o, '=', 1)) || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o)
               FROM unnest(x.reloptions) AS o)),
       ARRAY[relation.oid], NULL, NULL, NULL
FROM relation JOIN pg_class c ON c.oid = relation.oid JOIN pg_class x ON x.oid = c.reltoastrelid
WHERE x.reloptions IS NOT NULL
UNION ALL
SELECT 'setting', relation.schema, 'type on ' || relation.plain,
       format('ALTER TABLE %s OF %s', relation.quoted, format_type(c.reloftype, NULL)), ARRAY[relation.oid], NULL, NULL, NULL
FROM relation JOIN pg_class c ON c.oid = relation.oid
WHERE c.reloftype <> 0
UNION ALL
-- What nothing but the name is read of: it is there, or it is not. Objects with lower numbers are the server's own.
SELECT 'other', NULL, i.type || ': ' || i.identity, NULL, NULL, NULL, NULL, NULL
FROM (
    SELECT 'pg_am'::regclass AS class, oid FROM pg_am
    UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
    UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
    UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
    UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
    UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
    UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
    UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
    UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
    UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
    UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
    UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
    UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
    -- Types that are written in C, without the arrays that every type has.
    UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t
    WHERE t.typtype = 'b' AND NOT EXISTS (SELECT 1 FROM pg_type item WHERE item.typarray = t.oid)
) AS object
CROSS JOIN LATERAL pg_identify_object(object.class, object.oid, 0) AS i
WHERE object.oid >= 16384
  -- Nor what belongs to an extension, or comes with something else, as the casts of a range type do.
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype IN ('e', 'i'))
  AND i.identity IS NOT NULL
