-- schema: foreign_keys=off
-- schema: expects import_jobs 499d93c89dc660a2861eb7216b43f678

-- rebuild `import_jobs`: create the new table
CREATE TABLE __schema_new_import_jobs (
    id INTEGER NOT NULL PRIMARY KEY,
    feed_id INTEGER NOT NULL,
    file TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'running',
    imported INTEGER NOT NULL DEFAULT 0,
    errors TEXT NOT NULL DEFAULT '[]',
    started_at TEXT NOT NULL,
    finished_at TEXT,
    CONSTRAINT import_jobs_status_check CHECK (status IN ('running', 'succeeded', 'partly_failed', 'failed')),
    CONSTRAINT import_jobs_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);

-- rebuild `import_jobs`: copy its rows
-- REWRITES TABLE: all rows of `import_jobs` are copied; writes wait until this is done
INSERT INTO __schema_new_import_jobs (id, feed_id, file, status, imported, errors, started_at, finished_at)
SELECT id, feed_id, file, status, imported, errors, started_at, finished_at
FROM import_jobs;

-- rebuild `import_jobs`: drop the old table, whose rows are copied
DROP TABLE import_jobs;

-- rebuild `import_jobs`: keep views and triggers on it unchanged during the swap
PRAGMA legacy_alter_table = ON;

-- rebuild `import_jobs`: rename the new table
ALTER TABLE __schema_new_import_jobs RENAME TO import_jobs;

-- rebuild `import_jobs`: done
PRAGMA legacy_alter_table = OFF;
