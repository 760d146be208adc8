-- create the virtual table `product_search`
CREATE VIRTUAL TABLE product_search USING fts5(title, content='products');

-- create the trigger `product_search_delete` on `products`
CREATE TRIGGER product_search_delete AFTER DELETE ON products BEGIN
    INSERT INTO product_search (product_search, rowid, title) VALUES ('delete', OLD.rowid, OLD.title);
END;

-- create the trigger `product_search_insert` on `products`
CREATE TRIGGER product_search_insert AFTER INSERT ON products BEGIN
    INSERT INTO product_search (rowid, title) VALUES (NEW.rowid, NEW.title);
END;

-- create the trigger `product_search_update` on `products`
CREATE TRIGGER product_search_update AFTER UPDATE OF title ON products BEGIN
    INSERT INTO product_search (product_search, rowid, title) VALUES ('delete', OLD.rowid, OLD.title);
    INSERT INTO product_search (rowid, title) VALUES (NEW.rowid, NEW.title);
END;

-- index the products that are there; written by hand
INSERT INTO product_search (product_search) VALUES ('rebuild');
