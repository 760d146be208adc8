SELECT 'composite', own.name, t.typname::text, NULL,
       format('CREATE TYPE %s%I AS (%s)', naming.prefix, t.typname,
              (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                 || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END, ', ' ORDER BY a.attnum)
               FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)),
       NULL, format('TYPE %s%I', naming.prefix, t.typname), obj_description(t.oid, 'pg_type'),
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)
                            || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END,
                                                  'comment', col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)::text
        FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN naming ON naming.oid = t.oid JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
WHERE t.typtype = 'c' AND NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
