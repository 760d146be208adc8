SELECT 'trigger', relation.schema, t.tgname::text, ARRAY['table', relation.relname::text], pg_get_triggerdef(t.oid), ARRAY[t.tgrelid],
       format('TRIGGER %I ON %s', t.tgname, relation.quoted), obj_description(t.oid, 'pg_trigger'),
       -- A trigger of a partitioned table is one of each partition, where it may be otherwise.
       (WITH RECURSIVE copy AS (
            SELECT t.oid, t.tgrelid, t.tgname, t.tgenabled, CASE t.tgenabled WHEN 'O' THEN 'O' ELSE '' END AS usual, 0 AS depth
            UNION ALL
            SELECT c.oid, c.tgrelid, c.tgname, c.tgenabled, t.tgenabled::text, copy.depth + 1 FROM pg_trigger c JOIN copy ON c.tgparentid = copy.oid
        )
        SELECT json_agg(format('ALTER TABLE %s %s TRIGGER %I', copy.tgrelid::regclass,
                   CASE copy.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END, copy.tgname)
                   ORDER BY copy.depth, copy.tgrelid::regclass::text)::text
        FROM copy WHERE copy.tgenabled::text <> copy.usual)
FROM pg_trigger t JOIN relation ON relation.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
