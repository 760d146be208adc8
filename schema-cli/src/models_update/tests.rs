use super::*;

const HEAD: &str = "use schema_core::{SqlEnum, Table, View, sql_file};\n\n";

/// What becomes of a file.
fn updated(theirs: &str, base: &str, new: &str) -> Result<String, Vec<String>> {
    let file = SourceFile { path: "models.rs".to_owned(), text: format!("{HEAD}{theirs}") };
    let Updated { mut texts, obstacles } = update(std::slice::from_ref(&file), base, new).unwrap();
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let text = texts.remove(&0).unwrap_or(file.text);
    Ok(text.strip_prefix(HEAD).unwrap_or(&text).to_owned())
}

const BASE: &str = "#[derive(Table)]\n#[table(name = \"users\")]\npub struct User {\n    #[column(pk)]\n    pub id: i64,\n    \
                    #[column(unique)]\n    pub email: String,\n    pub age: i32,\n    pub gone: Option<i64>,\n}\n";

/// What people have made of [`BASE`].
const THEIRS: &str = "/// Who buys.\n#[derive(Debug, Table)]\n#[serde(default)]\n#[table(name = \"users\")]\npub(crate) struct Account {\n    \
                      #[column(skip)]\n    pub cache: Vec<u8>,\n    // How they are reached.\n    #[column(unique)]\n    #[serde(rename = \"mail\")]\n    \
                      pub email: Email,\n    #[column(pk)]\n    pub id: i64,\n    pub gone: Option<i64>,\n    pub age: i32,\n}\n\nimpl Account {}\n";

#[test]
fn nothing_is_edited_where_nothing_has_changed() {
    assert_eq!(updated(THEIRS, BASE, BASE).as_deref(), Ok(THEIRS));
}

#[test]
fn what_people_have_written_stays_beside_what_changes() {
    let new = "#[derive(Table)]\n#[table(name = \"users\")]\n#[table(index(columns(email, city)))]\npub struct User {\n    #[column(pk)]\n    pub id: i64,\n    \
               pub email: Option<String>,\n    #[column(default = 0)]\n    pub age: i64,\n    /// Where.\n    #[column(name = \"City\")]\n    pub city: String,\n}\n\n\
               #[derive(Table)]\n#[table(name = \"orders\")]\npub struct Order {\n    #[column(pk, fk(User::id))]\n    pub id: i64,\n}\n";
    let expected = "/// Who buys.\n#[derive(Debug, Table)]\n#[serde(default)]\n#[table(name = \"users\")]\n#[table(index(columns(email, city)))]\n\
                    pub(crate) struct Account {\n    \
                    #[column(skip)]\n    pub cache: Vec<u8>,\n    // How they are reached.\n    #[serde(rename = \"mail\")]\n    \
                    pub email: Option<Email>,\n    #[column(pk)]\n    pub id: i64,\n    #[column(default = 0)]\n    pub age: i64,\n    \
                    /// Where.\n    #[column(name = \"City\")]\n    pub city: String,\n}\n\n\
                    #[derive(Table)]\n#[table(name = \"orders\")]\npub struct Order {\n    #[column(pk, fk(Account::id))]\n    pub id: i64,\n}\n\n\
                    impl Account {}\n";
    assert_eq!(updated(THEIRS, BASE, new).as_deref(), Ok(expected));
}

#[test]
fn what_cannot_be_edited_safely_is_told_with_its_place() {
    let new = BASE.replace("pub email: String", "pub email: Vec<u8>");
    let obstacle = "models.rs:13: `Account::email` has a type of its own, and the column is `Vec<u8>` now";
    assert_eq!(updated(THEIRS, BASE, &new), Err(vec![obstacle.to_owned()]));
    let base = BASE.replace("#[column(unique)]", "#[column(unique, index)]");
    let obstacle = "models.rs:13: `Account::email` says `index` in another way, which has changed";
    assert_eq!(updated(THEIRS, &base, BASE), Err(vec![obstacle.to_owned()]));
    let gone = "the table `users` is in none of the files, and is to go";
    assert_eq!(updated("", BASE, ""), Err(vec![gone.to_owned()]));
}

#[test]
fn whole_items_come_and_go() {
    let mood = "#[derive(SqlEnum)]\n#[sql_enum(name = \"mood\")]\npub enum Mood {\n    Sad,\n}\n\n";
    let more = mood.replace("    Sad,\n", "    Sad,\n    #[sql_enum(rename = \"so-so\")]\n    SoSo,\n");
    let theirs = mood.replace("pub enum Mood", "#[derive(Clone)]\npub enum Feeling");
    let wanted = more.replace("pub enum Mood", "#[derive(Clone)]\npub enum Feeling");
    let both = format!("{theirs}{THEIRS}");
    assert_eq!(
        updated(&both, &format!("{mood}{BASE}"), &format!("{more}{BASE}")),
        Ok(format!("{wanted}{THEIRS}"))
    );
    assert_eq!(updated(&both, &format!("{mood}{BASE}"), mood), Ok(format!("{theirs}impl Account {{}}\n")));
    let call = "sql_file!(\"sql/views/v.sql\", only(sqlite));\n";
    let with = format!("{THEIRS}\n{call}");
    assert_eq!(updated(THEIRS, BASE, &format!("{BASE}\n{call}")), Ok(with.clone()));
    assert_eq!(updated(&with, &format!("{BASE}\n{call}"), BASE), Ok(format!("{THEIRS}\n")));
}
