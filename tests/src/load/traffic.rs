//! Those who read and write meanwhile, each on a connection of its own.

use super::changes::CUSTOMERS;
use crate::chance::Chance;
use mysql::prelude::Queryable as _;
use schema_core::model::Engine;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How many read, and how many write.
const EACH: u64 = 2;

/// How long each of them rests between two statements.
const PAUSE: Duration = Duration::from_millis(2);

/// The codes of new rows, which no two share.
static NEXT_CODE: AtomicU64 = AtomicU64::new(1_000_000_000);

/// What they have noticed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Notice {
    /// The longest time that a read took.
    pub(super) read: Duration,
    /// The longest time that a write took.
    pub(super) write: Duration,
    pub(super) errors: u64,
}

/// Traffic that is under way.
pub(super) struct Traffic {
    is_over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<Notice>>,
}

impl Traffic {
    pub(super) fn begin(url: &str, engine: Engine, rows: u64) -> Result<Self, Box<dyn Error>> {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for number in 0..EACH * 2 {
            let mut client = Client::connect(url, engine)?;
            let is_over = Arc::clone(&is_over);
            threads.push(thread::spawn(move || {
                let (mut chance, mut notice) = (Chance::new(number), Notice::default());
                let reads = number < EACH;
                while !is_over.load(Ordering::Relaxed) {
                    let statement = if reads { read(&mut chance, rows) } else { write(&mut chance, rows) };
                    let start = Instant::now();
                    if let Err(error) = client.run(&statement) {
                        eprintln!("{statement}: {error}");
                        notice.errors += 1;
                    }
                    let longest = if reads { &mut notice.read } else { &mut notice.write };
                    *longest = start.elapsed().max(*longest);
                    thread::sleep(PAUSE);
                }
                notice
            }));
        }
        Ok(Traffic { is_over, threads })
    }

    pub(super) fn end(self) -> Notice {
        self.is_over.store(true, Ordering::Relaxed);
        let notices = self.threads.into_iter().map(|thread| thread.join().unwrap());
        notices.fold(Notice::default(), |all, one| Notice {
            read: all.read.max(one.read),
            write: all.write.max(one.write),
            errors: all.errors + one.errors,
        })
    }
}

fn read(chance: &mut Chance, rows: u64) -> String {
    format!("SELECT price, note FROM items WHERE id = {}", chance.below(rows) + 1)
}

fn write(chance: &mut Chance, rows: u64) -> String {
    match chance.below(4) {
        0 => format!("UPDATE customers SET seen = seen + 1 WHERE id = {}", chance.below(CUSTOMERS)),
        1 => format!(
            "INSERT INTO items (customer, code, price, shelf, note) VALUES ({}, {}, 5, 5, 0)",
            chance.below(CUSTOMERS),
            NEXT_CODE.fetch_add(1, Ordering::Relaxed)
        ),
        _ => format!("UPDATE items SET note = note + 1 WHERE id = {}", chance.below(rows) + 1),
    }
}

/// A connection as applications have them, without the settings of migrations.
enum Client {
    Postgres(Box<postgres::Client>),
    Mysql(mysql::Conn),
}

impl Client {
    fn connect(url: &str, engine: Engine) -> Result<Self, Box<dyn Error>> {
        let address = url.split('?').next().unwrap_or_default();
        Ok(match engine {
            Engine::Postgres => Client::Postgres(Box::new(postgres::Client::connect(
                &format!("{address}?sslmode=disable"),
                postgres::NoTls,
            )?)),
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => {
                Client::Mysql(mysql::Conn::new(mysql::Opts::from_url(address)?)?)
            }
        })
    }

    fn run(&mut self, statement: &str) -> Result<(), Box<dyn Error>> {
        match self {
            Client::Postgres(client) => client.simple_query(statement).map(drop)?,
            Client::Mysql(client) => client.query_drop(statement)?,
        }
        Ok(())
    }
}
