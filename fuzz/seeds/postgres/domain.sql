SELECT ROW(1, 'x'::text, NULL::integer)::app.pair

CREATE DOMAIN public.email AS character varying(320) COLLATE "C" DEFAULT 'x'::character varying NOT NULL CONSTRAINT c CHECK (((VALUE)::text ~ '^[^@]+@'::text))
