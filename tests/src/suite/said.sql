-- Read by the tests of `sql_file!`.
CREATE VIEW said_in_a_file AS SELECT 1 AS a;
