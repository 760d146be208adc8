-- Settings of columns: how values are stored, and how closely the planner looks at them.
SELECT 'setting', relation.schema, a.attname::text, ARRAY['column', relation.relname::text],
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
