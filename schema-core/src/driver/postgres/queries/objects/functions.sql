SELECT 'function', own.name,
       -- The types alone tell functions apart.
       p.proname::text, ARRAY['arguments'] || ARRAY(SELECT format_type(y.oid, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY AS y (oid, place) ORDER BY place),
       CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid)
            ELSE format('CREATE AGGREGATE %s%I(%s) (%s)', own.prefix, p.proname, coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*'), concat_ws(', ',
                        'SFUNC = ' || g.aggtransfn::regproc, 'STYPE = ' || format_type(g.aggtranstype, NULL), 'SSPACE = ' || nullif(g.aggtransspace, 0),
                        'FINALFUNC = ' || nullif(g.aggfinalfn, 0)::regproc, CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                        'FINALFUNC_MODIFY = ' || CASE WHEN g.aggfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 's' END
                            THEN CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                        'COMBINEFUNC = ' || nullif(g.aggcombinefn, 0)::regproc, 'SERIALFUNC = ' || nullif(g.aggserialfn, 0)::regproc,
                        'DESERIALFUNC = ' || nullif(g.aggdeserialfn, 0)::regproc, 'INITCOND = ' || quote_literal(g.agginitval),
                        'MSFUNC = ' || nullif(g.aggmtransfn, 0)::regproc, 'MINVFUNC = ' || nullif(g.aggminvtransfn, 0)::regproc,
                        'MSTYPE = ' || format_type(nullif(g.aggmtranstype, 0), NULL), 'MSSPACE = ' || nullif(g.aggmtransspace, 0),
                        'MFINALFUNC = ' || nullif(g.aggmfinalfn, 0)::regproc, CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                        'MFINALFUNC_MODIFY = ' || CASE WHEN g.aggmfinalfn <> 0 AND g.aggmfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r' ELSE 's' END
                            THEN CASE g.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                        'MINITCOND = ' || quote_literal(g.aggminitval),
                        (SELECT format('SORTOP = OPERATOR(%I.%s)', s.nspname, o.oprname) FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = g.aggsortop),
                        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                        CASE g.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END))
       END,
       -- The tables and views whose rows it takes or gives, and those of a body that is no text.
       ARRAY(SELECT DISTINCT coalesce(t.typrelid, d.refobjid) FROM pg_depend d
             LEFT JOIN pg_type row ON d.refclassid = 'pg_type'::regclass AND row.oid = d.refobjid
             LEFT JOIN pg_type t ON t.oid = CASE WHEN row.typrelid <> 0 THEN row.oid ELSE row.typelem END AND t.typrelid <> 0
             WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND (d.refclassid = 'pg_class'::regclass OR t.oid IS NOT NULL)),
       -- What the server brings along is found first by a name alone.
       format('%s %s%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
              CASE WHEN EXISTS (SELECT 1 FROM pg_proc b WHERE b.pronamespace = 'pg_catalog'::regnamespace AND b.proname = p.proname)
                   THEN p.pronamespace::regnamespace || '.' ELSE own.prefix END, p.proname,
              coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), CASE p.prokind WHEN 'a' THEN '*' ELSE '' END)),
       obj_description(p.oid, 'pg_proc'), NULL
FROM pg_proc p JOIN own ON own.oid = p.pronamespace
LEFT JOIN pg_aggregate g ON g.aggfnoid = p.oid
WHERE NOT EXISTS (SELECT 1 FROM member WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
