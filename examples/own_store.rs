//! How do I keep values in a store of my own? A complete one over SQLite, tested, and used by a cached function.
//!
//! ```sh
//! cargo run --release --example own_store
//! cargo test --example own_store
//! ```
//!
//! 1. A store knows keys, bytes and numbers. It answers small operations on single keys: `answer` below has them all.
//! 2. What has expired is not there, for any operation.
//! 3. `Raise` and `Add` are atomic, and numbers never go round. That larder is never late with an invalidation stands on these two.
//! 4. Every error is a `StoreError`: the function runs, and nobody waits longer than the store's own deadline.
//! 5. Both halves do the same. SQLite blocks, so that the async half hands its batches to a thread.
//! 6. `store_suite!` tests all of it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, SystemTime};

use larder::cached;
use larder::store::{Answer, Answers, BoxFuture, Capabilities, Operation, Store, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, types::Value};
use tokio::sync::oneshot;

struct Sqlite {
    table: Arc<Mutex<Connection>>,
    /// To the thread that works for the async half, and ends with the store.
    work: mpsc::Sender<Box<dyn FnOnce() + Send>>,
}

impl Sqlite {
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let table = Connection::open(path)?;
        table.busy_timeout(DEADLINE)?;
        table.execute_batch(
            "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value ANY, expires INTEGER) STRICT, WITHOUT ROWID",
        )?;
        let (work, jobs) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
        thread::spawn(move || jobs.into_iter().for_each(|job| job()));
        Ok(Self { table: Arc::new(Mutex::new(table)), work })
    }

    /// Does something on the thread, and waits for it without blocking.
    fn later<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Mutex<Connection>) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'_, Result<T, StoreError>> {
        let (reply, answer) = oneshot::channel();
        let table = self.table.clone();
        let sent = self.work.send(Box::new(move || _ = reply.send(work(&table))));
        Box::pin(async move {
            sent.map_err(|_| StoreError::unavailable(NAME))?;
            answer.await.unwrap_or_else(|_| Err(StoreError::unavailable(NAME)))
        })
    }
}

impl Store for Sqlite {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default().pipelines().lists().shared()
    }

    fn run(&self, batch: &[Operation]) -> Answers {
        run(&self.table, batch)
    }

    fn run_async<'a>(&'a self, batch: &'a [Operation]) -> BoxFuture<'a, Answers> {
        let batch = batch.to_vec();
        self.later(move |table| run(table, &batch))
    }

    fn clear(&self, prefix: &str) -> Result<u64, StoreError> {
        clear(&self.table, prefix)
    }

    fn clear_async<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, Result<u64, StoreError>> {
        let prefix = prefix.to_owned();
        self.later(move |table| clear(table, &prefix))
    }
}

/// A batch is one transaction here. larder would be content if each operation were one.
fn run(table: &Mutex<Connection>, batch: &[Operation]) -> Answers {
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    let change = table.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let answers = batch.iter().map(|operation| answer(&change, operation)).collect::<Result<_, _>>()?;
    change.commit().map_err(failed)?;
    Ok(answers)
}

