-- create the table `feeds`
CREATE TABLE feeds (
    id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    CONSTRAINT feeds_name_key UNIQUE (name)
);

-- create the table `import_jobs`
CREATE TABLE import_jobs (
    id INTEGER NOT NULL PRIMARY KEY,
    feed_id INTEGER NOT NULL,
    file TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'running',
    imported INTEGER NOT NULL DEFAULT 0,
    errors TEXT NOT NULL DEFAULT '[]',
    started_at TEXT NOT NULL,
    finished_at TEXT,
    CONSTRAINT import_jobs_status_check CHECK (status IN ('running', 'succeeded', 'failed')),
    CONSTRAINT import_jobs_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);

-- create the table `products`
CREATE TABLE products (
    feed_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    gtin varchar(14),
    name varchar(200) NOT NULL,
    price_cents INTEGER NOT NULL,
    currency char(3) NOT NULL,
    PRIMARY KEY (feed_id, sku),
    CONSTRAINT products_price_cents_check CHECK (price_cents >= 0),
    CONSTRAINT products_sku_check CHECK (sku <> ''),
    CONSTRAINT products_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);

-- create the table `users`
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY,
    email varchar(320) NOT NULL,
    password_hash TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
);
