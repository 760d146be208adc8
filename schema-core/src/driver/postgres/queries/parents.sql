-- What tables inherit from, and what they are partitions of.
SELECT i.inhrelid, i.inhparent
FROM pg_inherits i
JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p')
ORDER BY i.inhrelid, i.inhseqno
