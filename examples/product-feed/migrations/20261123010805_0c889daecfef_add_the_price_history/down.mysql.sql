-- drop the table `prices`
-- DESTROYS DATA: all rows of `prices` are gone
DROP TABLE `prices`;
