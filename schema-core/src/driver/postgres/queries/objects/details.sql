-- What is compared, and never planned: details of objects that have no place among what is known of these.
-- Each with the relation or the extension that it goes with.
SELECT 'detail', NULL, substr(detail.name, strpos(detail.name, ': ') + 2), ARRAY['words', split_part(detail.name, ': ', 1)], NULL, detail.relations, 'EXTENSION ' || quote_ident(detail.extension), NULL, NULL
FROM (
    -- The version of an extension, where it is not the one that the server gives.
    SELECT format('version of extension: %s %s', x.extname, x.extversion) AS name, NULL::oid[] AS relations, x.extname::text AS extension
    FROM pg_extension x JOIN pg_available_extensions a ON a.name = x.extname
    WHERE x.extversion <> a.default_version
    UNION ALL
    -- Rights on what belongs to an extension, where they are not those that it came with.
    SELECT format('rights on member of extension: %s', (pg_identify_object(one.class, one.oid, 0)).identity), NULL, x.extname
    FROM (
        SELECT 'pg_class'::regclass AS class, c.oid, c.relacl AS acl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner) AS usual FROM pg_class c
        UNION ALL
        SELECT 'pg_proc'::regclass, p.oid, p.proacl, acldefault('f', p.proowner) FROM pg_proc p
        UNION ALL
        SELECT 'pg_type'::regclass, t.oid, t.typacl, acldefault('T', t.typowner) FROM pg_type t
        UNION ALL
        SELECT 'pg_namespace'::regclass, n.oid, n.nspacl, acldefault('n', n.nspowner) FROM pg_namespace n
    ) AS one (class, oid, acl, usual)
    JOIN pg_depend e ON e.deptype = 'e' AND e.classid = one.class AND e.objid = one.oid
    JOIN pg_extension x ON x.oid = e.refobjid
    LEFT JOIN pg_init_privs i ON i.classoid = one.class AND i.objoid = one.oid AND i.objsubid = 0
    WHERE one.acl IS NOT NULL
      AND NOT (one.acl @> coalesce(i.initprivs, one.usual) AND coalesce(i.initprivs, one.usual) @> one.acl)
    UNION ALL
    SELECT format('rights on language: %s', l.lanname), NULL, NULL FROM pg_language l
    WHERE l.lanacl IS NOT NULL AND NOT (l.lanacl @> acldefault('l', l.lanowner) AND acldefault('l', l.lanowner) @> l.lanacl)
    UNION ALL
    -- Who has dropped the schema and created it again has no comment on it, and means nothing by that.
    SELECT format('comment on schema: %s %L', n.nspname, obj_description(n.oid, 'pg_namespace')), NULL, NULL
    FROM pg_namespace n
    WHERE n.nspname = 'public' AND obj_description(n.oid, 'pg_namespace') <> 'standard public schema'
    UNION ALL
    -- Indexes of partitions come with that of their table.
    SELECT format('comment on index of partition: %s %L', i.inhrelid::regclass, d.description), ARRAY[x.indrelid], NULL
    FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid
    JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.inhrelid AND d.objsubid = 0
    WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.inhrelid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT format('settings of column of materialized view: %s.%I %s', relation.quoted, a.attname,
                  concat_ws(', ', 'STORAGE ' || CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
                            'COMPRESSION ' || nullif(a.compression, ''), 'STATISTICS ' || nullif(a.attstattarget, -1), nullif(array_to_string(a.options, ', '), ''))), ARRAY[relation.oid], NULL
    FROM relation JOIN attribute a ON a.attrelid = relation.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE relation.relkind = 'm' AND (a.attstorage <> t.typstorage OR a.compression <> '' OR a.attstattarget >= 0 OR a.options <> '{}')
    UNION ALL
    SELECT format('order of materialized view: %s CLUSTER ON %I', relation.quoted, c.relname), ARRAY[relation.oid], NULL
    FROM relation JOIN pg_index i ON i.indrelid = relation.oid AND i.indisclustered JOIN pg_class c ON c.oid = i.indexrelid
    WHERE relation.relkind = 'm'
    UNION ALL
    SELECT format('dependency: %s on extension %s', (pg_identify_object(d.classid, d.objid, d.objsubid)).identity, x.extname),
           CASE WHEN d.classid = 'pg_class'::regclass THEN ARRAY[d.objid] END, x.extname
    FROM pg_depend d JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
    WHERE d.deptype = 'x'
    UNION ALL
    -- One that numbers a column is logged as the table is.
    SELECT format('%s sequence: %s', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END, c.oid::regclass), ARRAY[t.oid], NULL
    FROM pg_class c JOIN relation ON relation.oid = c.oid
    JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    LEFT JOIN pg_attrdef f ON f.adrelid = d.refobjid AND f.adnum = d.refobjsubid
    WHERE c.relkind = 'S' AND (d.deptype = 'i' OR pg_get_expr(f.adbin, f.adrelid) = format('nextval(%L::regclass)', relation.quoted))
      AND t.relpersistence IN ('p', 'u') AND t.relpersistence <> c.relpersistence
      AND (c.relpersistence = 'u' OR current_setting('server_version_num')::int >= 150000)
) AS detail
