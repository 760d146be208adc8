//! A change of each kind that the servers treat in a way of its own.

use schema_core::model::Engine;

/// A change of the table `t`.
pub(super) struct Change {
    /// What it is called in the planner's table.
    pub(super) kind: &'static str,
    /// What follows `CREATE TABLE t`.
    pub(super) before: &'static str,
    pub(super) after: &'static str,
    /// The only engine that has it.
    pub(super) only: Option<Engine>,
    /// The column that is called `renamed` afterwards.
    pub(super) renames: Option<&'static str>,
}

const fn change(kind: &'static str, before: &'static str, after: &'static str) -> Change {
    Change { kind, before, after, only: None, renames: None }
}

impl Change {
    const fn only(self, engine: Engine) -> Self {
        Change { only: Some(engine), ..self }
    }

    const fn renames(self, column: &'static str) -> Self {
        Change { renames: Some(column), ..self }
    }
}

const MYSQL: Engine = Engine::Mysql;
const MARIADB: Engine = Engine::Mariadb;

/// What a foreign key refers to.
pub(super) const OTHER: &str = "CREATE TABLE other (id int PRIMARY KEY) ENGINE=InnoDB";

pub(super) const CHANGES: &[Change] = &[
    change("AddColumn", "(id int PRIMARY KEY)", "(id int PRIMARY KEY, a int)"),
    change(
        "AddColumn with a default",
        "(id int PRIMARY KEY, z int)",
        "(id int PRIMARY KEY, a int NOT NULL DEFAULT 7, z int)",
    ),
    change(
        "AddComputedColumn",
        "(id int PRIMARY KEY)",
        "(id int PRIMARY KEY, a varchar(40) CHARACTER SET utf8mb4 DEFAULT (uuid()))",
    ),
    change("AddNumberedColumn", "(a int)", "(a int, id int NOT NULL AUTO_INCREMENT, KEY k (id))"),
    change(
        "AddVirtualColumn",
        "(id int PRIMARY KEY)",
        "(id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
    ),
    change(
        "AddStoredColumn",
        "(id int PRIMARY KEY)",
        "(id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) STORED)",
    ),
    change("DropColumn", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY)"),
    change(
        "DropStoredColumn",
        "(id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) STORED)",
        "(id int PRIMARY KEY)",
    ),
    change(
        "DropVirtualColumn",
        "(id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
        "(id int PRIMARY KEY)",
    ),
    change("RenameColumn", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, renamed int)").renames("a"),
    change(
        "RenameReferenceColumn",
        "(id int PRIMARY KEY, a int, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES other (id))",
        "(id int PRIMARY KEY, renamed int, KEY k (renamed), CONSTRAINT f FOREIGN KEY (renamed) REFERENCES other (id))",
    )
    .renames("a"),
    change("ColumnDefault", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int DEFAULT 5)"),
    change("ColumnExpression", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int DEFAULT (1 + 1))"),
    change(
        "ColumnOnUpdate",
        "(id int PRIMARY KEY, a datetime NULL DEFAULT NULL)",
        "(id int PRIMARY KEY, a datetime NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP)",
    ),
    change("ColumnComment", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int COMMENT 'said')"),
    change("ColumnVisibility", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int INVISIBLE)"),
    change("ColumnNullability", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int NOT NULL)"),
    change("ColumnNullability back", "(id int PRIMARY KEY, a int NOT NULL)", "(id int PRIMARY KEY, a int)"),
    change("AppendValue", "(id int PRIMARY KEY, a enum('x'))", "(id int PRIMARY KEY, a enum('x', 'y'))"),
    change("AppendValue to a set", "(id int PRIMARY KEY, a set('x'))", "(id int PRIMARY KEY, a set('x', 'y'))"),
    change(
        "WidenText",
        "(id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4)",
        "(id int PRIMARY KEY, a varchar(60) CHARACTER SET utf8mb4)",
    ),
    change(
        "ColumnCollation",
        "(id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci)",
        "(id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)",
    ),
    change(
        "IndexedCollation",
        "(id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, KEY k (a))",
        "(id int PRIMARY KEY, a varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, KEY k (a))",
    ),
    change(
        "VirtualExpression",
        "(id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) VIRTUAL)",
        "(id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 2) VIRTUAL)",
    ),
    change("LoseNumbers", "(id int AUTO_INCREMENT PRIMARY KEY)", "(id int PRIMARY KEY)"),
    change(
        "DropColumnCheck",
        "(id int PRIMARY KEY, a int CHECK (a > 0))",
        "(id int PRIMARY KEY, a int)",
    )
    .only(MARIADB),
    change("ChangeColumn", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a bigint)"),
    change("ChangeColumn of sign", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int unsigned)"),
    change(
        "ChangeColumn over the byte",
        "(id int PRIMARY KEY, a varchar(50) CHARACTER SET utf8mb4)",
        "(id int PRIMARY KEY, a varchar(200) CHARACTER SET utf8mb4)",
    ),
    change(
        "ChangeColumn to less",
        "(id int PRIMARY KEY, a varchar(50) CHARACTER SET utf8mb4)",
        "(id int PRIMARY KEY, a varchar(40) CHARACTER SET utf8mb4)",
    ),
    change(
        "ChangeColumn of values",
        "(id int PRIMARY KEY, a enum('x', 'y'))",
        "(id int PRIMARY KEY, a enum('y', 'x'))",
    ),
    change("AddIndex", "(id int PRIMARY KEY, a int)", "(id int PRIMARY KEY, a int, KEY k (a))"),
    change(
        "AddIndex that is unique",
        "(id int PRIMARY KEY, a int)",
        "(id int PRIMARY KEY, a int, UNIQUE KEY k (a))",
    ),
    change(
        "AddFirstFulltextIndex",
        "(id int PRIMARY KEY, a text CHARACTER SET utf8mb4)",
        "(id int PRIMARY KEY, a text CHARACTER SET utf8mb4, FULLTEXT KEY k (a))",
    ),
    change(
        "AddFulltextIndex beside another",
        "(id int PRIMARY KEY, a text CHARACTER SET utf8mb4, b text CHARACTER SET utf8mb4, FULLTEXT KEY l (b))",
        "(id int PRIMARY KEY, a text CHARACTER SET utf8mb4, b text CHARACTER SET utf8mb4, FULLTEXT KEY l (b), FULLTEXT KEY k (a))",
    ),
    change(
        "AddSpatialIndex",
        "(id int PRIMARY KEY, a point NOT NULL)",
        "(id int PRIMARY KEY, a point NOT NULL, SPATIAL KEY k (a))",
    ),
    change(
        "AddExpressionIndex",
        "(id int PRIMARY KEY, a int)",
        "(id int PRIMARY KEY, a int, KEY k ((a + 1)))",
    )
    .only(MYSQL),
    change(
        "DropExpressionIndex",
        "(id int PRIMARY KEY, a int, KEY k ((a + 1)))",
        "(id int PRIMARY KEY, a int)",
    )
    .only(MYSQL),
    change("DropIndex", "(id int PRIMARY KEY, a int, KEY k (a))", "(id int PRIMARY KEY, a int)"),
    change("AddClusteringIndex", "(a int NOT NULL)", "(a int NOT NULL, UNIQUE KEY k (a))"),
    change("DropClusteringIndex", "(a int NOT NULL, UNIQUE KEY k (a))", "(a int NOT NULL)"),
    change(
        "RenameIndex",
        "(id int PRIMARY KEY, a int, KEY k (a))",
        "(id int PRIMARY KEY, a int, KEY other_name (a))",
    ),
    change(
        "IndexVisibility",
        "(id int PRIMARY KEY, a int, KEY k (a))",
        "(id int PRIMARY KEY, a int, KEY k (a) INVISIBLE)",
    )
    .only(MYSQL),
    change(
        "IndexVisibility",
        "(id int PRIMARY KEY, a int, KEY k (a))",
        "(id int PRIMARY KEY, a int, KEY k (a) IGNORED)",
    )
    .only(MARIADB),
    change("AddPrimaryKey", "(a int NOT NULL)", "(a int NOT NULL, PRIMARY KEY (a))"),
    change(
        "ChangePrimaryKey",
        "(a int NOT NULL, b int NOT NULL, PRIMARY KEY (a))",
        "(a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b))",
    ),
    change("DropPrimaryKey", "(a int NOT NULL, PRIMARY KEY (a))", "(a int NOT NULL)"),
    change(
        "AddForeignKey",
        "(id int PRIMARY KEY, a int, KEY k (a))",
        "(id int PRIMARY KEY, a int, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES other (id))",
    ),
    change(
        "DropForeignKey",
        "(id int PRIMARY KEY, a int, KEY k (a), CONSTRAINT f FOREIGN KEY (a) REFERENCES other (id))",
        "(id int PRIMARY KEY, a int, KEY k (a))",
    ),
    change(
        "AddCheck",
        "(id int PRIMARY KEY, a int)",
        "(id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0))",
    ),
    change(
        "DropCheck",
        "(id int PRIMARY KEY, a int, CONSTRAINT c CHECK (a > 0))",
        "(id int PRIMARY KEY, a int)",
    ),
    change("StorageEngine", "(id int PRIMARY KEY) ENGINE=InnoDB", "(id int PRIMARY KEY) ENGINE=MyISAM"),
    change("RowFormat", "(id int PRIMARY KEY) ROW_FORMAT=DYNAMIC", "(id int PRIMARY KEY) ROW_FORMAT=COMPACT"),
    change("RowFormat of pages", "(id int PRIMARY KEY)", "(id int PRIMARY KEY) PAGE_COMPRESSED=1").only(MARIADB),
    change("WrittenOption", "(id int PRIMARY KEY)", "(id int PRIMARY KEY) STATS_SAMPLE_PAGES=30"),
    change(
        "WrittenOption, all of them",
        "(id int PRIMARY KEY)",
        "(id int PRIMARY KEY) AVG_ROW_LENGTH=100 CHECKSUM=1 DELAY_KEY_WRITE=1 MAX_ROWS=1000 MIN_ROWS=10 PACK_KEYS=1 STATS_AUTO_RECALC=1 STATS_PERSISTENT=1",
    ),
    change(
        "DefaultEncoding",
        "(id int PRIMARY KEY) CHARACTER SET latin1",
        "(id int PRIMARY KEY) CHARACTER SET utf8mb4",
    ),
    change("TableComment", "(id int PRIMARY KEY)", "(id int PRIMARY KEY) COMMENT='said'"),
    change("Versioning", "(id int PRIMARY KEY)", "(id int PRIMARY KEY) WITH SYSTEM VERSIONING").only(MARIADB),
    // MariaDB takes no such words for partitions.
    change(
        "AddPartition",
        "(id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10))",
        "(id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))",
    )
    .only(MYSQL),
    change(
        "DropPartition",
        "(id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))",
        "(id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION b VALUES LESS THAN (20))",
    )
    .only(MYSQL),
    change(
        "ReorganizePartition",
        "(id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20))",
        "(id int PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (10), PARTITION m VALUES LESS THAN (15), PARTITION b VALUES LESS THAN (20))",
    )
    .only(MYSQL),
    change(
        "AddPartition of a hash",
        "(id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
        "(id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4",
    )
    .only(MYSQL),
    change(
        "CoalescePartition",
        "(id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4",
        "(id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
    )
    .only(MYSQL),
    change(
        "PartitionBy",
        "(id int PRIMARY KEY)",
        "(id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
    ),
];
