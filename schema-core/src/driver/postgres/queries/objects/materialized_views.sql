SELECT 'materialized', relation.schema, relation.relname::text, NULL,
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
