-- What the shop's search looks in: the index holds words alone, the titles stay in `products`.
CREATE VIRTUAL TABLE product_search USING fts5(title, content='products');

CREATE TRIGGER product_search_insert AFTER INSERT ON products BEGIN
    INSERT INTO product_search (rowid, title) VALUES (NEW.rowid, NEW.title);
END;

CREATE TRIGGER product_search_delete AFTER DELETE ON products BEGIN
    INSERT INTO product_search (product_search, rowid, title) VALUES ('delete', OLD.rowid, OLD.title);
END;

CREATE TRIGGER product_search_update AFTER UPDATE OF title ON products BEGIN
    INSERT INTO product_search (product_search, rowid, title) VALUES ('delete', OLD.rowid, OLD.title);
    INSERT INTO product_search (rowid, title) VALUES (NEW.rowid, NEW.title);
END;
