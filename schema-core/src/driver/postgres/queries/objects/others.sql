-- What nothing but the name is read of: it is there, or it is not. Objects with lower numbers are the server's own.
SELECT 'other', NULL, i.identity, ARRAY['words', i.type], NULL, NULL, NULL, NULL, NULL
FROM (
    SELECT 'pg_am'::regclass AS class, oid FROM pg_am
    UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
    UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
    UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
    UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
    UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
    UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
    UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
    UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
    UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
    UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
    UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
    UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
    -- Types that are written in C, without the arrays that every type has.
    UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type t
    WHERE t.typtype = 'b' AND NOT EXISTS (SELECT 1 FROM pg_type item WHERE item.typarray = t.oid)
) AS object
CROSS JOIN LATERAL pg_identify_object(object.class, object.oid, 0) AS i
WHERE object.oid >= 16384
  -- Nor what belongs to an extension, or comes with something else, as the casts of a range type do.
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype IN ('e', 'i'))
  AND i.identity IS NOT NULL
