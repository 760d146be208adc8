-- the settings that `import_jobs_tidy` runs under, as it was created with them
SET @schema_sql_mode = @@sql_mode, @schema_collation = @@collation_connection, @schema_time_zone = @@time_zone, sql_mode = 'NO_AUTO_VALUE_ON_ZERO,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', collation_connection = 'utf8mb4_0900_ai_ci', time_zone = '+00:00';

-- create the event `import_jobs_tidy`
CREATE EVENT `import_jobs_tidy` ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' ON COMPLETION PRESERVE ENABLE COMMENT 'Forgets imports after a year' DO DELETE FROM import_jobs WHERE started_at < now() - INTERVAL 1 YEAR;

-- back to the settings of the session
SET sql_mode = @schema_sql_mode, collation_connection = @schema_collation, time_zone = @schema_time_zone;
