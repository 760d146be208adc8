-- drop the trigger `product_search_delete`
DROP TRIGGER product_search_delete;

-- drop the trigger `product_search_insert`
DROP TRIGGER product_search_insert;

-- drop the trigger `product_search_update`
DROP TRIGGER product_search_update;

-- drop the virtual table `product_search`
-- DESTROYS DATA: all rows of `product_search` are gone
DROP TABLE product_search;
