//! How is a cache warm before the first request comes?
//!
//! Three cached functions over the SQLite data base of `tags`, each with a provider that says which calls to make in advance. `preload_all` makes them, eight at a time, with a
//! progress bar for each function (on a terminal; otherwise the output is plain). One row is broken on purpose: it is reported, and stops nothing.
//!
//! ```text
//! cargo run --release --example preload
//! ```

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use larder::{Progress, cached, preload_all};
use larder_examples::blog;
use rusqlite::Connection;

const USERS: u32 = 25;
const POSTS: u32 = 4_000;

/// The post that cannot be read.
const BROKEN: u32 = 1_234;

// The cached functions. A provider gives the arguments of each call as a tuple; what a function borrows is owned in it.

/// The title of a post, from a table that is far away.
#[cached(preload = post_ids, max_entries = 10_000, tags = ["post:{id}"])]
fn title(id: u32) -> Result<String, String> {
    thread::sleep(Duration::from_millis(1)); // stands for the way to a data base on another machine
    let sql = "SELECT title FROM posts WHERE id = ?1";
    query(sql, id).map_err(|error| format!("post {id}: {error}"))
}

/// The name of a user, by an async function.
#[cached(preload = users, max_entries = 1_000, tags = ["user:{id}"])]
async fn name(realm: &str, id: u32) -> Result<String, String> {
    let name: String =
        query("SELECT name FROM users WHERE id = ?1", id).map_err(|error| error.to_string())?;
    Ok(format!("{name}@{realm}"))
}

/// How much there is. Without parameters, a function is its own provider.
#[cached(preload = true, ttl = "1h")]
fn size() -> Result<u32, String> {
    query("SELECT count(*) FROM permissions WHERE reader >= ?1", 0).map_err(|error| error.to_string())
}

/// All posts: an iterator, or what keeps us from having one.
fn post_ids() -> Result<Vec<(u32,)>, String> {
    ids("SELECT id FROM posts").map_err(|error| error.to_string())
}

/// All users: async, and any of the items may be an error too.
async fn users() -> Result<impl Iterator<Item = Result<(String, u32), String>>, String> {
    let ids = ids("SELECT id FROM users").map_err(|error| error.to_string())?;
    Ok(ids.into_iter().map(|(id,)| Ok(("example".to_owned(), id))))
}

fn ids(sql: &str) -> rusqlite::Result<Vec<(u32,)>> {
    connected(|db| db.prepare(sql)?.query_map((), |row| Ok((row.get(0)?,)))?.collect())
}

/// The one value that a statement with a number in it gives.
fn query<T: rusqlite::types::FromSql>(sql: &str, number: u32) -> rusqlite::Result<T> {
    connected(|db| db.prepare_cached(sql)?.query_row([number], |row| row.get(0)))
}

/// Each thread has a connection of its own.
fn connected<T>(work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    thread_local! {
        static CONNECTION: rusqlite::Result<Connection> = blog::connect(&path());
    }
    CONNECTION.with(|connection| match connection {
        Ok(db) => work(db),
        Err(_) => work(&blog::connect(&path())?),
    })
}

fn path() -> PathBuf {
    std::env::temp_dir().join(format!("larder-preload-{}.sqlite", std::process::id()))
}

/// A bar for each function; where nobody looks at a terminal, nothing is drawn.
#[derive(Default)]
struct Bars {
    all: MultiProgress,
    by_function: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

impl Bars {
    fn show(&self, progress: &Progress) {
        let mut bars = self.by_function.lock().unwrap();
        let bar = bars.entry(progress.function).or_insert_with(|| {
            let bar = self.all.add(ProgressBar::new(0));
            let template = "{prefix:>16} {bar:40} {pos:>5} of {len:<5} {msg}";
            bar.set_style(ProgressStyle::with_template(template).expect("the template is well-formed"));
            bar.set_prefix(progress.function);
            bar
        });
        bar.set_length(progress.total.unwrap_or(progress.done()) as u64);
        // Of two calls that come at the same time, the one that tells of less may be the second.
        bar.set_position(bar.position().max(progress.done() as u64));
        if progress.failed > 0 {
            bar.set_message(format!("{} failed", progress.failed));
        }
    }

    /// Leaves the bars as they are, before anything else is printed.
    fn finish(&self) {
        self.by_function.lock().unwrap().values().for_each(ProgressBar::abandon);
    }
}

fn session() -> Result<(), String> {
    let db = blog::connect(&path()).map_err(|error| error.to_string())?;
    blog::create(&db, USERS, POSTS).map_err(|error| error.to_string())?;
    // A title that is no text.
    db.execute("UPDATE posts SET title = x'ff' WHERE id = ?1", [BROKEN])
        .map_err(|error| error.to_string())?;

    let bars = Arc::new(Bars::default());
    let drawn = bars.clone();
    let preload = preload_all().timeout(Duration::from_secs(60)).on_progress(move |now| drawn.show(now));
    let report = pollster::block_on(preload.into_future());
    bars.finish();
    println!("{report}\n");

    let of = |name| report.get(name).ok_or(format!("{name} is not in the report"));
    expect("posts loaded", of("title")?.loaded, POSTS as usize - 1)?;
    expect("posts failed", of("title")?.failed_total, 1)?;
    expect("users loaded", of("name")?.loaded, USERS as usize)?;
    expect("sizes loaded", of("size")?.loaded, 1)?;

    // From here on, requests come.
    let before = title::stats().hits;
    let began = Instant::now();
    let failed = (0..POSTS).filter(|id| title(*id).is_err()).count();
    let elapsed = began.elapsed();
    let hits = title::stats().hits - before;
    println!("then {POSTS} posts are read in {elapsed:.1?}: {hits} hits, and {failed} that fails again");
    expect("hits", hits as usize, POSTS as usize - 1)?;
    expect("failures", failed, 1)?;
    println!("{} and {} permissions were there, too", pollster::block_on(name("example", 7))?, size()?);
    expect("hits of an async function", name::stats().hits as usize, 1)?;
    expect("hits of a function without parameters", size::stats().hits as usize, 1)
}

fn expect(what: &str, found: usize, expected: usize) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found}, not {expected}")) }
}

fn main() -> ExitCode {
    let result = session();
    blog::remove(&path());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
