-- What somebody has made in the database, and the statement that removes it: schemas, what is in the schema public, and what is in none. What goes with something
-- else, such as an index with its table, is left out. There is no statement for what only its own commands remove.
SELECT pg_describe_object(o.classid, o.oid, 0),
       CASE
         WHEN i.type IN ('default acl', 'transform', 'user mapping') THEN NULL
         WHEN i.type = 'large object' THEN 'SELECT pg_catalog.lo_unlink(' || o.oid || ')'
         ELSE 'DROP '
           || CASE i.type
                WHEN 'statistics object' THEN 'STATISTICS'
                WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
                ELSE upper(i.type)
              END
           || ' IF EXISTS ' || i.identity || ' CASCADE'
       END
FROM (
    SELECT 'pg_class'::regclass::oid AS classid, c.oid, c.relnamespace AS namespace FROM pg_class c
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT (c.relkind = 'r' AND c.relname = $1)
    UNION ALL SELECT 'pg_type'::regclass, t.oid, t.typnamespace FROM pg_type t
    WHERE t.typtype <> 'c' OR EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
    UNION ALL SELECT 'pg_proc'::regclass, p.oid, p.pronamespace FROM pg_proc p
    UNION ALL SELECT 'pg_operator'::regclass, p.oid, p.oprnamespace FROM pg_operator p
    UNION ALL SELECT 'pg_opclass'::regclass, p.oid, p.opcnamespace FROM pg_opclass p
    UNION ALL SELECT 'pg_opfamily'::regclass, p.oid, p.opfnamespace FROM pg_opfamily p
    UNION ALL SELECT 'pg_collation'::regclass, c.oid, c.collnamespace FROM pg_collation c
    UNION ALL SELECT 'pg_conversion'::regclass, c.oid, c.connamespace FROM pg_conversion c
    UNION ALL SELECT 'pg_statistic_ext'::regclass, s.oid, s.stxnamespace FROM pg_statistic_ext s
    UNION ALL SELECT 'pg_ts_config'::regclass, c.oid, c.cfgnamespace FROM pg_ts_config c
    UNION ALL SELECT 'pg_ts_dict'::regclass, d.oid, d.dictnamespace FROM pg_ts_dict d
    UNION ALL SELECT 'pg_ts_parser'::regclass, p.oid, p.prsnamespace FROM pg_ts_parser p
    UNION ALL SELECT 'pg_ts_template'::regclass, t.oid, t.tmplnamespace FROM pg_ts_template t
    UNION ALL SELECT 'pg_namespace'::regclass, n.oid, NULL FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public')
    UNION ALL SELECT 'pg_extension'::regclass, x.oid, NULL FROM pg_extension x
    UNION ALL SELECT 'pg_cast'::regclass, c.oid, NULL FROM pg_cast c
    UNION ALL SELECT 'pg_transform'::regclass, t.oid, NULL FROM pg_transform t
    UNION ALL SELECT 'pg_language'::regclass, l.oid, NULL FROM pg_language l
    UNION ALL SELECT 'pg_am'::regclass, a.oid, NULL FROM pg_am a
    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, f.oid, NULL FROM pg_foreign_data_wrapper f
    UNION ALL SELECT 'pg_foreign_server'::regclass, f.oid, NULL FROM pg_foreign_server f
    UNION ALL SELECT 'pg_user_mapping'::regclass, m.umid, NULL FROM pg_user_mappings m
    UNION ALL SELECT 'pg_event_trigger'::regclass, e.oid, NULL FROM pg_event_trigger e
    UNION ALL SELECT 'pg_publication'::regclass, p.oid, NULL FROM pg_publication p
    UNION ALL SELECT 'pg_largeobject'::regclass, l.oid, NULL FROM pg_largeobject_metadata l
    UNION ALL SELECT 'pg_default_acl'::regclass, a.oid, NULL FROM pg_default_acl a
) AS o
CROSS JOIN LATERAL pg_identify_object(o.classid, o.oid, 0) AS i
-- What is older came with the database.
WHERE o.oid >= 16384
  AND (o.namespace IS NULL OR o.namespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = 'public'))
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = o.classid AND d.objid = o.oid AND d.deptype NOT IN ('n', 'p'))
ORDER BY 1
