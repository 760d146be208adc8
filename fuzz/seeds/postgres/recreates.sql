-- schema: recreates materialized view "a b" as c 0123456789abcdef
-- schema: recreates trigger touch on app.t
COMMENT ON MATERIALIZED VIEW c IS 'it''s';

CREATE POLICY own ON t AS RESTRICTIVE FOR UPDATE TO PUBLIC, ann USING ((owner = CURRENT_USER)) WITH CHECK ((a > 0))
