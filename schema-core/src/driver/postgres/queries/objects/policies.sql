SELECT 'policy', relation.schema, p.polname::text, ARRAY['table', relation.relname::text],
       format('CREATE POLICY %I ON %s%s FOR %s TO %s', p.polname, relation.quoted, CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END,
              CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
              CASE WHEN p.polroles = '{0}' THEN 'PUBLIC'
                   ELSE (SELECT string_agg(quote_ident(pg_get_userbyid(role)), ', ' ORDER BY role) FROM unnest(p.polroles) AS role) END)
           || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''),
       ARRAY(SELECT p.polrelid UNION SELECT d.refobjid FROM pg_depend d WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
               AND d.refclassid = 'pg_class'::regclass),
       format('POLICY %I ON %s', p.polname, relation.quoted), obj_description(p.oid, 'pg_policy'), NULL
FROM pg_policy p JOIN relation ON relation.oid = p.polrelid
