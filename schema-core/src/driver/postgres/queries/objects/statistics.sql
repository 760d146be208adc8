SELECT 'statistics', own.name, s.stxname::text, NULL,
       -- The server sorts the columns by where they are in the table, which is no difference.
       replace(pg_get_statisticsobjdef(s.oid), ' ON ' || named.by_place, ' ON ' || named.by_name), ARRAY[s.stxrelid],
       format('STATISTICS %s%I', own.prefix, s.stxname), obj_description(s.oid, 'pg_statistic_ext'),
       -- NULL instead of -1 since PostgreSQL 17.
       (SELECT json_build_array(format('ALTER STATISTICS %s%I SET STATISTICS %s', own.prefix, s.stxname, target))::text
        FROM nullif(to_jsonb(s) ->> 'stxstattarget', '-1') AS target WHERE target IS NOT NULL)
FROM pg_statistic_ext s JOIN own ON own.oid = s.stxnamespace
CROSS JOIN LATERAL (
    SELECT coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), '') AS by_place,
           coalesce(string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname), '') AS by_name
    FROM pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)
) AS named
WHERE NOT EXISTS (SELECT 1 FROM relation WHERE relation.oid = s.stxrelid AND relation.relkind = 'm')
