-- Settings of indexes, those of constraints included: the first, and the rest.
SELECT 'setting', relation.schema, x.relname::text, ARRAY['index', relation.relname::text],
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
GROUP BY relation.schema, x.relname, relation.relname, relation.oid
