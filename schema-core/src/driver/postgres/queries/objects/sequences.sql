SELECT 'sequence', relation.schema, relation.relname::text, NULL,
       format('CREATE %sSEQUENCE %s AS %s INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s%s', CASE relation.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, relation.quoted, format_type(s.seqtypid, NULL),
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
