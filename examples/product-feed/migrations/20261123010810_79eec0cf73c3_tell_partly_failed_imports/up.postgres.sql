-- add the value `partly_failed` to the enum type `import_status`
ALTER TYPE import_status ADD VALUE 'partly_failed' AFTER 'succeeded';
