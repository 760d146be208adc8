//! Keys, references and indexes.

use super::Odd;

pub(super) const KEYS: &[Odd] = &[
    Odd {
        what: "self reference",
        before: "CREATE TABLE n (id INTEGER PRIMARY KEY, up INTEGER REFERENCES n ON DELETE CASCADE, x TEXT);
             INSERT INTO n VALUES (1,NULL,'r'),(2,1,'c'),(3,2,'d');",
        after: "CREATE TABLE n (id INTEGER PRIMARY KEY, up INTEGER REFERENCES n(id) ON DELETE SET NULL, x TEXT NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "without rowid composite",
        before: "CREATE TABLE w (a TEXT COLLATE NOCASE, b INTEGER, c BLOB, d, PRIMARY KEY (b DESC, a COLLATE RTRIM, c)) WITHOUT ROWID;
             INSERT INTO w VALUES ('x',1,x'00','n'),('y',2,x'01',1.5);
             CREATE TABLE cw (a TEXT, b INTEGER, c BLOB, FOREIGN KEY (b,a,c) REFERENCES w ON UPDATE CASCADE);
             INSERT INTO cw VALUES ('x',1,x'00');",
        after: "CREATE TABLE w (a TEXT COLLATE NOCASE, b INTEGER, c BLOB, d ANY NOT NULL DEFAULT (1), e TEXT, PRIMARY KEY (b DESC, a COLLATE RTRIM, c)) WITHOUT ROWID, STRICT;
             CREATE TABLE cw (a TEXT, b INTEGER, c BLOB, FOREIGN KEY (b,a,c) REFERENCES w ON UPDATE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "without rowid to rowid",
        before: "CREATE TABLE w (a TEXT, b INTEGER, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
             INSERT INTO w VALUES ('x',1),('y',2);",
        after: "CREATE TABLE w (a TEXT, b INTEGER, PRIMARY KEY (b DESC, a));",
        renames: &[],
    },
    Odd {
        what: "rowid to without rowid",
        before: "CREATE TABLE w (a TEXT, b INTEGER PRIMARY KEY, c TEXT);
             INSERT INTO w VALUES ('x',1,'c'),('y',2,NULL);
             CREATE TABLE k (w INTEGER REFERENCES w(b) ON DELETE CASCADE);
             INSERT INTO k VALUES (1),(2);",
        after: "CREATE TABLE w (a TEXT, b INTEGER PRIMARY KEY, c TEXT) WITHOUT ROWID;
             CREATE TABLE k (w INTEGER REFERENCES w(b) ON DELETE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "partial unique",
        before: "CREATE TABLE t (a TEXT, b INT, gone TEXT);
             INSERT INTO t VALUES ('x',1,NULL),('x',1,'y');
             CREATE UNIQUE INDEX u ON t (a, b) WHERE gone IS NULL;",
        after: "CREATE TABLE t (a TEXT, b INT, gone TEXT, CHECK (b > 0));
             CREATE UNIQUE INDEX u ON t (a COLLATE NOCASE, b DESC) WHERE gone IS NULL AND a <> 'WHERE';",
        renames: &[],
    },
    Odd {
        what: "collate keys",
        before: "CREATE TABLE t (a TEXT COLLATE NOCASE PRIMARY KEY, b TEXT COLLATE RTRIM UNIQUE, UNIQUE (a COLLATE BINARY, b COLLATE NOCASE DESC));
             INSERT INTO t VALUES ('x','y'),('z','w');",
        after: "CREATE TABLE t (a TEXT COLLATE NOCASE PRIMARY KEY, b TEXT COLLATE RTRIM UNIQUE, UNIQUE (a, b COLLATE NOCASE));",
        renames: &[],
    },
    Odd {
        what: "desc pk trap",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, x TEXT);
             INSERT INTO t VALUES (5,'a'),(NULL,'b'),(3,'c');
             CREATE TABLE c (t INTEGER REFERENCES t(id));
             INSERT INTO c VALUES (5);",
        after: "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, x TEXT NOT NULL, y TEXT UNIQUE);
             CREATE TABLE c (t INTEGER REFERENCES t(id));",
        renames: &[],
    },
    Odd {
        what: "desc pk to pk",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, x TEXT);
             INSERT INTO t VALUES (5,'a'),(7,'b'),(3,'c');",
        after: "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);",
        renames: &[],
    },
    Odd {
        what: "int pk",
        before: "CREATE TABLE t (id INT PRIMARY KEY, x TEXT);
             INSERT INTO t VALUES (5,'a'),(7,'b'),(3,'c');",
        after: "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);",
        renames: &[],
    },
    Odd {
        what: "fk to missing with rows",
        before: "CREATE TABLE t (a INT REFERENCES nowhere(x));
             INSERT INTO t VALUES (1),(2);",
        after: "CREATE TABLE t (a INT REFERENCES nowhere(x), b TEXT UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "fk to non key",
        before: "CREATE TABLE p (a INT);
             INSERT INTO p VALUES (1);
             CREATE TABLE t (a INT REFERENCES p(a));
             INSERT INTO t VALUES (1),(NULL);",
        after: "CREATE TABLE p (a INT, b TEXT UNIQUE);
             CREATE TABLE t (a INT REFERENCES p(a), c TEXT UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "deferrable",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE c (a INT REFERENCES p DEFERRABLE INITIALLY DEFERRED, b INT REFERENCES p(id) NOT DEFERRABLE INITIALLY DEFERRED, c INT REFERENCES p MATCH FULL ON UPDATE SET DEFAULT);
             INSERT INTO c VALUES (1,2,NULL);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE c (a INT REFERENCES p, b INT REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED, c INT REFERENCES p MATCH SIMPLE ON UPDATE SET NULL);",
        renames: &[],
    },
    Odd {
        what: "index moves table",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (n TEXT);
             INSERT INTO o VALUES ('x');
             CREATE INDEX i ON p (n);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (n TEXT);
             CREATE INDEX i ON o (n);",
        renames: &[],
    },
    Odd {
        what: "index name clash across tables",
        before: "CREATE TABLE a (x);
             CREATE TABLE b (x);
             INSERT INTO a VALUES (1);
             CREATE INDEX i1 ON a (x);
             CREATE INDEX i2 ON b (x);",
        after: "CREATE TABLE a (x);
             CREATE TABLE b (x);
             CREATE INDEX i1 ON b (x);
             CREATE INDEX i2 ON a (x);",
        renames: &[],
    },
    Odd {
        what: "index becomes table",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE INDEX x ON p (n);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE x (id INTEGER, n TEXT);",
        renames: &[],
    },
    Odd {
        what: "cycle",
        before: "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b(id));
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a(id));
             INSERT INTO a VALUES (1,1);
             INSERT INTO b VALUES (1,1);",
        after: "CREATE TABLE a (id INTEGER PRIMARY KEY, b INT NOT NULL REFERENCES b(id) ON DELETE CASCADE);
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a(id) ON DELETE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "drop cycle",
        before: "CREATE TABLE k (x);
             INSERT INTO k VALUES (1);
             CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b(id));
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a(id));
             INSERT INTO a VALUES (1,1);
             INSERT INTO b VALUES (1,1);",
        after: "CREATE TABLE k (x);",
        renames: &[],
    },
    Odd {
        what: "autoinc pk late",
        before: "CREATE TABLE t (a TEXT, id INTEGER, PRIMARY KEY (id AUTOINCREMENT));
             INSERT INTO t VALUES ('x',7);",
        after: "CREATE TABLE t (a TEXT NOT NULL, id INTEGER PRIMARY KEY AUTOINCREMENT);",
        renames: &[],
    },
    Odd {
        what: "autoinc away",
        before: "CREATE TABLE t (a TEXT, id INTEGER PRIMARY KEY AUTOINCREMENT);
             INSERT INTO t VALUES ('x',7);
             CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT);
             INSERT INTO u VALUES (3);",
        after: "CREATE TABLE t (a TEXT, id INTEGER PRIMARY KEY);
             CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "pk named",
        before: "CREATE TABLE t (a INT, b INT, CONSTRAINT pk PRIMARY KEY (a,b));
             INSERT INTO t VALUES (1,2);",
        after: "CREATE TABLE t (a INT, b INT, CONSTRAINT pk2 PRIMARY KEY (b,a));",
        renames: &[],
    },
    Odd {
        what: "pk dropped",
        before: "CREATE TABLE t (a INTEGER PRIMARY KEY, b INT);
             INSERT INTO t VALUES (10,2),(20,3);",
        after: "CREATE TABLE t (a INTEGER, b INT);",
        renames: &[],
    },
    Odd {
        what: "pk moved",
        before: "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER);
             INSERT INTO t VALUES (10,2),(20,3);",
        after: "CREATE TABLE t (a INTEGER, b INTEGER PRIMARY KEY);",
        renames: &[],
    },
    Odd {
        what: "pk twice a column",
        before: "CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b, a));
             INSERT INTO t VALUES (1,2);",
        after: "CREATE TABLE t (a INT, b INT NOT NULL, PRIMARY KEY (a, b, a));",
        renames: &[],
    },
    Odd {
        what: "unique twice a column",
        before: "CREATE TABLE t (a INT, b INT, UNIQUE (a, a));
             INSERT INTO t VALUES (1,2);",
        after: "CREATE TABLE t (a INT, b INT NOT NULL, UNIQUE (a, a));",
        renames: &[],
    },
    Odd {
        what: "math in index",
        before: "CREATE TABLE a (x INT, y INT);
             INSERT INTO a VALUES (1,2);
             CREATE INDEX i ON a (x+y, -x, (x) COLLATE NOCASE, x COLLATE BINARY, ~y, CASE WHEN x THEN y END DESC);",
        after: "CREATE TABLE a (x INT NOT NULL, y INT);
             CREATE INDEX i ON a (x+y, -x, (x) COLLATE NOCASE, x COLLATE BINARY, ~y, CASE WHEN x THEN y END DESC);",
        renames: &[],
    },
    Odd {
        what: "index on generated",
        before: "CREATE TABLE a (x INT, y AS (x*2), UNIQUE (x), FOREIGN KEY (y) REFERENCES a(x));
             INSERT INTO a VALUES (NULL);
             CREATE UNIQUE INDEX i ON a (y) WHERE y > 0;",
        after: "CREATE TABLE a (x INT, y AS (x*3), UNIQUE (x), FOREIGN KEY (y) REFERENCES a(x));
             CREATE UNIQUE INDEX i ON a (y) WHERE y > 0;",
        renames: &[],
    },
    Odd {
        what: "generated hidden pk",
        before: "CREATE TABLE a (id INTEGER PRIMARY KEY, g INT GENERATED ALWAYS AS (id + 1) STORED UNIQUE NOT NULL CHECK (g > 0));
             INSERT INTO a (id) VALUES (5),(9);",
        after: "CREATE TABLE a (id INTEGER PRIMARY KEY, g INT GENERATED ALWAYS AS (id + 2) STORED UNIQUE NOT NULL CHECK (g > 1));",
        renames: &[],
    },
    Odd {
        what: "wr autoinc",
        before: "CREATE TABLE a (x TEXT PRIMARY KEY DESC) WITHOUT ROWID;
             INSERT INTO a VALUES ('1');",
        after: "CREATE TABLE a (x TEXT PRIMARY KEY) WITHOUT ROWID;",
        renames: &[],
    },
    Odd {
        what: "fk composite to unique reorder",
        before: "CREATE TABLE p (a INT, b INT, UNIQUE (a,b));
             INSERT INTO p VALUES (1,2);
             CREATE TABLE c (x INT, y INT, FOREIGN KEY (y,x) REFERENCES p(b,a) ON DELETE SET NULL);
             INSERT INTO c VALUES (1,2);",
        after: "CREATE TABLE p (a INT, b INT, c INT UNIQUE, UNIQUE (b,a));
             CREATE TABLE c (x INT, y INT, FOREIGN KEY (y,x) REFERENCES p(b,a) ON DELETE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "fk to unique index",
        before: "CREATE TABLE p (a TEXT);
             CREATE UNIQUE INDEX u ON p (a);
             INSERT INTO p VALUES ('k');
             CREATE TABLE c (x TEXT REFERENCES p(a) ON UPDATE CASCADE);
             INSERT INTO c VALUES ('k');",
        after: "CREATE TABLE p (a TEXT, z INT UNIQUE);
             CREATE UNIQUE INDEX u ON p (a);
             CREATE TABLE c (x TEXT NOT NULL REFERENCES p(a) ON UPDATE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "two fks same columns",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE q (id INTEGER PRIMARY KEY);
             INSERT INTO q VALUES (1);
             CREATE TABLE c (a INT REFERENCES p REFERENCES q, FOREIGN KEY (a) REFERENCES p(id) ON DELETE CASCADE);
             INSERT INTO c VALUES (1);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE q (id INTEGER PRIMARY KEY);
             CREATE TABLE c (a INT REFERENCES q, FOREIGN KEY (a) REFERENCES p(id) ON DELETE SET NULL);",
        renames: &[],
    },
    Odd {
        what: "null rows in pk",
        before: "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);
             INSERT INTO t VALUES (NULL,'a'),(NULL,'b'),('x','c');",
        after: "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT NOT NULL);",
        renames: &[],
    },
];
