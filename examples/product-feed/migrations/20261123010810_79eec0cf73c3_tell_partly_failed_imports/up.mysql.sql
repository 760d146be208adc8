-- change `import_jobs`.`status`
-- REWRITES TABLE: all rows of `import_jobs` are copied
-- BLOCKS WRITES: nobody can write to `import_jobs` meanwhile
ALTER TABLE `import_jobs`
    MODIFY COLUMN `status` enum('running','succeeded','partly_failed','failed') NOT NULL DEFAULT 'running' COMMENT 'How it ended.',
    ALGORITHM=COPY, LOCK=SHARED;
