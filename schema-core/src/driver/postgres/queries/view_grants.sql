-- What a view has beside its query: defaults of columns, rights that its owner gave away, and those that others have, on the whole and on columns.
WITH view AS (
    SELECT c.oid, c.relowner, c.relacl,
           CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) AS quoted
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    WHERE c.relkind = 'v'
), column_of AS (
    SELECT view.*, a.attnum, a.attacl, quote_ident(a.attname) AS name
    FROM view JOIN pg_attribute a ON a.attrelid = view.oid AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT part.oid, part.sql
FROM (
    SELECT column_of.oid, 1 AS place, format('ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s', quoted, name, pg_get_expr(f.adbin, f.adrelid)) AS sql
    FROM column_of JOIN pg_attrdef f ON f.adrelid = column_of.oid AND f.adnum = column_of.attnum
    UNION ALL
    SELECT view.oid, 2, format('REVOKE %s ON %s FROM %I', d.privilege_type, quoted, pg_get_userbyid(view.relowner))
    FROM view CROSS JOIN LATERAL aclexplode(acldefault('r', view.relowner)) AS d
    WHERE view.relacl IS NOT NULL AND d.grantee = view.relowner
      AND NOT EXISTS (SELECT 1 FROM aclexplode(view.relacl) AS a WHERE a.grantee = d.grantee AND a.privilege_type = d.privilege_type)
    UNION ALL
    SELECT view.oid, 3, format('GRANT %s ON %s TO %s%s', a.privilege_type, quoted,
                               CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                               CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM view CROSS JOIN LATERAL aclexplode(view.relacl) AS a
    WHERE a.grantee <> view.relowner
    UNION ALL
    SELECT column_of.oid, 4, format('GRANT %s (%s) ON %s TO %s%s', a.privilege_type, name, quoted,
                                    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                                    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM column_of CROSS JOIN LATERAL aclexplode(column_of.attacl) AS a
) AS part
ORDER BY part.oid, part.place, part.sql
