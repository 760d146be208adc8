-- What a script has to know of each thing that it recreates: everything that would be lost or otherwise without its knowing.
--
-- Neither qualifiers nor blanks count: before PostgreSQL 16 the columns of views are qualified that are not since, and what is in the search path is
-- not qualified either. The roles of policies do not count, because they are given back. Of the brackets round conditions only those that stand to the
-- right of an AND or OR count: the server takes the others off where they are not needed, and never leaves off any that are.
depends AS (
    -- What depends on it, on its rows as a type, or on arrays of it.
    SELECT f.n, f.kind, d.classid, d.objid, d.objsubid
    FROM found f
    LEFT JOIN pg_class c ON c.oid = f.oid AND f.class = 'pg_class'::regclass
    LEFT JOIN pg_type y ON y.oid = CASE f.kind WHEN 'type' THEN f.oid ELSE c.reltype END
    JOIN pg_depend d ON d.refclassid = f.class AND d.refobjid = f.oid AND (f.kind <> 'column' OR d.refobjsubid = split_part(f.identity, '.', 2)::int)
                     OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (y.oid, y.typarray) AND f.kind <> 'column'
    WHERE f.kind IN ('view', 'materialized view', 'table', 'type', 'sequence', 'column') AND d.deptype <> 'i'
), line (n, line) AS (
    SELECT f.n, f.kind FROM found f
    -- of: view, materialized view, table, column
    UNION ALL
    SELECT f.n, concat_ws(' ', 'column', CASE f.kind WHEN 'view' THEN row_number() OVER (PARTITION BY f.n ORDER BY a.attnum) END, quote_ident(a.attname),
                          format_type(a.atttypid, a.atttypmod), CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END,
                          CASE WHEN a.attnotnull THEN 'not null' END, nullif(a.attidentity, ''), nullif(a.attgenerated, ''),
                          CASE WHEN f.kind <> 'view' THEN pg_get_expr(d.adbin, d.adrelid) END)
    FROM found f JOIN pg_attribute a ON a.attrelid = f.relation AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type y ON y.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE f.kind IN ('view', 'materialized view', 'table') OR f.kind = 'column' AND a.attname = f.name
    -- of: view, materialized view
    UNION ALL
    SELECT f.n, 'query ' || rtrim(pg_get_viewdef(f.oid), ';') FROM found f WHERE f.kind IN ('view', 'materialized view')
    -- of: view, table
    UNION ALL
    SELECT f.n, 'option ' || o FROM found f JOIN pg_class c ON c.oid = f.oid CROSS JOIN LATERAL unnest(c.reloptions) AS o WHERE f.kind IN ('view', 'table')
    -- of: table
    UNION ALL
    SELECT f.n, concat_ws(' ', 'kept', c.relpersistence, m.amname, t.spcname, pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid))
    FROM found f JOIN pg_class c ON c.oid = f.oid LEFT JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE f.kind = 'table'
    -- of: view, table
    UNION ALL
    SELECT f.n, 'trigger ' || g.tgname FROM found f JOIN pg_trigger g ON g.tgrelid = f.oid AND NOT g.tgisinternal WHERE f.kind IN ('view', 'table')
    -- of: view, table
    UNION ALL
    SELECT f.n, 'rule ' || r.rulename FROM found f JOIN pg_rewrite r ON r.ev_class = f.oid AND r.rulename <> '_RETURN' WHERE f.kind IN ('view', 'table')
    -- of: table
    UNION ALL
    SELECT f.n, 'policy ' || p.polname FROM found f JOIN pg_policy p ON p.polrelid = f.oid WHERE f.kind = 'table'
    -- of: materialized view, table
    UNION ALL
    SELECT f.n, 'statistics ' || pg_get_statisticsobjdef(x.oid) FROM found f JOIN pg_statistic_ext x ON x.stxrelid = f.oid WHERE f.kind IN ('materialized view', 'table')
    -- of: materialized view, table, column
    UNION ALL
    SELECT f.n, concat_ws(' ', 'index', i.indisunique, t.spcname, substr(d.text, strpos(d.text, ' USING ')))
    FROM found f JOIN pg_index i ON i.indrelid = f.relation JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
    CROSS JOIN LATERAL pg_get_indexdef(i.indexrelid) AS d (text)
    WHERE f.kind IN ('materialized view', 'table')
       OR f.kind = 'column' AND EXISTS (SELECT FROM depends e WHERE e.n = f.n AND e.classid = 'pg_class'::regclass AND e.objid = i.indexrelid)
    -- of: table, column
    UNION ALL
    SELECT f.n, concat_ws(' ', 'constraint', k.convalidated, pg_get_constraintdef(k.oid))
    FROM found f JOIN pg_constraint k ON k.conrelid = f.relation AND k.contype IN ('c', 'p', 'u', 'x', 'f')
    WHERE f.kind = 'table' OR f.kind = 'column' AND EXISTS (SELECT FROM depends e WHERE e.n = f.n AND e.classid = 'pg_constraint'::regclass AND e.objid = k.oid)
    -- of: table
    UNION ALL
    SELECT f.n, concat_ws(' ', 'referred to by', k.conrelid::regclass, pg_get_constraintdef(k.oid))
    FROM found f JOIN pg_constraint k ON k.confrelid = f.oid AND k.contype = 'f' AND k.conrelid <> f.oid WHERE f.kind = 'table'
    -- of: table
    UNION ALL
    SELECT f.n, concat_ws(' ', 'inherits', i.inhparent::regclass) FROM found f JOIN pg_inherits i ON i.inhrelid = f.oid WHERE f.kind = 'table'
    -- of: table
    UNION ALL
    SELECT f.n, concat_ws(' ', 'inherited by', i.inhrelid::regclass) FROM found f JOIN pg_inherits i ON i.inhparent = f.oid WHERE f.kind = 'table'
    -- of: type
    UNION ALL
    SELECT f.n, concat_ws(' ', 'value', row_number() OVER (PARTITION BY f.n ORDER BY e.enumsortorder), quote_literal(e.enumlabel))
    FROM found f JOIN pg_enum e ON e.enumtypid = f.oid WHERE f.kind = 'type'
    -- of: type
    UNION ALL
    SELECT f.n, concat_ws(' ', 'domain', format_type(y.typbasetype, y.typtypmod), y.typcollation::regcollation, CASE WHEN y.typnotnull THEN 'not null' END, y.typdefault)
    FROM found f JOIN pg_type y ON y.oid = f.oid AND y.typtype = 'd' WHERE f.kind = 'type'
    -- of: type
    UNION ALL
    SELECT f.n, concat_ws(' ', 'constraint', quote_ident(k.conname), k.convalidated, pg_get_constraintdef(k.oid))
    FROM found f JOIN pg_constraint k ON k.contypid = f.oid AND k.contype = 'c' WHERE f.kind = 'type'
    -- of: type
    UNION ALL
    SELECT f.n, concat_ws(' ', 'attribute', row_number() OVER (PARTITION BY f.n ORDER BY a.attnum), quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation)
    FROM found f JOIN pg_type y ON y.oid = f.oid AND y.typtype = 'c' JOIN pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped WHERE f.kind = 'type'
    -- of: type
    UNION ALL
    SELECT f.n, concat_ws(' ', 'range', format_type(r.rngsubtype, NULL), r.rngcollation::regcollation, c.opcname, r.rngcanonical::regproc, r.rngsubdiff::regproc)
    FROM found f JOIN pg_range r ON r.rngtypid = f.oid JOIN pg_opclass c ON c.oid = r.rngsubopc WHERE f.kind = 'type'
    -- of: view, materialized view, table, type, sequence, column
    UNION ALL
    SELECT DISTINCT d.n, concat_ws(' ', 'read by', r.ev_class::regclass) FROM depends d JOIN pg_rewrite r ON r.oid = d.objid JOIN found f ON f.n = d.n
    WHERE d.classid = 'pg_rewrite'::regclass AND r.ev_class IS DISTINCT FROM f.relation
    -- of: view, materialized view, table, type, sequence, column
    UNION ALL
    SELECT DISTINCT d.n, concat_ws(' ', 'needed by', i.type, i.identity)
    FROM depends d CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) AS i
    WHERE d.classid = 'pg_class'::regclass AND d.objsubid > 0 AND d.kind <> 'column' OR d.classid IN ('pg_proc'::regclass, 'pg_type'::regclass)
       OR d.classid = 'pg_statistic_ext'::regclass AND d.kind = 'column'
    -- of: view, materialized view, table, type, sequence, column
    UNION ALL
    SELECT DISTINCT d.n, concat_ws(' ', 'default of', a.adrelid::regclass, t.attname)
    FROM depends d JOIN pg_attrdef a ON a.oid = d.objid JOIN pg_attribute t ON t.attrelid = a.adrelid AND t.attnum = a.adnum
    JOIN found f ON f.n = d.n
    WHERE d.classid = 'pg_attrdef'::regclass AND (d.kind = 'sequence' OR d.kind = 'column' AND t.attname <> f.name)
    -- of: view, materialized view, table, type, sequence, column
    UNION ALL
    SELECT DISTINCT d.n, concat_ws(' ', 'policy of', p.polrelid::regclass, quote_ident(p.polname)) FROM depends d JOIN pg_policy p ON p.oid = d.objid JOIN found f ON f.n = d.n
    WHERE d.classid = 'pg_policy'::regclass AND p.polrelid IS DISTINCT FROM f.oid
    -- of: all
    UNION ALL
    SELECT f.n, concat_ws(' ', 'label', l.provider, l.label) FROM found f JOIN pg_seclabel l ON l.classoid = f.class AND l.objoid = f.oid
    -- of: trigger
    UNION ALL
    SELECT f.n, pg_get_triggerdef(f.oid) FROM found f WHERE f.kind = 'trigger'
    -- of: rule
    UNION ALL
    SELECT f.n, pg_get_ruledef(f.oid) FROM found f WHERE f.kind = 'rule'
    -- of: policy
    UNION ALL
    SELECT f.n, concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
    FROM found f JOIN pg_policy p ON p.oid = f.oid WHERE f.kind = 'policy'
    -- of: statistics
    UNION ALL
    SELECT f.n, pg_get_statisticsobjdef(f.oid) FROM found f WHERE f.kind = 'statistics'
    -- of: function
    UNION ALL
    SELECT f.n, concat_ws(' ', p.prokind, CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END) FROM found f JOIN pg_proc p ON p.oid = f.oid WHERE f.kind = 'function'
    -- of: all
)
SELECT line.n, left(encode(sha256(convert_to(string_agg(said.line, E'\n' ORDER BY said.line COLLATE "C"), 'UTF8')), 'hex'), 32) AS fingerprint
FROM line CROSS JOIN LATERAL (
    SELECT regexp_replace(regexp_replace(line.line, '("[^"]*"|[a-zA-Z_][a-zA-Z0-9_$]*)\.', '', 'g'), '[ \t\r\n]+', ' ', 'g')
) AS plain (line) CROSS JOIN LATERAL (
    SELECT CASE WHEN plain.line ~ ' (AND|OR) ' THEN regexp_replace(regexp_replace(plain.line, '\)+ (AND|OR) ', ' \1 ', 'g'), '\(+', '(', 'g') ELSE plain.line END COLLATE "C"
) AS said (line)
GROUP BY line.n
