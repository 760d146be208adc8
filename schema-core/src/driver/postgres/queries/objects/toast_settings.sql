-- What a table is set to beside its own storage parameters.
SELECT 'setting', relation.schema, 'TOAST parameters', ARRAY['table', relation.relname::text],
       format('ALTER TABLE %s SET (%s)', relation.quoted,
              (SELECT string_agg('toast.' || quote_ident(split_part(o, '=', 1)) || ' = ' || quote_literal(substr(o, strpos(o, '=') + 1)), ', ' ORDER BY o)
               FROM unnest(x.reloptions) AS o)),
       ARRAY[relation.oid], NULL, NULL, NULL
FROM relation JOIN pg_class c ON c.oid = relation.oid JOIN pg_class x ON x.oid = c.reltoastrelid
WHERE x.reloptions IS NOT NULL
