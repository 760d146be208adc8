-- Who owns what, where that is another than the current user, and who may do what, where that is not the usual: what the object is (as the
-- statements that grant have it), its schema, its name, its name as SQL, the right, the role that has it (none: everybody), whether it may hand
-- it on, whether the usual right is missing. For an owner the right is empty.
WITH own AS (
    SELECT n.oid, n.nspname, nullif(n.nspname, current_schema())::text AS name, n.nspowner, n.nspacl,
           CASE WHEN n.nspname = current_schema() THEN '' ELSE quote_ident(n.nspname) || '.' END AS prefix
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), me AS (
    SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user
), object AS (
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
           own.name AS schema, c.relname::text AS name, own.prefix || quote_ident(c.relname) AS quoted,
           -- Sequences of columns belong to whom the table does.
           CASE WHEN c.relkind <> 'S' OR NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                       AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')) THEN c.relowner END AS owner,
           c.relacl AS acl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner) AS usual,
           'pg_class'::regclass AS class, c.oid
    FROM pg_class c JOIN own ON own.oid = c.relnamespace, me
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND (c.relacl IS NOT NULL OR c.relowner <> me.oid)
    UNION ALL
    SELECT 'ROUTINE', own.name, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
           own.prefix || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
           p.proowner, p.proacl, acldefault('f', p.proowner), 'pg_proc'::regclass, p.oid
    FROM pg_proc p JOIN own ON own.oid = p.pronamespace, me
    WHERE p.proacl IS NOT NULL OR p.proowner <> me.oid
    UNION ALL
    SELECT 'TYPE', own.name, t.typname::text,
           CASE WHEN EXISTS (SELECT FROM pg_type b WHERE b.typnamespace = 'pg_catalog'::regnamespace AND b.typname = t.typname)
                THEN quote_ident(own.nspname) || '.' ELSE own.prefix END || quote_ident(t.typname), t.typowner, t.typacl, acldefault('T', t.typowner),
           'pg_type'::regclass, t.oid
    FROM pg_type t JOIN own ON own.oid = t.typnamespace, me
    WHERE (t.typacl IS NOT NULL OR t.typowner <> me.oid)
      AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    UNION ALL
    -- Everybody may use the usual schema, and up to PostgreSQL 14 create in it.
    SELECT 'SCHEMA', NULL, own.nspname::text, quote_ident(own.nspname), CASE WHEN own.nspname <> 'public' THEN own.nspowner END, own.nspacl,
           CASE WHEN own.nspname <> 'public' THEN acldefault('n', own.nspowner)
                ELSE acldefault('n', own.nspowner) || format('=%s/%s', CASE WHEN current_setting('server_version_num')::int < 150000 THEN 'UC' ELSE 'U' END,
                                                             own.nspowner::regrole)::aclitem END,
           'pg_namespace'::regclass, own.oid
    FROM own, me
    WHERE own.nspacl IS NOT NULL OR own.nspowner <> me.oid
), mine AS (
    SELECT o.* FROM object o
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
), granted AS (
    SELECT kind, schema, name, quoted, a.privilege_type, a.grantee, a.is_grantable FROM mine, aclexplode(acl) AS a
    EXCEPT
    SELECT kind, schema, name, quoted, a.privilege_type, a.grantee, a.is_grantable FROM mine, aclexplode(usual) AS a
), missing AS (
    SELECT kind, schema, name, quoted, a.privilege_type, a.grantee, a.is_grantable FROM mine, aclexplode(usual) AS a WHERE acl IS NOT NULL
    EXCEPT
    SELECT kind, schema, name, quoted, a.privilege_type, a.grantee, a.is_grantable FROM mine, aclexplode(acl) AS a
), of_columns AS (
    SELECT 'TABLE', own.name, c.relname::text, own.prefix || quote_ident(c.relname), x.privilege_type || ' (' || quote_ident(a.attname) || ')',
           x.grantee, x.is_grantable
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN own ON own.oid = c.relnamespace, aclexplode(a.attacl) AS x
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
      AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
), to_come AS (
    SELECT 'DEFAULT', nullif(n.nspname, current_schema())::text,
           concat_ws(' ', d.defaclrole::regrole, CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'routines'
                                                      WHEN 'T' THEN 'types' ELSE 'schemas' END),
           concat_ws(' ', 'FOR ROLE', d.defaclrole::regrole, 'IN SCHEMA ' || quote_ident(n.nspname)) || ' ON '
               || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
           x.privilege_type, x.grantee, x.is_grantable
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) AS x
    WHERE x.grantee <> d.defaclrole OR n.oid IS NOT NULL
)
SELECT kind, schema, name, quoted, privilege_type, CASE grantee WHEN 0 THEN NULL ELSE quote_ident(pg_get_userbyid(grantee)) END, is_grantable, false
FROM (SELECT * FROM granted UNION ALL SELECT * FROM of_columns UNION ALL SELECT * FROM to_come) AS given
UNION ALL
SELECT kind, schema, name, quoted, privilege_type, CASE grantee WHEN 0 THEN NULL ELSE quote_ident(pg_get_userbyid(grantee)) END, is_grantable, true
FROM missing
UNION ALL
SELECT kind, schema, name, quoted, NULL, quote_ident(pg_get_userbyid(owner)), false, false FROM mine, me WHERE owner <> me.oid
ORDER BY 1, 2 NULLS FIRST, 3, 8, 6 NULLS FIRST, 5
