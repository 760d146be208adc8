-- put the enum type `import_status` aside
ALTER TYPE import_status RENAME TO import_status_old;

-- create the enum type `import_status` as it shall be
CREATE TYPE import_status AS ENUM ('running', 'succeeded', 'failed');

-- comment on the enum type `import_status`
COMMENT ON TYPE import_status IS 'What became of an import.';

-- let `import_jobs`.`status` have the new type
-- REWRITES TABLE: all rows of `import_jobs` are written anew, nobody else can read or write meanwhile
-- MAY FAIL: rows whose `import_jobs`.`status` is `partly_failed` are refused: give them another value first
ALTER TABLE import_jobs ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE import_status USING status::text::import_status, ALTER COLUMN status SET DEFAULT 'running'::import_status;

-- drop the enum type `import_status` as it was
DROP TYPE import_status_old;
