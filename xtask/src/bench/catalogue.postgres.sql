SELECT json_build_object(
    'tables',
    (SELECT json_agg(json_build_array(c.oid::int8, c.relname))
     FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace),
    'columns',
    (SELECT json_agg(json_build_array(a.attrelid::int8, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                                      a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)))
     FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace),
    'constraints',
    (SELECT json_agg(json_build_array(k.conrelid::int8, k.conname, k.contype, k.conkey, k.confrelid::int8, k.confkey,
                                      k.confupdtype, k.confdeltype,
                                      CASE WHEN k.contype = 'c' THEN pg_get_constraintdef(k.oid) END))
     FROM pg_constraint k WHERE k.connamespace = 'public'::regnamespace AND k.conrelid <> 0),
    'indexes',
    (SELECT json_agg(json_build_array(i.indrelid::int8, x.relname, i.indisunique, i.indisprimary, i.indkey::text,
                                      i.indoption::text, m.amname, pg_get_expr(i.indexprs, i.indrelid),
                                      pg_get_expr(i.indpred, i.indrelid)))
     FROM pg_index i
     JOIN pg_class x ON x.oid = i.indexrelid
     JOIN pg_am m ON m.oid = x.relam
     WHERE x.relnamespace = 'public'::regnamespace));
