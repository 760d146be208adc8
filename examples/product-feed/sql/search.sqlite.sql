-- What the shop's search looks in: the index holds words alone, the titles stay in `products`.
CREATE VIRTUAL TABLE product_search USING fts5(title, brand, content='products');

CREATE TRIGGER product_search_insert AFTER INSERT ON products BEGIN
    INSERT INTO product_search (rowid, title, brand) VALUES (NEW.rowid, NEW.title, NEW.brand);
END;

CREATE TRIGGER product_search_delete AFTER DELETE ON products BEGIN
    INSERT INTO product_search (product_search, rowid, title, brand) VALUES ('delete', OLD.rowid, OLD.title, OLD.brand);
END;

CREATE TRIGGER product_search_update AFTER UPDATE OF title, brand ON products BEGIN
    INSERT INTO product_search (product_search, rowid, title, brand) VALUES ('delete', OLD.rowid, OLD.title, OLD.brand);
    INSERT INTO product_search (rowid, title, brand) VALUES (NEW.rowid, NEW.title, NEW.brand);
END;
