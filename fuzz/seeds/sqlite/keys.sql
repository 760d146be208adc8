CREATE TABLE `a` ("x" text, y text default "quoted", z int, PRIMARY KEY (x, y DESC), FOREIGN KEY (y, z) REFERENCES b (c, d) ON UPDATE SET NULL MATCH FULL) WITHOUT ROWID;
CREATE TABLE b(c, d CONSTRAINT n NOT NULL ON CONFLICT ROLLBACK, -- a comment
 e varchar(10) /* another */ CHECK (e LIKE 'a%' ESCAPE '\'), f INT AS (c || d), g DEFAULT -1.5e3, h DEFAULT x'00ff', i DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX main.i ON b (c, d) 
