-- rename the old enum type `import_status`
ALTER TYPE import_status RENAME TO import_status_old;

-- create the new enum type `import_status`
CREATE TYPE import_status AS ENUM ('running', 'succeeded', 'failed');

-- comment on the enum type `import_status`
COMMENT ON TYPE import_status IS 'What became of an import.';

-- convert `import_jobs`.`status` to the new type
-- REWRITES TABLE: all rows of `import_jobs` are rewritten; reads and writes wait until this is done
-- MAY FAIL: rows whose `import_jobs`.`status` is `partly_failed` are refused: give them another value first
ALTER TABLE import_jobs ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE import_status USING status::text::import_status, ALTER COLUMN status SET DEFAULT 'running'::import_status;

-- drop the old enum type `import_status`
DROP TYPE import_status_old;
