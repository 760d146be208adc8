-- Which kinds of objects there may be beside tables, indexes and views: to plan a query of all kinds takes the server longer than to run it.
-- Objects with lower numbers are the server's own.
WITH me AS (
    SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user
), relation AS (
    SELECT bool_or(c.relkind IN ('r', 'p')) AS tables, bool_or(c.relkind = 'S') AS sequences, bool_or(c.relkind = 'm') AS materialized_views,
           bool_or(c.relkind = 'f') AS foreign_tables, bool_or(c.relkind = 'c') AS composite_types, bool_or(c.reloftype <> 0) AS typed_tables,
           bool_or(c.relkind = 't' AND c.reloptions IS NOT NULL) AS toast_settings,
           bool_or(c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND (c.relacl IS NOT NULL OR c.relowner <> me.oid)) AS rights,
           bool_or(c.relkind = 'S' AND c.relpersistence = 'u') OR bool_or(c.relkind IN ('r', 'p') AND c.relpersistence = 'u') AS unlogged
    FROM pg_class c, me WHERE c.oid >= 16384
), type AS (
    -- Arrays come with their items.
    SELECT bool_or(t.typtype = 'd') AS domains, bool_or(t.typtype = 'r') AS range_types,
           bool_or(t.typtype = 'b' AND t.typinput <> 'array_in'::regproc) AS base_types,
           bool_or(t.typtype IN ('e', 'd', 'r', 'c') AND (t.typacl IS NOT NULL OR t.typowner <> me.oid)) AS rights
    FROM pg_type t, me WHERE t.oid >= 16384
), routine AS (
    SELECT bool_or(true) AS functions, bool_or(p.proacl IS NOT NULL OR p.proowner <> me.oid) AS rights
    FROM pg_proc p, me WHERE p.oid >= 16384
), attribute AS (
    SELECT bool_or(a.attstattarget >= 0) AS targets, bool_or(a.attacl IS NOT NULL) AS rights
    FROM pg_attribute a WHERE a.attrelid >= 16384 AND a.attnum > 0
), namespace AS (
    -- The rights on the usual schema are mostly those that a new database has.
    SELECT bool_or(CASE WHEN n.nspname <> 'public' THEN n.nspacl IS NOT NULL OR n.nspowner <> me.oid
                        ELSE NOT (n.nspacl @> usual.acl AND usual.acl @> n.nspacl) END) AS rights
    FROM pg_namespace n CROSS JOIN me
    CROSS JOIN LATERAL (
        SELECT acldefault('n', n.nspowner) || format('=%s/%s', CASE WHEN current_setting('server_version_num')::int < 150000 THEN 'UC' ELSE 'U' END,
                                                     n.nspowner::regrole)::aclitem AS acl
    ) AS usual
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT array_remove(ARRAY[
    CASE WHEN EXISTS (SELECT FROM pg_extension WHERE oid >= 16384) THEN 'extensions' END,
    CASE WHEN EXISTS (SELECT FROM pg_collation WHERE oid >= 16384) THEN 'collations' END,
    CASE WHEN type.domains THEN 'domains' END,
    CASE WHEN relation.composite_types THEN 'composite types' END,
    CASE WHEN type.range_types THEN 'range types' END,
    CASE WHEN relation.sequences THEN 'sequences' END,
    CASE WHEN routine.functions THEN 'functions' END,
    CASE WHEN relation.materialized_views THEN 'materialized views' END,
    CASE WHEN relation.foreign_tables THEN 'foreign tables' END,
    CASE WHEN EXISTS (SELECT FROM pg_trigger WHERE oid >= 16384 AND NOT tgisinternal) THEN 'triggers' END,
    CASE WHEN EXISTS (SELECT FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN') THEN 'rules' END,
    CASE WHEN EXISTS (SELECT FROM pg_policy) THEN 'policies' END,
    CASE WHEN EXISTS (SELECT FROM pg_statistic_ext) THEN 'statistics' END,
    CASE WHEN EXISTS (SELECT FROM pg_constraint WHERE contype = 'n' AND conislocal AND (connoinherit OR NOT convalidated)) THEN 'not null' END,
    CASE WHEN relation.tables THEN 'column settings' END,
    CASE WHEN attribute.targets OR EXISTS (SELECT FROM pg_index WHERE indexrelid >= 16384 AND indisclustered)
        OR EXISTS (SELECT FROM pg_description d JOIN pg_constraint k ON k.conindid = d.objoid
                   WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0 AND d.objoid >= 16384) THEN 'index settings' END,
    CASE WHEN relation.toast_settings THEN 'toast settings' END,
    CASE WHEN relation.typed_tables THEN 'typed tables' END,
    CASE WHEN type.base_types
        OR EXISTS (SELECT FROM pg_am WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_conversion WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_event_trigger WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_foreign_server WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_language WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_opclass WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_operator WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_opfamily WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_publication WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_transform WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384)
        OR EXISTS (SELECT FROM pg_ts_parser WHERE oid >= 16384) OR EXISTS (SELECT FROM pg_ts_template WHERE oid >= 16384) THEN 'others' END,
    CASE WHEN EXISTS (SELECT FROM pg_extension WHERE oid >= 16384) OR relation.materialized_views OR relation.unlogged
        OR EXISTS (SELECT FROM pg_language WHERE lanacl IS NOT NULL) OR EXISTS (SELECT FROM pg_depend WHERE deptype = 'x')
        OR EXISTS (SELECT FROM pg_description d JOIN pg_inherits i ON i.inhrelid = d.objoid WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0)
        OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'public' AND obj_description(n.oid, 'pg_namespace') <> 'standard public schema')
        THEN 'details' END,
    CASE WHEN relation.rights OR type.rights OR routine.rights OR attribute.rights OR namespace.rights
        OR EXISTS (SELECT FROM pg_default_acl) THEN 'rights' END
], NULL)
FROM relation, type, routine, attribute, namespace
