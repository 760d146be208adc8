SELECT 'statistics', own.name, s.stxname::text, pg_get_statisticsobjdef(s.oid), ARRAY[s.stxrelid],
       format('STATISTICS %s%I', own.prefix, s.stxname), obj_description(s.oid, 'pg_statistic_ext'),
       -- NULL instead of -1 since PostgreSQL 17.
       (SELECT json_build_array(format('ALTER STATISTICS %s%I SET STATISTICS %s', own.prefix, s.stxname, target))::text
        FROM nullif(to_jsonb(s) ->> 'stxstattarget', '-1') AS target WHERE target IS NOT NULL)
FROM pg_statistic_ext s JOIN own ON own.oid = s.stxnamespace
WHERE NOT EXISTS (SELECT 1 FROM relation WHERE relation.oid = s.stxrelid AND relation.relkind = 'm')
