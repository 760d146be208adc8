CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    "type" VARCHAR(20) NOT NULL DEFAULT 'plain "x"',
    balance NUMERIC(10,2) DEFAULT 0,
    rate REAL NOT NULL DEFAULT -1.50,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    token BLOB NOT NULL DEFAULT (randomblob(16)),
    active BOOLEAN NOT NULL DEFAULT 1,
    CONSTRAINT email_not_empty CHECK (email <> '')
);
CREATE INDEX users_email_lower ON users (lower(email)) WHERE active = 1;
CREATE UNIQUE INDEX users_type_balance ON users ("type" DESC, balance);
CREATE INDEX users_created_at_idx ON users (created_at);

-- The same name after casing, twice.
CREATE TABLE "User" (id INTEGER PRIMARY KEY, manager INTEGER REFERENCES "User" (id) ON DELETE SET NULL);

CREATE TABLE "order lines" (
    "order id" INTEGER NOT NULL,
    line INTEGER NOT NULL,
    "2fa" BLOB,
    "größe" REAL,
    "größe!" REAL,
    Self TEXT COLLATE NOCASE,
    "only" TEXT,
    "用户" TEXT,
    "🦀" TEXT,
    "say ""hi""\" TEXT,
    PRIMARY KEY ("order id", line)
);
CREATE TABLE "2024" (
    "order id" INTEGER NOT NULL,
    line INTEGER NOT NULL,
    at TEXT NOT NULL,
    CONSTRAINT "line of
an order" FOREIGN KEY ("order id", line) REFERENCES "order lines" ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (line, at) ON CONFLICT IGNORE
);
CREATE TABLE tags (tag TEXT PRIMARY KEY, label TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE options (
    name TEXT NOT NULL PRIMARY KEY,
    value ANY,
    number INT NOT NULL,
    upper TEXT NOT NULL GENERATED ALWAYS AS (upper(name)) STORED,
    half REAL GENERATED ALWAYS AS (number / 2.0) VIRTUAL,
    tag TEXT REFERENCES tags
) STRICT;
CREATE TABLE loose (tag VARCHAR REFERENCES tags (tag), tag_again TEXT PRIMARY KEY);
-- Keys that allow NULL are SQLite's alone, and so is what refers to them.
CREATE TABLE noted (id INTEGER PRIMARY KEY, of TEXT REFERENCES loose (tag_again), after INTEGER REFERENCES noted);
CREATE TABLE marked (id INTEGER PRIMARY KEY, noted INTEGER REFERENCES noted);

CREATE VIEW active_users AS
SELECT id, email, 'say "hi"' AS "the greeting", balance * 2 AS twice
FROM users
WHERE active = 1;
CREATE VIEW named (a, b) AS SELECT id, manager FROM "User";

INSERT INTO users (email) VALUES ('a@b.c');
CREATE VIRTUAL TABLE search USING fts5(email, content='users', content_rowid='id');
CREATE TRIGGER users_found AFTER INSERT ON users BEGIN
    INSERT INTO search (rowid, email) VALUES (NEW.id, NEW.email); -- say "hi"
END;
CREATE TRIGGER users_paid AFTER UPDATE OF balance ON users BEGIN
    UPDATE users SET active = 1 WHERE id = NEW.id;
END;
CREATE VIEW broken AS SELECT missing FROM gone -- for now
