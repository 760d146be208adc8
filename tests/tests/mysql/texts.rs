//! Texts reach the scripts as the server has them, whatever its catalogue makes of them.

use schema_core::apply::apply;
use schema_core::autogenerate::scripts;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::driver::{ConnectOptions, Driver, Value};
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Engine};
use schema_core::url::DatabaseUrl;
use schema_tests::mysql::Scratch;
use schema_tests::server::{Server, TestDatabase};

const TABLE: &str = r"
    CREATE TABLE `t` (
        `id` int NOT NULL PRIMARY KEY,
        `größe` varchar(20) DEFAULT '😀?' COMMENT 'größe \\ it''s',
        `g` varchar(60) GENERATED ALWAYS AS (concat(`größe`, '😀é\\', 'it''s')) STORED,
        `x` varchar(30) DEFAULT (concat('😀', 'it''s', 'a\nb')),
        `y` varchar(9) NOT NULL DEFAULT '🙈?',
        `b` binary(3) NOT NULL DEFAULT x'ff00',
        `p` binary(3) NOT NULL DEFAULT 'a?',
        `w` varbinary(4) DEFAULT x'fe3f',
        -- The character that stands for bytes which are no text is text itself.
        `�` varchar(20) GENERATED ALWAYS AS (concat(`größe`, '�é')) STORED COMMENT '�',
        `e` enum('x','😀','?','a?🙈') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '😀',
        `s` set('q','🙈','?') DEFAULT '🙈,?',
        `l` enum('?','é') CHARACTER SET latin1,
        CONSTRAINT `c` CHECK (`größe` <> 'é' AND `x` <> '😀' AND `x` <> 'it''s' AND `x` <> 'a\\b\nc?')
    );
    CREATE VIEW `v` (`n`, `ö`) AS SELECT `id`, concat('😀', 'it''s', 'a\\b') FROM `t`;
    CREATE TRIGGER `tr` BEFORE INSERT ON `t` FOR EACH ROW
        SET NEW.`x` = concat(coalesce(NEW.`x`, ''), '😀', 'it''s', 'a\\nb', 'c\nd');";

const INDEX: &str = "CREATE INDEX `i` ON `t` ((concat(`x`, '😀é', 'it''s')));";

fn rows(driver: &mut dyn Driver) -> Vec<Vec<Value>> {
    driver.execute("INSERT INTO `t` (`id`) VALUES (7)").unwrap();
    let all = "SELECT hex(`größe`), hex(`g`), hex(`x`), hex(`y`), hex(`b`), hex(`p`), hex(`w`), hex(`ö`), hex(`�`), hex(`e`), hex(`s`) FROM `t` JOIN `v` ON `n` = `id`";
    driver.query(all, &[]).unwrap()
}

#[test]
fn texts_of_all_kinds_are_copied_as_they_are() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut original, mut copy) = (Scratch::create(&server), Scratch::create(&server));
    original.load(TABLE).unwrap();
    let engine = original.driver().engine();
    if engine == Engine::Mysql {
        original.load(INDEX).unwrap();
    }
    let wanted = original.introspect();
    let comparison =
        compare(engine, DatabaseSchema::default(), wanted.clone(), Scope::Database, &[]).unwrap();
    let up = comparison.up().unwrap();
    apply(copy.driver(), &up, &[]).unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
    assert_eq!(copy.introspect(), wanted, "{}", up.to_script());
    let script = up.to_script();
    assert!(!script.contains("??"), "{script}");
    assert_eq!(rows(copy.driver()), rows(original.driver()), "{script}");
    let refused = copy.driver().execute("INSERT INTO `t` (`id`, `größe`) VALUES (8, 'é')").unwrap_err();
    assert!(refused.to_string().contains("`c`") || refused.to_string().contains("'c'"), "{refused}");
}