fn answer(table: &Transaction<'_>, operation: &Operation) -> Result<Answer, StoreError> {
    let (key, now) = (operation.key(), now());
    let select = "SELECT value, expires FROM kept WHERE key = ?1 AND expires > ?2";
    let mut old = table.prepare_cached(select).map_err(failed)?;
    let old = old.query_row((key, now), |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(failed)?;
    let number = match &old {
        Some((Value::Integer(number), _)) => Some(*number),
        _ => None,
    };
    let until = |ttl: &Duration| now.saturating_add(millis(*ttl));
    let put = |value: Value, expires: i64| {
        let insert = "INSERT OR REPLACE INTO kept VALUES (?1, ?2, ?3)";
        table.prepare_cached(insert).and_then(|mut put| put.execute((key, value, expires))).map_err(failed)
    };
    let remove = || table.execute("DELETE FROM kept WHERE key = ?1", [key]).map_err(failed);
    Ok(match operation {
        Operation::Get { .. } => Answer::Value(old.and_then(|(value, _)| bytes(value))),
        Operation::Number { .. } => Answer::Number(number.map(i64::unsigned_abs)),
        Operation::Remaining { .. } => {
            let left = |expires: i64| Duration::from_millis((expires - now).unsigned_abs());
            Answer::Remaining(old.map(|(_, expires)| left(expires)))
        }
        Operation::PutIfAbsent { .. } if old.is_some() => Answer::Done(false),
        Operation::Put { value, ttl, .. } | Operation::PutIfAbsent { value, ttl, .. } => {
            put(Value::Blob(value.clone()), until(ttl))?;
            Answer::Done(true)
        }
        Operation::Remove { .. } => Answer::Done(remove()? > 0 && old.is_some()),
        Operation::RemoveIf { value, .. } => {
            let is_it = old.and_then(|(old, _)| bytes(old)).is_some_and(|old| old == *value);
            Answer::Done(is_it && remove()? > 0)
        }
        // To zero it only lives longer: one that is missing stays so, since with it an invalidation may have been lost.
        Operation::Raise { to: 0, .. } if number.is_none() => Answer::Number(None),
        Operation::Raise { to, ttl, .. } => {
            let raised = number.unwrap_or(0).max(i64::try_from(*to).unwrap_or(i64::MAX));
            let lives_on = number.and(old).map_or(0, |(_, expires)| expires);
            put(Value::Integer(raised), until(ttl).max(lives_on))?;
            Answer::Number(Some(raised.unsigned_abs()))
        }
        Operation::Add { by, from, ttl, .. } => {
            let before = number.unwrap_or_else(|| i64::try_from(*from).unwrap_or(i64::MAX));
            let sum = before.saturating_add(*by).max(0);
            put(Value::Integer(sum), until(ttl))?;
            Answer::Number(Some(sum.unsigned_abs()))
        }
        // Operations of a later larder.
        _ => return Err(StoreError::unsupported(NAME)),
    })
}

fn clear(table: &Mutex<Connection>, prefix: &str) -> Result<u64, StoreError> {
    let table = table.lock().unwrap_or_else(PoisonError::into_inner);
    table.execute("DELETE FROM kept WHERE expires <= ?1", [now()]).map_err(failed)?;
    let removed = table.execute("DELETE FROM kept WHERE substr(key, 1, length(?1)) = ?1", [prefix]);
    removed.map(|count| count as u64).map_err(failed)
}

/// Numbers are kept as integers, and are no bytes for whoever asks for a value.
fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::Blob(bytes) => Some(bytes),
        _ => None,
    }
}

/// Who waits too long for another process gets an error, and so does everybody who meets a broken file.
fn failed(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy) => StoreError::timed_out(NAME),
        _ => StoreError::unavailable(NAME).with(error),
    }
}

/// The store's own time, the same for all processes: milliseconds since 1970.
fn now() -> i64 {
    millis(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default())
}

/// Rounded up: what has just been stored is there.
fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX)
}

const NAME: &str = "sqlite";

/// As long as anybody waits for another process.
const DEADLINE: Duration = Duration::from_millis(250);

/// The one store of the program, which its functions share.
static STORE: LazyLock<Arc<Sqlite>> = LazyLock::new(|| {
    Arc::new(Sqlite::open(&path()).expect("the directory for temporary files can be written to"))
});

fn path() -> PathBuf {
    std::env::temp_dir().join(format!("larder-own-store-{}.sqlite", std::process::id()))
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[cached(ttl = "10m", store = STORE.clone(), tags = ["article:{id}"])]
fn article(id: u32) -> String {
    format!("article {id}, read as number {}", RUNS.fetch_add(1, Relaxed))
}

#[cached(ttl = "10m", store = STORE.clone())]
async fn price(id: u32) -> u32 {
    RUNS.fetch_add(1, Relaxed);
    id * 10
}

fn main() -> Result<(), Box<dyn Error>> {
    let first = article(7);
    assert_eq!(article(7), first);
    println!("a hit comes from SQLite: {first}");

    larder::blocking::invalidate_tag("article:7")?;
    let second = article(7);
    assert_ne!(second, first);
    println!("after its tag was invalidated, the function runs: {second}");

    let prices = (pollster::block_on(price(7)), pollster::block_on(price(7)));
    assert_eq!((prices, RUNS.load(Relaxed)), ((70, 70), 3));
    println!("async functions use the same store: {} runs in all", RUNS.load(Relaxed));

    println!("removed {} records", STORE.clear("larder:")?);
    Ok(std::fs::remove_file(path())?)
}

#[cfg(test)]
mod tests {
    use super::Sqlite;

    larder::testing::store_suite!(Sqlite::open(":memory:".as_ref()).unwrap());
}
