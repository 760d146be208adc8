-- The columns of tables; of views only what has a comment.
SELECT
    a.attrelid,
    a.attnum,
    a.attname::text,
    format_type(a.atttypid, a.atttypmod),
    NOT a.attnotnull,
    a.attidentity,
    a.attgenerated,
    pg_get_expr(f.adbin, f.adrelid),
    CASE WHEN a.attcollation <> t.typcollation THEN
        (SELECT CASE WHEN l.collnamespace IN ('pg_catalog'::regnamespace, current_schema()::regnamespace) THEN l.collname::text
                     ELSE l.collnamespace::regnamespace::text || '."' || replace(l.collname, '"', '""') || '"' END
         FROM pg_collation l WHERE l.oid = a.attcollation)
    END,
    d.description,
    NOT a.attislocal AND NOT c.relispartition
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND (c.relkind IN ('r', 'p') OR c.relkind = 'v' AND d.description IS NOT NULL)
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY a.attrelid, a.attnum
