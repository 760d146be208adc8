SELECT 'foreign_table', relation.schema, relation.relname::text, NULL, NULL, NULL, NULL, NULL, NULL
FROM relation WHERE relation.relkind = 'f'
