SELECT 'not_null', relation.schema, k.conname::text, ARRAY['table', relation.relname::text], pg_get_constraintdef(k.oid), ARRAY[k.conrelid], NULL, NULL, NULL
FROM pg_constraint k JOIN relation ON relation.oid = k.conrelid
WHERE k.contype = 'n' AND k.conislocal AND (k.connoinherit OR NOT k.convalidated)
