//! Virtual tables and their shadow tables, with views and triggers on them: read, kept, never changed.

use super::odd::Odd;

pub(crate) const VIRTUAL_TABLES: &[Odd] = &[
    Odd {
        what: "fts5 external",
        before: "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
             INSERT INTO d VALUES (1,'tent','green'),(5,'stove','red');
             CREATE VIRTUAL TABLE f USING fts5(title, body, content='d', content_rowid='id');
             INSERT INTO f(f) VALUES ('rebuild');
             CREATE TRIGGER d_ai AFTER INSERT ON d BEGIN INSERT INTO f(rowid,title,body) VALUES (new.id,new.title,new.body); END;
             CREATE TRIGGER d_ad AFTER DELETE ON d BEGIN INSERT INTO f(f,rowid,title,body) VALUES('delete',old.id,old.title,old.body); END;
             CREATE VIEW fv AS SELECT rowid, title FROM f;
             CREATE VIEW dv AS SELECT d.id FROM d JOIN f ON f.rowid = d.id;",
        after: "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, extra TEXT);
             CREATE VIRTUAL TABLE f USING fts5(title, body, content='d', content_rowid='id');
             CREATE TRIGGER d_ai AFTER INSERT ON d BEGIN INSERT INTO f(rowid,title,body) VALUES (new.id,new.title,new.body); END;
             CREATE TRIGGER d_ad AFTER DELETE ON d BEGIN INSERT INTO f(f,rowid,title,body) VALUES('delete',old.id,old.title,old.body); END;
             CREATE VIEW fv AS SELECT rowid, title FROM f;
             CREATE VIEW dv AS SELECT d.id, d.extra FROM d JOIN f ON f.rowid = d.id;",
        renames: &[],
    },
    Odd {
        what: "fts5 native add drop",
        before: "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT, old TEXT);
             INSERT INTO d VALUES (1,'tent','green','x'),(5,'stove','red','y');
             CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id');
             INSERT INTO f(f) VALUES ('rebuild');
             CREATE TRIGGER d_ai AFTER INSERT ON d BEGIN INSERT INTO f(rowid,title) VALUES (new.id,new.title); END;
             CREATE VIEW fv AS SELECT rowid, title FROM f;",
        after: "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT, new TEXT);
             CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id');
             CREATE TRIGGER d_ai AFTER INSERT ON d BEGIN INSERT INTO f(rowid,title) VALUES (new.id,new.title); END;
             CREATE VIEW fv AS SELECT rowid, title FROM f;",
        renames: &[],
    },
    Odd {
        what: "fts5 rename column",
        before: "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT, old TEXT);
             INSERT INTO d VALUES (1,'tent','green','x'),(5,'stove','red','y');
             CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id');
             INSERT INTO f(f) VALUES ('rebuild');
             CREATE TRIGGER d_ai AFTER INSERT ON d BEGIN INSERT INTO f(rowid,title) VALUES (new.id,new.title); END;
             CREATE VIEW fv AS SELECT rowid, title FROM f;",
        after: "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT, new TEXT);
             CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id');
             CREATE TRIGGER d_ai AFTER INSERT ON d BEGIN INSERT INTO f(rowid,title) VALUES (new.id,new.title); END;
             CREATE VIEW fv AS SELECT rowid, title FROM f;",
        renames: &[("d.old", "new")],
    },
    Odd {
        what: "rtree",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
             INSERT INTO r VALUES (1,0,1);
             CREATE TRIGGER g AFTER INSERT ON p BEGIN INSERT INTO r VALUES (NEW.id, 0, 1); END;
             CREATE VIEW rv AS SELECT p.n, r.x0 FROM p JOIN r USING (id);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT UNIQUE);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
             CREATE TRIGGER g AFTER INSERT ON p BEGIN INSERT INTO r VALUES (NEW.id, 0, 1); END;
             CREATE VIEW rv AS SELECT p.n, r.x0 FROM p JOIN r USING (id);",
        renames: &[],
    },
    Odd {
        what: "trigger on virtual",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIRTUAL TABLE r USING fts5(a);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIRTUAL TABLE r USING fts5(a);
             CREATE VIEW x AS SELECT a FROM r;",
        renames: &[],
    },
    Odd {
        what: "rtree only",
        before: "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
             INSERT INTO r VALUES (1,0,1);
             CREATE TABLE t (a);
             INSERT INTO t VALUES (1);",
        after: "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);
             CREATE TABLE t (a NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "fts5 contentless + shadow trigger",
        before: "CREATE TABLE t (a TEXT);
             INSERT INTO t VALUES ('x');
             CREATE VIRTUAL TABLE f USING fts5(a);
             INSERT INTO f VALUES ('hello');
             CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM f WHERE rowid = OLD.rowid; END;",
        after: "CREATE TABLE t2 (a TEXT NOT NULL);
             CREATE VIRTUAL TABLE f USING fts5(a);
             CREATE TRIGGER g AFTER DELETE ON t2 BEGIN DELETE FROM f WHERE rowid = OLD.rowid; END;",
        renames: &[("t", "t2")],
    },
    Odd {
        what: "fts5 content table dropped col",
        before: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
             INSERT INTO t VALUES (1,'x','y');
             CREATE VIRTUAL TABLE f USING fts5(a, content=t, content_rowid=id);
             CREATE VIEW v AS SELECT highlight(f, 0, '<', '>') h FROM f;",
        after: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
             CREATE VIRTUAL TABLE f USING fts5(a, content=t, content_rowid=id);
             CREATE VIEW v AS SELECT highlight(f, 0, '<', '>') h FROM f;",
        renames: &[],
    },
];

#[test]
fn a_virtual_table_s_own_tables_are_no_tables_of_the_schema() {
    let schema = schema_tests::sqlite::schema(
        schema_tests::sqlite::load(
            "CREATE TABLE t (a TEXT); CREATE VIRTUAL TABLE f USING fts5 (a); CREATE VIRTUAL TABLE r USING rtree (id, x, y);",
        )
        .unwrap()
        .connection(),
    );
    assert_eq!(schema.tables.iter().map(|table| table.name.name.as_str()).collect::<Vec<_>>(), ["t"]);
    let objects: Vec<String> =
        schema.objects.iter().map(|object| format!("{:?} {}", object.id.kind, object.id)).collect();
    assert_eq!(
        objects,
        [
            "VirtualTable f",
            "VirtualTable r",
            "ShadowTable f_config",
            "ShadowTable f_content",
            "ShadowTable f_data",
            "ShadowTable f_docsize",
            "ShadowTable f_idx",
            "ShadowTable r_node",
            "ShadowTable r_parent",
            "ShadowTable r_rowid"
        ]
    );
}
