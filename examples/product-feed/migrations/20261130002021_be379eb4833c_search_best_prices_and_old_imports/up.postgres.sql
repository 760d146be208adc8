-- create the materialized view `best_prices`
CREATE MATERIALIZED VIEW best_prices AS  SELECT DISTINCT ON (product.gtin, price.currency) product.gtin,
    price.currency,
    price.cents,
    product.feed_id,
    product.sku
   FROM (products product
     JOIN LATERAL ( SELECT prices.cents,
            prices.currency
           FROM prices
          WHERE ((prices.feed_id = product.feed_id) AND (prices.sku = product.sku))
          ORDER BY prices.valid_from DESC
         LIMIT 1) price ON (true))
  WHERE ((product.gtin IS NOT NULL) AND (product.deleted_at IS NULL))
  ORDER BY product.gtin, price.currency, price.cents;

-- add what belongs to the materialized view `best_prices`
CREATE UNIQUE INDEX best_prices_key ON public.best_prices USING btree (gtin, currency);

-- comment on the materialized view `best_prices`
COMMENT ON MATERIALIZED VIEW best_prices IS 'Today''s lowest price of each article';
