SELECT 'collation', own.name, l.collname::text, NULL,
       -- What an ICU collation is of has other names since PostgreSQL 15 and 17.
       CASE l.collprovider
           WHEN 'i' THEN format('CREATE COLLATION %s%I (provider = icu, locale = %L', own.prefix, l.collname,
                                coalesce(to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', l.collcollate::text))
               || coalesce(', rules = ' || quote_literal(to_jsonb(l) ->> 'collicurules'), '')
           ELSE format('CREATE COLLATION %s%I (provider = libc, lc_collate = %L, lc_ctype = %L', own.prefix, l.collname, l.collcollate, l.collctype)
       END || CASE WHEN l.collisdeterministic THEN ')' ELSE ', deterministic = false)' END,
       NULL, format('COLLATION %s%I', own.prefix, l.collname), obj_description(l.oid, 'pg_collation'), NULL
FROM pg_collation l JOIN own ON own.oid = l.collnamespace
WHERE NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_collation'::regclass AND objid = l.oid)
