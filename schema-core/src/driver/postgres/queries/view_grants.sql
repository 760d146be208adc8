-- Who may do what with a view, beside its owner.
SELECT c.oid, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.privilege_type, a.is_grantable
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
CROSS JOIN LATERAL aclexplode(c.relacl) AS a
WHERE c.relkind = 'v' AND c.relacl IS NOT NULL AND a.grantee <> c.relowner
ORDER BY 1, 2, 3
