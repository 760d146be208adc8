 SELECT t.a,
    (t.b)::character varying(10) AS "odd ""name""",
    count(*) FILTER (WHERE (t.c = ANY ((ARRAY['x'::character varying, 'it''s'::character varying])::text[]))) AS n
   FROM (app.t
     LEFT JOIN LATERAL ( SELECT max(u.at) AS at FROM u WHERE (u.id = t.id)) l ON (true))
  WHERE ((t.d ~~ 'a%'::text) AND (t.e IS DISTINCT FROM E'\\n'::text))
  GROUP BY t.a, t.b;

CREATE OR REPLACE FUNCTION public.note(a integer, VARIADIC b text[] DEFAULT '{}'::text[])
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE STRICT
AS $function$ BEGIN RETURN QUERY SELECT 'x;' || a; END $function$
