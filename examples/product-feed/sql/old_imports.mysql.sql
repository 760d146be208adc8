-- What is said of an import is of no use to anybody after a year.
CREATE EVENT import_jobs_tidy ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' ON COMPLETION PRESERVE
    COMMENT 'Forgets imports after a year'
    DO DELETE FROM import_jobs WHERE started_at < now() - INTERVAL 1 YEAR;
