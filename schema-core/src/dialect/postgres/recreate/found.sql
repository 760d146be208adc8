-- What is recreated, as the catalogue knows it. `wanted` holds what is looked for (`schema`, `name`, and `parent` for what is on a table), and what
-- statements call it (`called`, `called_parent`).
target AS (
    SELECT w.n, CASE w.kind WHEN 'values of column' THEN 'column' ELSE w.kind END AS kind, s.oid AS namespace, w.schema, w.name, w.parent, quote_ident(w.called) AS bare,
           quote_ident(w.schema) || '.' || quote_ident(w.called) AS called, quote_ident(w.schema) || '.' || quote_ident(w.called_parent) AS called_parent,
           w.commented
    FROM wanted w JOIN pg_namespace s ON s.nspname = w.schema
), found AS (
    SELECT t.*, NULL::regclass AS class, NULL::oid AS oid, NULL::oid AS relation, NULL::oid AS owner, NULL::aclitem[] AS acl, NULL::"char" AS acl_kind,
           NULL::text AS identity
    FROM target t WHERE false
    -- of: view, materialized view, table, sequence, index
    UNION ALL
    SELECT t.*, 'pg_class'::regclass AS class, c.oid, c.oid AS relation, c.relowner AS owner, c.relacl AS acl,
           CASE t.kind WHEN 'sequence' THEN 's' ELSE 'r' END::"char" AS acl_kind, c.oid::text AS identity
    FROM target t JOIN pg_class c ON c.relnamespace = t.namespace AND c.relname = t.name
    WHERE c.relkind::text = ANY (CASE t.kind WHEN 'view' THEN '{v}' WHEN 'materialized view' THEN '{m}' WHEN 'table' THEN '{r,p}'
                                             WHEN 'sequence' THEN '{S}' WHEN 'index' THEN '{i,I}' END::text[])
    -- of: type
    UNION ALL
    SELECT t.*, 'pg_type'::regclass, y.oid, NULL, y.typowner, y.typacl, 'T', y.oid::text
    FROM target t JOIN pg_type y ON y.typnamespace = t.namespace AND y.typname = t.name
    WHERE t.kind = 'type'
    -- of: function
    UNION ALL
    -- A function is called with its types, which the path may qualify or not.
    SELECT t.n, t.kind, t.namespace, t.schema, t.name, t.parent, t.bare, p.oid::regprocedure::text, t.called_parent, t.commented,
           'pg_proc'::regclass, p.oid, NULL, p.proowner, p.proacl, 'f', p.oid::text
    FROM target t JOIN pg_proc p ON p.pronamespace = t.namespace AND p.proname = split_part(t.name, '(', 1)
     AND regexp_replace(array_to_string(ARRAY(SELECT format_type(y.oid, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS y (oid, place) ORDER BY place), ', '),
                        '("[^"]*"|[a-zA-Z_][a-zA-Z0-9_$]*)\.', '', 'g')
       = regexp_replace(rtrim(substr(t.name, strpos(t.name, '(') + 1), ')'), '("[^"]*"|[a-zA-Z_][a-zA-Z0-9_$]*)\.', '', 'g')
    WHERE t.kind = 'function'
    -- of: statistics
    UNION ALL
    SELECT t.*, 'pg_statistic_ext'::regclass, x.oid, NULL, x.stxowner, NULL, NULL, x.oid::text
    FROM target t JOIN pg_statistic_ext x ON x.stxnamespace = t.namespace AND x.stxname = t.name
    WHERE t.kind = 'statistics'
    -- of: constraint, trigger, rule, policy, column
    UNION ALL
    SELECT t.*, part.class, part.oid, c.oid, NULL, NULL, NULL, part.identity
    FROM target t JOIN pg_class c ON c.relnamespace = t.namespace AND c.relname = t.parent
    JOIN LATERAL (
        SELECT 'pg_trigger'::regclass AS class, g.oid, g.oid::text AS identity FROM pg_trigger g
        WHERE t.kind = 'trigger' AND g.tgrelid = c.oid AND g.tgname = t.name AND NOT g.tgisinternal
        UNION ALL
        SELECT 'pg_rewrite'::regclass, r.oid, r.oid::text FROM pg_rewrite r WHERE t.kind = 'rule' AND r.ev_class = c.oid AND r.rulename = t.name
        UNION ALL
        SELECT 'pg_policy'::regclass, p.oid, p.oid::text FROM pg_policy p WHERE t.kind = 'policy' AND p.polrelid = c.oid AND p.polname = t.name
        UNION ALL
        SELECT 'pg_constraint'::regclass, k.oid, k.oid::text FROM pg_constraint k WHERE t.kind = 'constraint' AND k.conrelid = c.oid AND k.conname = t.name
        UNION ALL
        SELECT 'pg_class'::regclass, c.oid, a.attrelid || '.' || a.attnum FROM pg_attribute a
        WHERE t.kind = 'column' AND a.attrelid = c.oid AND a.attname = t.name AND a.attnum > 0 AND NOT a.attisdropped
    ) AS part ON true
    -- of: all
)
