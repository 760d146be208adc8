SELECT 'setting', relation.schema, 'type', ARRAY['table', relation.relname::text],
       format('ALTER TABLE %s OF %s', relation.quoted, format_type(c.reloftype, NULL)), ARRAY[relation.oid], NULL, NULL, NULL
FROM relation JOIN pg_class c ON c.oid = relation.oid
WHERE c.reloftype <> 0
