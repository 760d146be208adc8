SELECT 'rule', relation.schema, r.rulename::text, ARRAY['table', relation.relname::text], rtrim(pg_get_ruledef(r.oid), ';'),
       ARRAY(SELECT r.ev_class UNION SELECT d.refobjid FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
               AND d.refclassid = 'pg_class'::regclass),
       format('RULE %I ON %s', r.rulename, relation.quoted), obj_description(r.oid, 'pg_rewrite'),
       json_build_array(CASE r.ev_enabled WHEN 'D' THEN format('ALTER TABLE %s DISABLE RULE %I', relation.quoted, r.rulename)
                        WHEN 'A' THEN format('ALTER TABLE %s ENABLE ALWAYS RULE %I', relation.quoted, r.rulename)
                        WHEN 'R' THEN format('ALTER TABLE %s ENABLE REPLICA RULE %I', relation.quoted, r.rulename) END)::text
FROM pg_rewrite r JOIN relation ON relation.oid = r.ev_class
WHERE r.rulename <> '_RETURN'
