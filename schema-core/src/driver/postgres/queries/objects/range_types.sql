SELECT 'range', own.name, t.typname::text, NULL,
       format('CREATE TYPE %s%I AS RANGE (%s)', naming.prefix, t.typname, concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
              (SELECT format('subtype_opclass = %I.%I', s.nspname, c.opcname) FROM pg_opclass c JOIN pg_namespace s ON s.oid = c.opcnamespace
               WHERE c.oid = r.rngsubopc AND NOT c.opcdefault),
              'collation = ' || (SELECT r.rngcollation::regcollation FROM pg_type b WHERE b.oid = r.rngsubtype AND r.rngcollation <> 0 AND b.typcollation <> r.rngcollation),
              'canonical = ' || nullif(r.rngcanonical, 0)::regproc, 'subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc,
              -- Since PostgreSQL 14; the usual name is that of the range type with `multi` in it.
              (SELECT format('multirange_type_name = %s%I', several.prefix, m.typname)
               FROM pg_type m JOIN naming AS several ON several.oid = m.oid
               WHERE m.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid
                 AND (m.typnamespace <> t.typnamespace OR m.typname <> left(CASE WHEN strpos(t.typname, 'range') > 0
                      THEN overlay(t.typname::text PLACING 'multirange' FROM strpos(t.typname, 'range') FOR 5) ELSE t.typname || '_multirange' END, 63))))),
       NULL, format('TYPE %s%I', naming.prefix, t.typname), obj_description(t.oid, 'pg_type'), NULL
FROM pg_type t JOIN own ON own.oid = t.typnamespace JOIN naming ON naming.oid = t.oid JOIN pg_range r ON r.rngtypid = t.oid
WHERE NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_type'::regclass AND objid = t.oid)
