-- drop the event `import_jobs_tidy`
DROP EVENT `import_jobs_tidy`;
