-- begin the history of each product with the price that it has
INSERT INTO prices (feed_id, sku, valid_from, cents, currency)
SELECT feed_id, sku, current_date(), price_cents, currency
FROM products;
