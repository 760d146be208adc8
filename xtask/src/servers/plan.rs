//! Which servers there are, and which tests run with each.
//!
//! The main version of each engine takes all tests, and so do the newest ones where that is asked for: they take as long again.

use super::{Run, ServerArguments, ServerUrls, Servers, Wanted, start};

/// All tests.
const ALL: &[&[&str]] = &[&[]];

/// The tests that a MySQL server changes anything for; those of several engines have `mysql` in their names.
const OF_MYSQL: &[&[&str]] = &[
    &["--test=mysql", "--test=mysql_corpus", "--test=mysql_properties"],
    &["--test=suite", "--test=runner", "--test=workflow", "--", "mysql"],
];

/// The conformance suite on a MySQL server.
const SUITE_OF_MYSQL: &[&[&str]] = &[&["--test=suite", "--", "mysql::"]];

impl Servers {
    /// Begins to start what is missing, and doesn't wait for it.
    pub(crate) fn start(arguments: &ServerArguments) -> Self {
        let ServerArguments { urls, postgres, matrix } = arguments;
        let ServerUrls { postgres_url, mysql_url, mariadb_url } = urls;
        let mut wanted = vec![
            Wanted::at(mariadb_url.as_ref(), "mariadb", start::mariadb),
            Wanted::at(mysql_url.as_ref(), "mysql", start::mysql),
        ];
        let (mariadb, mysql) = (0, 1);
        let mut runs = Vec::new();
        for major in postgres.iter().copied() {
            let name = format!("postgres {major}");
            runs.push(Run {
                label: Some(name.clone()),
                postgres: wanted.len(),
                mysql: mariadb,
                needs: Vec::new(),
                calls: ALL,
                is_beside: false,
            });
            wanted.push(Wanted::starting(name, move || start::postgres(Some(major))));
        }
        if runs.is_empty() {
            let place = wanted.len();
            runs.push(Run {
                label: None,
                postgres: place,
                mysql: mariadb,
                needs: Vec::new(),
                calls: ALL,
                is_beside: false,
            });
            wanted.push(Wanted::at(postgres_url.as_ref(), "postgres", || start::postgres(None)));
        }
        let postgres = runs.first().map_or_else(Default::default, |run| run.postgres);
        runs.push(Run {
            label: Some("mysql".to_owned()),
            postgres,
            mysql,
            needs: vec![mysql],
            calls: OF_MYSQL,
            is_beside: true,
        });
        if *matrix {
            let (newest_postgres, newest_mariadb) = (wanted.len(), wanted.len() + 1);
            wanted.push(Wanted::starting("newest postgres".to_owned(), start::newest_postgres));
            wanted.push(Wanted::starting("newest mariadb".to_owned(), start::newest_mariadb));
            runs.push(Run {
                label: Some("newest".to_owned()),
                postgres: newest_postgres,
                mysql: newest_mariadb,
                needs: vec![newest_postgres, newest_mariadb],
                calls: ALL,
                is_beside: false,
            });
            let unusual_mysql = wanted.len();
            wanted.push(Wanted::starting("unusual mysql".to_owned(), start::unusual_mysql));
            runs.push(Run {
                label: Some("unusual mysql".to_owned()),
                postgres,
                mysql: unusual_mysql,
                needs: vec![unusual_mysql],
                calls: SUITE_OF_MYSQL,
                is_beside: false,
            });
        }
        Servers { wanted, runs }
    }
}
