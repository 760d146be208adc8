-- Constraints of tables, without those that a table only has from its parent.
SELECT
    k.conrelid,
    k.conname::text,
    k.contype,
    k.condeferrable,
    k.condeferred,
    k.convalidated,
    k.conkey,
    k.conindid,
    k.confrelid,
    k.confkey,
    k.confupdtype,
    k.confdeltype,
    k.confmatchtype,
    {delete_columns},
    k.connoinherit,
    CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid)
         WHEN k.contype = 'x' OR {period} AND k.contype <> 'f' THEN pg_get_constraintdef(k.oid) END,
    d.description,
    k.conislocal AND k.conparentid = 0,
    -- What a partition has from its parent has the parent's name, or one that points at it.
    CASE WHEN k.conparentid <> 0 THEN (SELECT p.conname::text FROM pg_constraint p WHERE p.oid = k.conparentid)
         WHEN NOT k.conislocal THEN k.conname::text END,
    {enforced},
    {period}
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid AND c.relkind IN ('r', 'p')
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x')
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY k.conrelid, k.conname
