SELECT 'domain', own.name, t.typname::text, NULL,
       format('CREATE DOMAIN %s%I AS %s', naming.prefix, t.typname, format_type(t.typbasetype, t.typtypmod))
           || coalesce(' COLLATE ' || (SELECT l.collnamespace::regnamespace::text || '.' || quote_ident(l.collname) FROM pg_collation l
                WHERE l.oid = t.typcollation AND l.oid <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)), ''),
       NULL, format('DOMAIN %s%I', naming.prefix, t.typname), obj_description(t.oid, 'pg_type'),
       (SELECT json_agg(CASE WHEN part.place = 4 THEN part.action ELSE format('ALTER DOMAIN %s%I %s', naming.prefix, t.typname, part.action) END ORDER BY part.place, part.action COLLATE "C")::text FROM (
            SELECT 1, 'SET DEFAULT ' || t.typdefault WHERE t.typdefault IS NOT NULL
            UNION ALL
            SELECT 2, 'SET NOT NULL' WHERE t.typnotnull
            UNION ALL
            SELECT 3, format('ADD CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
            UNION ALL
            SELECT 4, format('COMMENT ON CONSTRAINT %I ON DOMAIN %s%I IS %L', k.conname, naming.prefix, t.typname, obj_description(k.oid, 'pg_constraint'))
            FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND obj_description(k.oid, 'pg_constraint') IS NOT NULL
        ) AS part (place, action))
FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN naming ON naming.oid = t.oid
WHERE t.typtype = 'd' AND NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