/// MySQL keeps literals of generated columns in the character set of their table, and shows them as bytes of that.
#[test]
fn texts_of_tables_in_other_character_sets_are_copied_as_they_are() {
    let Some(server) = Server::Mysql.url() else { return };
    for (charset, text) in
        [("latin1", "é"), ("cp1250", "ęł"), ("utf16", "語é"), ("sjis", "表ソ"), ("utf8mb3", "é語")]
    {
        let (mut original, mut copy) = (Scratch::create(&server), Scratch::create(&server));
        let engine = original.driver().engine();
        let index = if engine == Engine::Mysql {
            format!(", KEY `k` ((concat(`n`, '{text}')))")
        } else {
            String::new()
        };
        original
            .load(&format!(
                "CREATE TABLE `t` (`id` int PRIMARY KEY, `n` varchar(20) DEFAULT '{text}',
                    `größe` varchar(60) GENERATED ALWAYS AS (concat(`n`, '{text}', 'it''s\\\\')) STORED,
                    `p` varchar(60) GENERATED ALWAYS AS (concat(`größe`, 'plain')) VIRTUAL,
                    `x` varchar(30) DEFAULT (concat('{text}', 'a')), `e` enum('{text}', 'b') NOT NULL DEFAULT '{text}',
                    CONSTRAINT `c` CHECK (`n` <> '{text}{text}'){index}) CHARACTER SET {charset}"
            ))
            .unwrap();
        let follow = |copy: &mut Scratch, original: &mut Scratch| {
            let comparison =
                compare(engine, copy.introspect(), original.introspect(), Scope::Database, &[]).unwrap();
            let up = comparison.up().unwrap();
            apply(copy.driver(), &up, &[])
                .unwrap_or_else(|error| panic!("{charset}: {error}\n{}", up.to_script()));
            assert_eq!(copy.introspect(), original.introspect(), "{charset}: {}", up.to_script());
            up.statements.len()
        };
        follow(&mut copy, &mut original);
        // It writes down its definition in another way then.
        original.load("ALTER TABLE `t` ADD COLUMN `q` int, ALGORITHM=COPY").unwrap();
        assert_eq!(follow(&mut copy, &mut original), 1, "{charset}");
        let rows = |of: &mut Scratch| {
            of.driver().execute("INSERT INTO `t` (`id`) VALUES (7)").unwrap();
            of.driver()
                .query("SELECT hex(`n`), hex(`größe`), hex(`p`), hex(`x`), hex(`e`) FROM `t`", &[])
                .unwrap()
        };
        assert_eq!(rows(&mut copy), rows(&mut original), "{charset}");
        let refused = format!("INSERT INTO `t` (`id`, `n`) VALUES (8, '{text}{text}')");
        copy.driver().execute(&refused).unwrap_err();
    }
}

/// MySQL gives a column that INSTANT has dropped a longer name, and fails where that ends in the middle of a character.
#[test]
fn columns_with_long_names_that_are_not_ascii_are_dropped() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut original, mut wanted) = (Scratch::create(&server), Scratch::create(&server));
    original.load(&format!("CREATE TABLE `t` (`a` int, `{}` int)", "漢".repeat(20))).unwrap();
    original.load("INSERT INTO `t` VALUES (1, 2)").unwrap();
    wanted.load("CREATE TABLE `t` (`a` int)").unwrap();
    let engine = original.driver().engine();
    let comparison =
        compare(engine, original.introspect(), wanted.introspect(), Scope::Database, &[]).unwrap();
    let scripts = scripts(original.driver(), &comparison, &Filter::default()).unwrap();
    apply(original.driver(), &scripts.up, &[]).unwrap();
    assert_eq!(original.introspect(), wanted.introspect());
}

#[test]
fn values_beyond_the_first_plane_are_read_where_the_catalogue_has_question_marks() {
    let Some(server) = Server::Mysql.url() else { return };
    let mut scratch = Scratch::create(&server);
    scratch.load(TABLE).unwrap();
    let schema = scratch.introspect();
    let types: Vec<String> =
        schema.tables[0].columns.iter().map(|column| format!("{:?}", column.ty)).collect();
    for ty in ["enum('x','😀','?','a?🙈')", "set('q','🙈','?')", "enum('?','é')"] {
        assert!(types.iter().any(|found| found.contains(ty)), "{ty}: {types:?}");
    }
}

#[test]
fn an_account_that_cannot_read_such_values_is_told_so() {
    let Some(server) = Server::Mysql.url() else { return };
    let database = TestDatabase::create(&server);
    let mut root = database.connect();
    let account = format!("u{}", database.name().trim_start_matches("test"));
    for statement in [
        "CREATE TABLE `t` (`a` enum('x','😀')) CHARACTER SET utf8mb4".to_owned(),
        format!("CREATE USER '{account}'@'%'"),
        format!("GRANT SELECT ON `{}`.* TO '{account}'@'%'", database.name()),
    ] {
        root.execute(&statement).unwrap();
    }
    let url = DatabaseUrl::parse(&database.url().replacen("root@", &format!("{account}@"), 1)).unwrap();
    let mut driver = schema_core::driver::connect(&url, &ConnectOptions::default()).unwrap();
    let told = driver.introspect().map_err(|error| (error.to_string(), error.hint().unwrap()));
    root.execute("ALTER TABLE `t` MODIFY COLUMN `a` enum('x','?') CHARACTER SET latin1").unwrap();
    let of_another = driver.introspect();
    root.execute(&format!("DROP USER '{account}'@'%'")).unwrap();
    let (error, hint) = told.unwrap_err();
    assert!(error.contains("the values of `t`.`a` cannot be read"), "{error}");
    assert!(hint.contains("GRANT CREATE TEMPORARY TABLES"), "{hint}");
    // Nothing else than `?` can be meant.
    assert_eq!(of_another.unwrap().tables.len(), 1);
}

