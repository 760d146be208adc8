-- drop the materialized view `best_prices`
DROP MATERIALIZED VIEW best_prices;
