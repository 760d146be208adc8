-- stop here if a row has `partly_failed` in `import_jobs`.`status`: with such a row, this SELECT is an error
-- MAY FAIL: rows with `partly_failed` in `import_jobs`.`status` are refused: give them another value first
SELECT ~0 + LENGTH('rows have `partly_failed` in `import_jobs`.`status`') FROM `import_jobs` WHERE `status` IN ('partly_failed') LIMIT 1;

-- change `import_jobs`.`status`
-- REWRITES TABLE: all rows of `import_jobs` are copied
-- BLOCKS WRITES: writes to `import_jobs` wait until this is done
-- MAY FAIL: values of `import_jobs`.`status` that `enum('running','succeeded','failed')` cannot hold are refused
ALTER TABLE `import_jobs`
    MODIFY COLUMN `status` enum('running','succeeded','failed') NOT NULL DEFAULT 'running' COMMENT 'How it ended.',
    ALGORITHM=COPY, LOCK=SHARED;
