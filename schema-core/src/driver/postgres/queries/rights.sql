-- Who owns what, where that is another than the current user; who may do what, where that is not the usual; and default privileges. What the object is; its schema
-- and name; the types of a routine's arguments; table and column that a sequence numbers; the column; the privilege (empty for an owner); the role (none: everybody),
-- and the one that has granted it where that is not the owner; whether it may be granted on; whether the usual right is missing; whether the role is the owner, or the
-- one who creates; the current user. Default privileges have the schema
-- or none, the kind of objects in place of the name, and who creates them in place of the sequence's table.
WITH own AS (
    SELECT n.oid, n.nspname, nullif(n.nspname, current_schema())::text AS name, n.nspowner, n.nspacl
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), me AS (
    SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user
), object AS (
    SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, own.name AS schema, c.relname::text AS name, NULL::text[] AS arguments,
           numbered.schema AS of_schema, numbered.name AS of_table, numbered.attname AS of_column,
           c.relowner AS owner, c.relacl AS acl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner) AS usual,
           'pg_class'::regclass AS class, c.oid
    FROM pg_class c JOIN own ON own.oid = c.relnamespace CROSS JOIN me
    LEFT JOIN LATERAL (
        SELECT o.name AS schema, t.relname::text AS name, a.attname::text AS attname
        FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN own o ON o.oid = t.relnamespace
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
        WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
          AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
        LIMIT 1
    ) AS numbered ON true
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND (c.relacl IS NOT NULL OR c.relowner <> me.oid)
    UNION ALL
    SELECT 'routine', own.name, p.proname::text,
           ARRAY(SELECT format_type(y.oid, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS y (oid, place) ORDER BY place), NULL, NULL, NULL,
           p.proowner, p.proacl, acldefault('f', p.proowner), 'pg_proc'::regclass, p.oid
    FROM pg_proc p JOIN own ON own.oid = p.pronamespace, me
    WHERE (p.proacl IS NOT NULL OR p.proowner <> me.oid)
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
    UNION ALL
    -- A type that has the name of a built-in one is found only with its schema.
    SELECT 'type', CASE WHEN EXISTS (SELECT FROM pg_type b WHERE b.typnamespace = 'pg_catalog'::regnamespace AND b.typname = t.typname)
                        THEN own.nspname::text ELSE own.name END, t.typname::text, NULL, NULL, NULL, NULL, t.typowner, t.typacl, acldefault('T', t.typowner),
           'pg_type'::regclass, t.oid
    FROM pg_type t JOIN own ON own.oid = t.typnamespace, me
    WHERE (t.typacl IS NOT NULL OR t.typowner <> me.oid)
      AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    UNION ALL
    -- Everybody may use the usual schema, and up to PostgreSQL 14 create in it. It came with the database, and its owner is the server's business.
    SELECT 'schema', NULL, own.nspname::text, NULL, NULL, NULL, NULL, own.nspowner, own.nspacl,
           CASE WHEN own.nspname <> 'public' THEN acldefault('n', own.nspowner)
                ELSE acldefault('n', own.nspowner) || format('=%s/%s', CASE WHEN current_setting('server_version_num')::int < 150000 THEN 'UC' ELSE 'U' END,
                                                             own.nspowner::regrole)::aclitem END,
           'pg_namespace'::regclass, own.oid
    FROM own, me
    WHERE own.nspacl IS NOT NULL OR own.nspowner <> me.oid
), mine AS (
    SELECT o.* FROM object o
    WHERE NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e')
), has AS (
    SELECT mine.class, mine.oid, a.privilege_type, a.grantee, nullif(a.grantor, mine.owner) AS grantor, a.is_grantable FROM mine, aclexplode(acl) AS a
), usual AS (
    SELECT mine.class, mine.oid, a.privilege_type, a.grantee, nullif(a.grantor, mine.owner) AS grantor, a.is_grantable FROM mine, aclexplode(usual) AS a
    WHERE mine.acl IS NOT NULL
), of_objects AS (
    SELECT one.*, NULL::text AS attname FROM (
        SELECT extra.*, false AS is_missing FROM (SELECT * FROM has EXCEPT SELECT * FROM usual) AS extra
        UNION ALL
        SELECT missing.*, true FROM (SELECT * FROM usual EXCEPT SELECT * FROM has) AS missing
        WHERE NOT EXISTS (SELECT FROM has h WHERE (h.class, h.oid, h.privilege_type, h.grantee) = (missing.class, missing.oid, missing.privilege_type, missing.grantee)
                            AND h.grantor IS NOT DISTINCT FROM missing.grantor)
    ) AS one
), of_columns AS (
    SELECT 'table', own.name, c.relname::text, NULL::text[], NULL::text, NULL::text, NULL::text, a.attname::text, x.privilege_type, x.grantee,
           nullif(x.grantor, c.relowner), x.is_grantable, false, x.grantee = c.relowner
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN own ON own.oid = c.relnamespace, aclexplode(a.attacl) AS x
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relpersistence <> 't'
      AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
), later AS (
    -- Those of one schema come to the others.
    SELECT d.oid, d.defaclrole, nullif(d.defaclrole, me.oid) AS creator, n.nspname::text AS schema,
           CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'routines' WHEN 'T' THEN 'types' ELSE 'schemas' END AS objects,
           d.defaclacl AS acl,
           CASE WHEN n.oid IS NULL THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END AS usual
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, me
), has_later AS (
    SELECT later.oid, a.privilege_type, a.grantee, a.is_grantable FROM later, aclexplode(acl) AS a
), usual_later AS (
    SELECT later.oid, a.privilege_type, a.grantee, a.is_grantable FROM later, aclexplode(usual) AS a
), of_later AS (
    SELECT extra.*, false AS is_missing FROM (SELECT * FROM has_later EXCEPT SELECT * FROM usual_later) AS extra
    UNION ALL
    SELECT missing.*, true FROM (SELECT * FROM usual_later EXCEPT SELECT * FROM has_later) AS missing
    WHERE NOT EXISTS (SELECT FROM has_later h WHERE (h.oid, h.privilege_type, h.grantee) = (missing.oid, missing.privilege_type, missing.grantee))
), found (kind, schema, name, arguments, of_schema, of_table, of_column, attname, privilege, grantee, grantor, is_grantable, is_missing, is_of_owner) AS (
    SELECT m.kind, m.schema, m.name, m.arguments, m.of_schema, m.of_table, m.of_column, o.attname, o.privilege_type, o.grantee, o.grantor, o.is_grantable, o.is_missing,
           o.grantee = m.owner AND NOT (m.kind = 'schema' AND m.name = 'public')
    FROM of_objects o JOIN mine m ON m.class = o.class AND m.oid = o.oid
    UNION ALL
    SELECT * FROM of_columns
    UNION ALL
    SELECT 'default', later.schema, later.objects, NULL, NULL, pg_get_userbyid(later.creator)::text, NULL, NULL, o.privilege_type, o.grantee, NULL, o.is_grantable, o.is_missing, o.grantee = later.defaclrole
    FROM of_later o JOIN later ON later.oid = o.oid
    UNION ALL
    -- The sequence of a column belongs to whom the table does.
    SELECT mine.kind, mine.schema, mine.name, mine.arguments, mine.of_schema, mine.of_table, mine.of_column, NULL, NULL, mine.owner, NULL, false, false, false
    FROM mine, me
    WHERE mine.owner <> me.oid AND mine.of_table IS NULL AND NOT (mine.kind = 'schema' AND mine.name = 'public')
)
SELECT kind, schema, name, arguments, of_schema, of_table, of_column, attname, privilege,
       CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee)::text END, pg_get_userbyid(grantor)::text, is_grantable, is_missing, is_of_owner, current_user::text
FROM found
