-- change `import_jobs`.`status`
-- REWRITES TABLE: all rows of `import_jobs` are copied
-- BLOCKS WRITES: writes to `import_jobs` wait until this is done
ALTER TABLE `import_jobs`
    MODIFY COLUMN `status` enum('running','succeeded','partly_failed','failed') NOT NULL DEFAULT 'running' COMMENT 'How it ended.',
    ALGORITHM=COPY, LOCK=SHARED;
