-- Today's lowest price of each article that several suppliers have; REFRESH MATERIALIZED VIEW CONCURRENTLY keeps readers going.
CREATE MATERIALIZED VIEW best_prices AS
SELECT DISTINCT ON (product.gtin, price.currency)
    product.gtin, price.currency, price.cents, product.feed_id, product.sku
FROM products product
JOIN LATERAL (
    SELECT cents, currency FROM prices
    WHERE prices.feed_id = product.feed_id AND prices.sku = product.sku
    ORDER BY valid_from DESC LIMIT 1
) price ON true
WHERE product.gtin IS NOT NULL AND product.deleted_at IS NULL
ORDER BY product.gtin, price.currency, price.cents;

CREATE UNIQUE INDEX best_prices_key ON best_prices (gtin, currency);

COMMENT ON MATERIALIZED VIEW best_prices IS 'Today''s lowest price of each article';