/// MariaDB tells such defaults nowhere as they are, but in a row.
#[test]
fn an_account_that_cannot_read_a_default_is_told_so() {
    let Some(server) = Server::Mysql.url() else { return };
    let database = TestDatabase::create(&server);
    let mut root = database.connect();
    let engine = root.engine();
    let account = format!("d{}", database.name().trim_start_matches("test"));
    for statement in [
        "CREATE TABLE `t` (`a` varchar(9) DEFAULT '😀', `b` varbinary(9) DEFAULT x'ff3f', `c` varchar(9) CHARACTER SET latin1 NOT NULL DEFAULT '?') CHARACTER SET utf8mb4"
            .to_owned(),
        "CREATE TABLE `u` (`a` varchar(9) NOT NULL DEFAULT '😀') CHARACTER SET utf8mb4".to_owned(),
        "INSERT INTO `u` VALUES (DEFAULT)".to_owned(),
        format!("CREATE USER '{account}'@'%'"),
        format!("GRANT SELECT ON `{}`.* TO '{account}'@'%'", database.name()),
    ] {
        root.execute(&statement).unwrap();
    }
    let url = DatabaseUrl::parse(&database.url().replacen("root@", &format!("{account}@"), 1)).unwrap();
    let mut driver = schema_core::driver::connect(&url, &ConnectOptions::default()).unwrap();
    let known = driver.introspect();
    root.execute("DELETE FROM `u`").unwrap();
    let told = driver.introspect().map_err(|error| (error.to_string(), error.hint().unwrap()));
    root.execute(&format!("DROP USER '{account}'@'%'")).unwrap();
    assert_eq!(known.unwrap(), root.introspect().unwrap());
    if engine == Engine::Mariadb {
        let (error, hint) = told.unwrap_err();
        assert!(error.contains("the default of `u`.`a` cannot be read"), "{error}");
        assert!(hint.contains("GRANT CREATE TEMPORARY TABLES"), "{hint}");
    } else {
        told.unwrap();
    }
}

/// What a function of the bytes is given stays in its character set. MariaDB itself takes the text `xE9` for such bytes, once it has opened the table again.
#[test]
fn bytes_of_texts_in_other_character_sets_are_copied_as_they_are() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut original, mut copy) = (Scratch::create(&server), Scratch::create(&server));
    original
        .load(
            "CREATE TABLE `t` (`n` varchar(9) CHARACTER SET latin1,
                CONSTRAINT `c` CHECK (hex(`n`) <> hex(_latin1 x'E9')), CONSTRAINT `d` CHECK (length(`n`) < length(_utf16 x'00610062')))",
        )
        .unwrap();
    let engine = original.driver().engine();
    if engine == Engine::Mariadb {
        return;
    }
    let wanted = original.introspect();
    let up = compare(engine, DatabaseSchema::default(), wanted.clone(), Scope::Database, &[])
        .unwrap()
        .up()
        .unwrap();
    apply(copy.driver(), &up, &[]).unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
    assert_eq!(copy.introspect(), wanted, "{}", up.to_script());
    copy.load("INSERT INTO `t` VALUES ('ab')").unwrap();
    for text in ["é", "abcd"] {
        copy.load(&format!("INSERT INTO `t` VALUES ('{text}')")).unwrap_err();
    }
}

/// Why models that have such comments are refused.
#[test]
fn the_servers_tell_question_marks_for_emojis_in_comments() {
    let Some(server) = Server::Mysql.url() else { return };
    let mut scratch = Scratch::create(&server);
    scratch
        .load("CREATE TABLE `t` (`a` int COMMENT 'c 😀', KEY `i` (`a`) COMMENT 'i 😀') COMMENT = 't 😀'")
        .unwrap();
    let created = scratch.driver().query("SHOW CREATE TABLE `t`", &[]).unwrap();
    let Some(Value::Text(created)) = created[0].get(1) else { panic!("{created:?}") };
    assert!(!created.contains('😀'), "{created}");
    for text in ["'c ?'", "'i ?'", "'t ?'"] {
        assert!(created.contains(text), "{created}");
    }
}
