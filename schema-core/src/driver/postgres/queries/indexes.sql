-- Indexes of tables; those of constraints too, for what only the index knows.
WITH unusual AS (
    SELECT coalesce(array_agg(o.oid), '{}') AS classes FROM pg_opclass o WHERE NOT o.opcdefault
)
SELECT
    i.indexrelid,
    i.indrelid,
    x.relname::text,
    m.amname::text,
    i.indisunique,
    i.indisvalid,
    {nulls_not_distinct},
    i.indnkeyatts,
    i.indkey::int2[],
    i.indoption::int2[],
    -- Operator classes that are not the usual ones, and their parameters.
    CASE WHEN i.indclass::oid[] && (SELECT classes FROM unusual)
           OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attoptions IS NOT NULL) THEN
        ARRAY(
            SELECT CASE WHEN NOT o.opcdefault OR a.attoptions IS NOT NULL THEN
                       CASE WHEN o.opcnamespace IN ('pg_catalog'::regnamespace, current_schema()::regnamespace) THEN ''
                            ELSE o.opcnamespace::regnamespace::text || '.' END
                       || quote_ident(o.opcname) || coalesce(' (' || array_to_string(a.attoptions, ', ') || ')', '')
                   END
            FROM unnest(i.indclass::oid[]) WITH ORDINALITY AS u (opclass, place)
            JOIN pg_opclass o ON o.oid = u.opclass
            LEFT JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = u.place
            ORDER BY u.place
        )
    END,
    -- Collations that are not the columns' own; those of expressions show in the whole definition alone.
    CASE WHEN NOT i.indcollation::oid[] <@ '{0,100}'
           -- Looked up for all tables at once.
           OR i.indrelid IN (SELECT a.attrelid FROM pg_attribute a WHERE a.attcollation NOT IN (0, 100))
              AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[])
                            AND a.attcollation NOT IN (0, 100)) THEN
        ARRAY(
            SELECT CASE WHEN u.number = 0 THEN NULL
                        WHEN u.key <> 0 AND u.number = (SELECT a.attcollation FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = u.key)
                            THEN NULL
                        WHEN u.key = 0
                             AND position(pg_get_indexdef(i.indexrelid, u.place::int, false) || ' COLLATE ' IN pg_get_indexdef(i.indexrelid)) = 0
                            THEN NULL
                        WHEN l.collnamespace IN ('pg_catalog'::regnamespace, current_schema()::regnamespace) THEN l.collname::text
                        ELSE l.collnamespace::regnamespace::text || '."' || replace(l.collname, '"', '""') || '"'
                   END
            FROM unnest(i.indcollation::oid[], (i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS u (number, key, place)
            LEFT JOIN pg_collation l ON l.oid = u.number
            ORDER BY u.place
        )
    END,
    CASE WHEN i.indexprs IS NOT NULL THEN
        ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, false) FROM generate_series(1, i.indnkeyatts) AS place)
    END,
    pg_get_expr(i.indpred, i.indrelid),
    x.reloptions,
    d.description,
    x.relispartition,
    CASE WHEN x.relispartition THEN
        (SELECT p.relname::text FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = i.indexrelid)
    END
FROM pg_index i
JOIN pg_class x ON x.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p')
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = x.relam
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY i.indrelid, x.relname
