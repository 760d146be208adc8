-- Each thing that is recreated with its number in the catalogue; the facts about it that no script says, each with the statement that makes it
-- so, in the order in which they are made so; and the parts that it has, by which one knows what a fact can still be about.
--
-- A fact that is not as before is undone where `undo` says how; where it is a right, only if ALTER DEFAULT PRIVILEGES gave it: what a script
-- grants stays.
word AS (
    SELECT f.n, CASE f.kind WHEN 'view' THEN 'VIEW' WHEN 'materialized view' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS relation,
           CASE WHEN f.kind IN ('column', 'index', 'constraint') THEN f.called_parent ELSE f.called END AS called_relation,
           CASE f.kind WHEN 'sequence' THEN 'SEQUENCE' WHEN 'type' THEN 'TYPE' WHEN 'function' THEN 'ROUTINE' ELSE 'TABLE' END AS granted_on,
           CASE f.kind WHEN 'function' THEN 'ROUTINE' ELSE upper(f.kind) END AS statement
    FROM found f
), attribute AS (
    SELECT f.n, f.kind, a.attrelid, a.attnum, a.attname, a.attacl, w.relation, w.called_relation, y.typstorage, a.attstorage,
           CASE WHEN f.kind = 'column' THEN f.bare ELSE quote_ident(a.attname) END AS called,
           -- The children that it has are set as they are; those that it gets are set as it is.
           CASE WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = f.relation) THEN 'ONLY ' ELSE '' END AS only,
           -- Missing before PostgreSQL 14; NULL instead of -1 since 17.
           nullif(to_jsonb(a) ->> 'attcompression', '') AS compression, nullif(to_jsonb(a) ->> 'attstattarget', '-1') AS target,
           ARRAY(SELECT o FROM unnest(a.attoptions) AS o WHERE NOT starts_with(o, 'pg_attver=')) AS options
    FROM found f JOIN word w ON w.n = f.n JOIN pg_attribute a ON a.attrelid = f.relation AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type y ON y.oid = a.atttypid
    WHERE f.kind IN ('view', 'materialized view', 'table') OR f.kind = 'column' AND a.attname = f.name
), index AS (
    SELECT f.n, f.kind, i.indexrelid, i.indrelid, i.indisclustered, x.relname, w.relation, w.called_relation,
           quote_ident(f.schema) || '.' || CASE WHEN f.kind IN ('index', 'constraint') THEN f.bare ELSE quote_ident(x.relname) END AS called,
           CASE WHEN f.kind IN ('index', 'constraint') THEN f.bare ELSE quote_ident(x.relname) END AS bare,
           k.oid IS NOT NULL OR f.kind = 'materialized view' AS keeps_comment
    FROM found f JOIN word w ON w.n = f.n
    JOIN pg_index i ON CASE f.kind WHEN 'index' THEN i.indexrelid = f.oid
                                   WHEN 'constraint' THEN i.indexrelid = (SELECT k.conindid FROM pg_constraint k WHERE k.oid = f.oid AND k.contype IN ('p', 'u', 'x'))
                                   WHEN 'materialized view' THEN i.indrelid = f.oid
                                   WHEN 'table' THEN i.indrelid = f.oid END
    JOIN pg_class x ON x.oid = i.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
), statistics AS (
    SELECT f.n, x.oid, x.stxname, x.stxowner, quote_ident(f.schema) || '.' || CASE f.kind WHEN 'statistics' THEN f.bare ELSE quote_ident(x.stxname) END AS called,
           nullif(to_jsonb(x) ->> 'stxstattarget', '-1') AS target
    FROM found f JOIN pg_statistic_ext x ON CASE f.kind WHEN 'statistics' THEN x.oid = f.oid WHEN 'materialized view' THEN x.stxrelid = f.oid END
), usual AS (
    SELECT f.n, a.privilege_type, a.grantee, NULL::oid AS grantor, a.is_grantable
    FROM found f CROSS JOIN LATERAL aclexplode(acldefault(f.acl_kind, f.owner)) AS a WHERE f.acl_kind IS NOT NULL
), has AS (
    -- The grantor, where that is not the owner.
    SELECT f.n, a.privilege_type, a.grantee, nullif(a.grantor, f.owner) AS grantor, a.is_grantable
    FROM found f CROSS JOIN LATERAL aclexplode(coalesce(f.acl, acldefault(f.acl_kind, f.owner))) AS a WHERE f.acl_kind IS NOT NULL
), given AS (
    -- What whatever the owner creates here gets.
    SELECT f.n, a.privilege_type, a.grantee, a.is_grantable
    FROM found f CROSS JOIN LATERAL aclexplode(coalesce((
        SELECT d.defaclacl FROM pg_default_acl d WHERE d.defaclrole = f.owner AND d.defaclnamespace = 0
          AND d.defaclobjtype = CASE f.acl_kind WHEN 's' THEN 'S' ELSE f.acl_kind END), acldefault(f.acl_kind, f.owner))) AS a
    WHERE f.acl_kind IS NOT NULL
    UNION
    SELECT f.n, a.privilege_type, a.grantee, a.is_grantable
    FROM found f JOIN pg_default_acl d ON d.defaclrole = f.owner AND d.defaclnamespace = f.namespace
      AND d.defaclobjtype = CASE f.acl_kind WHEN 's' THEN 'S' ELSE f.acl_kind END
    CROSS JOIN LATERAL aclexplode(d.defaclacl) AS a
), passed_on AS (
    -- Who may grant what, and how many grants lead from the owner to him.
    WITH RECURSIVE granted AS (
        SELECT has.n, NULL::name AS attname, has.privilege_type, has.grantee, has.grantor FROM has WHERE has.is_grantable
        UNION ALL
        SELECT a.n, a.attname, x.privilege_type, x.grantee, nullif(x.grantor, c.relowner)
        FROM attribute a JOIN pg_class c ON c.oid = a.attrelid CROSS JOIN LATERAL aclexplode(a.attacl) AS x WHERE x.is_grantable
    ), chain AS (
        SELECT g.n, g.attname, g.privilege_type, g.grantee, 1 AS depth FROM granted g WHERE g.grantor IS NULL
        UNION
        SELECT g.n, g.attname, g.privilege_type, g.grantee, chain.depth + 1
        FROM chain JOIN granted g ON (g.n, g.privilege_type, g.grantor) = (chain.n, chain.privilege_type, chain.grantee)
         AND coalesce(chain.attname = g.attname, true)
        -- The server lets nobody grant in a circle; a catalogue that was edited by hand must not keep this running.
        WHERE chain.depth < 1000
    )
    SELECT chain.n, chain.attname, chain.privilege_type, chain.grantee, max(chain.depth) AS depth FROM chain GROUP BY 1, 2, 3, 4
), right_of AS (
    -- Those beside the usual ones, and the usual ones that are missing.
    SELECT one.n, one.is_missing, w.granted_on, f.called, one.privilege_type AS privilege,
           CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(one.grantee)) END AS role, one.is_grantable, pg_get_userbyid(one.grantor)::text AS grantor,
           CASE WHEN one.grantor IS NULL THEN 21
                ELSE 30 + coalesce((SELECT p.depth FROM passed_on p WHERE (p.n, p.privilege_type, p.grantee) = (one.n, one.privilege_type, one.grantor) AND p.attname IS NULL), 0) END AS place,
           one.grantor IS NULL AND EXISTS (SELECT FROM given g WHERE g.n = one.n AND g.privilege_type = one.privilege_type AND g.grantee = one.grantee) AS is_given
    FROM (
        SELECT extra.*, false AS is_missing FROM (SELECT * FROM has EXCEPT SELECT * FROM usual) AS extra
        UNION ALL
        SELECT missing.*, true FROM (SELECT * FROM usual EXCEPT SELECT * FROM has) AS missing
        WHERE NOT EXISTS (SELECT FROM has h WHERE h.n = missing.n AND h.privilege_type = missing.privilege_type AND h.grantee = missing.grantee AND h.grantor IS NULL)
    ) AS one
    JOIN found f ON f.n = one.n JOIN word w ON w.n = one.n
), grant_fact (n, place, part, subject, sql, undo, grantor) AS (
    SELECT NULL::int, NULL::int, NULL::text, NULL::text, NULL::text, NULL::text, NULL::text WHERE false
    -- of: view, materialized view, table, type, sequence, function
    UNION ALL
    -- What another role than the owner has granted, that role grants.
    SELECT r.n, r.place, NULL, NULL, format('GRANT %s ON %s %s TO %s', r.privilege, r.granted_on, r.called, r.role) || CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
           CASE WHEN r.is_given THEN format('REVOKE %s ON %s %s FROM %s', r.privilege, r.granted_on, r.called, r.role) END, r.grantor
    FROM right_of r WHERE NOT r.is_missing
    -- of: view, materialized view, table, type, sequence, function
    UNION ALL
    SELECT r.n, 22, NULL, NULL, format('REVOKE %s ON %s %s FROM %s', r.privilege, r.granted_on, r.called, r.role),
           CASE WHEN NOT r.is_given THEN format('GRANT %s ON %s %s TO %s', r.privilege, r.granted_on, r.called, r.role) END, NULL
    FROM right_of r WHERE r.is_missing
    -- of: view, materialized view, table, column
    UNION ALL
    SELECT a.n, CASE WHEN x.grantor = c.relowner THEN 23
                     ELSE 30 + coalesce((SELECT max(p.depth) FROM passed_on p WHERE (p.n, p.privilege_type, p.grantee) = (a.n, x.privilege_type, x.grantor)
                                           AND coalesce(p.attname = a.attname, true)), 0) END,
           'column ' || a.called, NULL,
           format('GRANT %s (%s) ON TABLE %s TO %s', x.privilege_type, a.called, a.called_relation,
                  CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END) || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
           NULL, pg_get_userbyid(nullif(x.grantor, c.relowner))::text
    FROM attribute a JOIN pg_class c ON c.oid = a.attrelid CROSS JOIN LATERAL aclexplode(a.attacl) AS x
    -- of: all
), plain_fact (n, place, part, subject, sql, undo) AS (
    SELECT NULL::int, NULL::int, NULL::text, NULL::text, NULL::text, NULL::text WHERE false
    -- of: materialized view
    UNION ALL
    SELECT f.n, 0, NULL, NULL, format('REFRESH MATERIALIZED VIEW %s%s', f.called, CASE WHEN c.relispopulated THEN '' ELSE ' WITH NO DATA' END), NULL
    FROM found f JOIN pg_class c ON c.oid = f.oid WHERE f.kind = 'materialized view'
    -- of: view, materialized view, table, type, sequence, function, statistics
    UNION ALL
    -- The sequence of a column belongs to whom its table does.
    SELECT f.n, 20, NULL, NULL, format('ALTER %s %s OWNER TO %I', w.statement, f.called, pg_get_userbyid(f.owner)), NULL
    FROM found f JOIN word w ON w.n = f.n
    WHERE f.kind IN ('view', 'materialized view', 'table', 'type', 'statistics', 'function') OR f.kind = 'sequence' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = f.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))
    -- of: view, materialized view, type, sequence, function, constraint, trigger, rule, policy
    UNION ALL
    -- Comments that no script says: of views and types only where none is in this one.
    SELECT f.n, 10, NULL, 'comment', format('COMMENT ON %s %s IS %L', w.statement,
                                       CASE WHEN f.parent IS NULL THEN f.called ELSE f.bare || ' ON ' || f.called_parent END, obj_description(f.oid, f.class::text)), NULL
    FROM found f JOIN word w ON w.n = f.n
    WHERE f.kind IN ('materialized view', 'sequence', 'trigger', 'rule', 'policy', 'constraint', 'view', 'type', 'function') AND NOT f.commented
      AND obj_description(f.oid, f.class::text) IS NOT NULL
    -- of: view, materialized view
    UNION ALL
    SELECT a.n, 10, 'column ' || a.called, 'comment', format('COMMENT ON COLUMN %s.%s IS %L', a.called_relation, a.called, col_description(a.attrelid, a.attnum)), NULL
    FROM attribute a WHERE a.kind IN ('view', 'materialized view') AND col_description(a.attrelid, a.attnum) IS NOT NULL
    -- of: materialized view, table, index, constraint
    UNION ALL
    SELECT i.n, 10, 'index ' || i.bare, 'comment', format('COMMENT ON INDEX %s IS %L', i.called, obj_description(i.indexrelid, 'pg_class')), NULL
    FROM index i WHERE i.keeps_comment AND obj_description(i.indexrelid, 'pg_class') IS NOT NULL
    -- of: table
    UNION ALL
    SELECT f.n, 10, 'constraint ' || quote_ident(k.conname), 'comment',
           format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, f.called, obj_description(k.oid, 'pg_constraint')), NULL
    FROM found f JOIN pg_constraint k ON k.conrelid = f.oid WHERE f.kind = 'table' AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
    -- of: type
    UNION ALL
    SELECT f.n, 10, 'constraint ' || quote_ident(k.conname), 'comment',
           format('COMMENT ON CONSTRAINT %I ON DOMAIN %s IS %L', k.conname, f.called, obj_description(k.oid, 'pg_constraint')), NULL
    FROM found f JOIN pg_constraint k ON k.contypid = f.oid WHERE f.kind = 'type' AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
    -- of: type
    UNION ALL
    SELECT f.n, 10, 'attribute ' || quote_ident(a.attname), 'comment',
           format('COMMENT ON COLUMN %s.%I IS %L', f.called, a.attname, col_description(a.attrelid, a.attnum)), NULL
    FROM found f JOIN pg_type y ON y.oid = f.oid AND y.typtype = 'c' JOIN pg_attribute a ON a.attrelid = y.typrelid
    WHERE f.kind = 'type' AND col_description(a.attrelid, a.attnum) IS NOT NULL
    -- of: materialized view, statistics
    UNION ALL
    SELECT s.n, 10, 'statistics ' || s.called, 'comment', format('COMMENT ON STATISTICS %s IS %L', s.called, obj_description(s.oid, 'pg_statistic_ext')), NULL
    FROM statistics s WHERE obj_description(s.oid, 'pg_statistic_ext') IS NOT NULL
    -- of: materialized view, statistics
    UNION ALL
    SELECT s.n, 11, 'statistics ' || s.called, NULL, format('ALTER STATISTICS %s SET STATISTICS %s', s.called, s.target), NULL
    FROM statistics s WHERE s.target IS NOT NULL
    -- of: materialized view
    UNION ALL
    SELECT s.n, 24, 'statistics ' || s.called, NULL, format('ALTER STATISTICS %s OWNER TO %I', s.called, pg_get_userbyid(s.stxowner)), NULL
    FROM statistics s JOIN found f ON f.n = s.n WHERE f.kind = 'materialized view'
    -- of: view
    UNION ALL
    SELECT a.n, 12, 'column ' || a.called, NULL, format('ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s', a.called_relation, a.called, pg_get_expr(d.adbin, d.adrelid)), NULL
    FROM attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.kind = 'view'
    -- of: materialized view, table, column
    UNION ALL
    -- How values are stored, and how closely the planner looks at them.
    SELECT a.n, 12, one.part || ' ' || a.called, NULL,
           format('ALTER %s %s%s ALTER COLUMN %s %s', a.relation, a.only, a.called_relation, a.called, one.action), NULL
    FROM attribute a CROSS JOIN LATERAL (
        SELECT 'storage' AS part, 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
        WHERE a.attstorage <> a.typstorage
        UNION ALL
        SELECT 'storage', 'SET COMPRESSION ' || CASE a.compression WHEN 'l' THEN 'lz4' ELSE 'pglz' END WHERE a.compression IS NOT NULL
        UNION ALL
        SELECT 'column', 'SET STATISTICS ' || a.target WHERE a.target IS NOT NULL
        UNION ALL
        SELECT 'column', 'SET (' || string_agg(quote_ident(split_part(o, '=', 1)) || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o) || ')'
        FROM unnest(a.options) AS o HAVING count(*) > 0
    ) AS one (part, action)
    WHERE a.kind <> 'view'
    -- of: materialized view, table, index, constraint
    UNION ALL
    -- Only expressions have one, and another column may stand in that place.
    SELECT i.n, 12, format('index %s, expression %s', i.bare, a.attnum), 'statistics', format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', i.called, a.attnum, to_jsonb(a) ->> 'attstattarget'), NULL
    FROM index i JOIN pg_attribute a ON a.attrelid = i.indexrelid WHERE nullif(to_jsonb(a) ->> 'attstattarget', '-1') IS NOT NULL
    -- of: materialized view, table, index, constraint
    UNION ALL
    SELECT i.n, 13, 'index ' || i.bare, NULL, format('ALTER %s %s CLUSTER ON %s', i.relation, i.called_relation, i.bare), NULL
    FROM index i WHERE i.indisclustered
    -- of: materialized view
    UNION ALL
    -- The storage parameters of tables are the models'.
    SELECT f.n, 14, NULL, NULL, format('ALTER MATERIALIZED VIEW %s SET (%I = %L)', f.called, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)),
           format('ALTER MATERIALIZED VIEW %s RESET (%I)', f.called, split_part(o, '=', 1))
    FROM found f JOIN pg_class c ON c.oid = f.oid CROSS JOIN LATERAL unnest(c.reloptions) AS o WHERE f.kind = 'materialized view'
    -- of: materialized view, table
    UNION ALL
    SELECT f.n, 14, NULL, NULL, format('ALTER %s %s SET (toast.%I = %L)', w.relation, f.called, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), NULL
    FROM found f JOIN word w ON w.n = f.n JOIN pg_class c ON c.oid = f.oid JOIN pg_class x ON x.oid = c.reltoastrelid CROSS JOIN LATERAL unnest(x.reloptions) AS o
    WHERE f.kind IN ('materialized view', 'table')
    -- of: column
    UNION ALL
    -- A table without long values has nothing to keep them in for a moment, and loses what was set for it.
    SELECT f.n, 14, NULL, NULL, format('ALTER TABLE %s SET (toast.%I = %L)', f.called_parent, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), NULL
    FROM found f JOIN pg_class c ON c.oid = f.relation JOIN pg_class x ON x.oid = c.reltoastrelid CROSS JOIN LATERAL unnest(x.reloptions) AS o
    WHERE f.kind = 'column'
    -- of: materialized view
    UNION ALL
    SELECT f.n, 14, NULL, NULL, format('ALTER MATERIALIZED VIEW %s SET TABLESPACE %I', f.called, t.spcname), NULL
    FROM found f JOIN pg_class c ON c.oid = f.oid JOIN pg_tablespace t ON t.oid = CASE c.reltablespace WHEN 0
        THEN (SELECT d.dattablespace FROM pg_database d WHERE d.datname = current_database()) ELSE c.reltablespace END
    WHERE f.kind = 'materialized view'
    -- of: table
    UNION ALL
    SELECT f.n, 15, NULL, NULL, format('ALTER TABLE %s OF %s', f.called, format_type(c.reloftype, NULL)), NULL
    FROM found f JOIN pg_class c ON c.oid = f.oid WHERE f.kind = 'table' AND c.reloftype <> 0
    -- of: table
    UNION ALL
    SELECT f.n, 16, NULL, NULL, format('ALTER PUBLICATION %I ADD TABLE %s', p.pubname, f.called)
           -- Lists of columns and conditions came with PostgreSQL 15.
           || coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_attribute a
                        WHERE a.attrelid = f.oid AND a.attnum = ANY (string_to_array(to_jsonb(r) ->> 'prattrs', ' ')::int2[])), '')
           || coalesce((SELECT ' WHERE (' || (to_jsonb(v) ->> 'rowfilter') || ')' FROM pg_publication_tables v
                        WHERE v.pubname = p.pubname AND (v.schemaname, v.tablename) = (f.schema, f.name)), ''), NULL
    FROM found f JOIN pg_publication_rel r ON r.prrelid = f.oid JOIN pg_publication p ON p.oid = r.prpubid WHERE f.kind = 'table'
    -- of: trigger
    UNION ALL
    -- A trigger of a partitioned table is one of each partition, where it may be otherwise; a statement for the first is one for all.
    SELECT copy.n, 17, NULL, NULL,
           string_agg(format('ALTER TABLE IF EXISTS %s %s TRIGGER %s', CASE copy.depth WHEN 0 THEN copy.called_parent ELSE copy.tgrelid::regclass::text END,
                             CASE copy.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, copy.bare),
                      '; ' ORDER BY copy.depth, copy.tgrelid::regclass::text), NULL
    FROM (
        WITH RECURSIVE copy AS (
            SELECT f.n, f.bare, f.called_parent, g.oid, g.tgrelid, g.tgenabled, 0 AS depth FROM found f JOIN pg_trigger g ON g.oid = f.oid WHERE f.kind = 'trigger'
            UNION ALL
            SELECT copy.n, copy.bare, copy.called_parent, g.oid, g.tgrelid, g.tgenabled, copy.depth + 1
            FROM copy JOIN pg_trigger g ON to_jsonb(g) ->> 'tgparentid' = copy.oid::text
        )
        SELECT * FROM copy
    ) AS copy
    GROUP BY copy.n
    -- of: rule
    UNION ALL
    SELECT f.n, 17, NULL, NULL, format('ALTER TABLE %s %s RULE %s', f.called_parent,
                CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, f.bare), NULL
    FROM found f JOIN pg_rewrite r ON r.oid = f.oid WHERE f.kind = 'rule'
    -- of: policy
    UNION ALL
    SELECT f.n, 17, NULL, NULL, format('ALTER POLICY %s ON %s TO %s', f.bare, f.called_parent,
                CASE WHEN p.polroles = '{0}' THEN 'PUBLIC' ELSE (SELECT string_agg(quote_ident(pg_get_userbyid(role)), ', ' ORDER BY role) FROM unnest(p.polroles) AS role) END), NULL
    FROM found f JOIN pg_policy p ON p.oid = f.oid WHERE f.kind = 'policy'
    -- of: all
), fact AS (
    SELECT *, NULL::text AS grantor FROM plain_fact UNION ALL SELECT * FROM grant_fact
), part (n, part) AS (
    SELECT NULL::int, NULL::text WHERE false
    -- of: view, materialized view, table, column
    UNION ALL
    SELECT n, 'column ' || called FROM attribute
    -- of: view, materialized view, table, column
    UNION ALL
    -- Numbers and the like are stored in one way.
    SELECT n, 'storage ' || called FROM attribute WHERE typstorage <> 'p'
    -- of: materialized view, table, index, constraint
    UNION ALL
    SELECT n, 'index ' || bare FROM index
    -- of: materialized view, table, index, constraint
    UNION ALL
    SELECT i.n, format('index %s, expression %s', i.bare, a.attnum)
    FROM index i JOIN pg_index x ON x.indexrelid = i.indexrelid JOIN pg_attribute a ON a.attrelid = i.indexrelid AND x.indkey[a.attnum - 1] = 0
    -- of: materialized view, statistics
    UNION ALL
    SELECT n, 'statistics ' || called FROM statistics
    -- of: table
    UNION ALL
    SELECT f.n, 'constraint ' || quote_ident(k.conname) FROM found f JOIN pg_constraint k ON k.conrelid = f.oid WHERE f.kind = 'table'
    -- of: type
    UNION ALL
    SELECT f.n, 'constraint ' || quote_ident(k.conname) FROM found f JOIN pg_constraint k ON k.contypid = f.oid WHERE f.kind = 'type'
    -- of: type
    UNION ALL
    SELECT f.n, 'attribute ' || quote_ident(a.attname)
    FROM found f JOIN pg_type y ON y.oid = f.oid AND y.typtype = 'c' JOIN pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped WHERE f.kind = 'type'
    -- of: all
)
SELECT f.n, f.identity,
       coalesce((SELECT jsonb_agg(to_jsonb(fact) - 'n' ORDER BY fact.place, fact.sql) FROM fact WHERE fact.n = f.n), '[]') AS facts,
       coalesce((SELECT jsonb_agg(part.part) FROM part WHERE part.n = f.n), '[]') AS parts
FROM found f
