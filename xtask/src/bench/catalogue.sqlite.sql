SELECT m.name, c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table';
SELECT m.name, i.name, i."unique", i.origin, i.partial, x.seqno, x.name, x."desc", x.coll
FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) x WHERE m.type = 'table' AND x.key = 1;
SELECT m.name, f.* FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table';
SELECT type, name, tbl_name, sql FROM sqlite_schema;
