//! How do cached reads stay true while the data base changes?
//!
//! Users, posts and permissions in SQLite, read through cached functions that call each other, and changed by writers that say what they changed: the tags
//! of the rows, in a transaction of larder's around the one of the data base. Meanwhile readers check every cached read against the data base: what
//! was committed and invalidated before a read began is in it, without exception.
//!
//! ```text
//! cargo run --release --example tags
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;

use larder::{blocking, cached, defer_invalidations};
use larder_examples::blog;
use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const USERS: u32 = 8;
const POSTS: u32 = 24;
const WRITERS: u32 = 2;
const READERS: u32 = 2;
const CHANGES: u32 = 1_500;

/// A row of the data base. Each has a version, which every change raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Row {
    User(u32),
    Post(u32),
    /// Whether a user may read a post.
    Permission(u32, u32),
}

/// What was read, and the versions of the rows it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Read {
    text: String,
    rows: Vec<(Row, u32)>,
}

// The cached functions. What a read depends on is said once, where the row is read: whoever calls these inherits it.

/// The name of a user.
#[cached(tags = ["user:{id}"], ignore = [db])]
fn user(db: &Connection, id: u32) -> rusqlite::Result<Read> {
    row(db, Row::User(id), "SELECT name, version FROM users WHERE id = ?1", [id])
}

/// The title of a post.
#[cached(tags = ["post:{id}"], ignore = [db])]
fn post(db: &Connection, id: u32) -> rusqlite::Result<Read> {
    row(db, Row::Post(id), "SELECT title, version FROM posts WHERE id = ?1", [id])
}

/// Whether a user may read a post. The user is part of the key and a scope: `invalidate_user` takes all that was decided for one back.
#[cached(user = reader, ignore = [db])]
fn permission(db: &Connection, reader: u32, post: u32) -> rusqlite::Result<Read> {
    let sql = "SELECT level, version FROM permissions WHERE reader = ?1 AND post = ?2";
    row(db, Row::Permission(reader, post), sql, [reader, post])
}

/// A post as one user sees it: made of three cached reads, of which it depends on those that it made.
#[cached(ignore = [db])]
fn page(db: &Connection, reader: u32, id: u32) -> rusqlite::Result<Read> {
    let allowed = permission(db, reader, id)?;
    if allowed.text == "none" {
        return Ok(Read { text: "(not for you)".to_owned(), ..allowed });
    }
    let (post, author) = (post(db, id)?, user(db, id % USERS)?);
    let text = format!("{} by {}", post.text, author.text);
    Ok(Read { text, rows: [allowed.rows, post.rows, author.rows].concat() })
}

/// All that one user sees: two levels above the rows.
#[cached(ttl = "10m", ignore = [db])]
fn front(db: &Connection, reader: u32) -> rusqlite::Result<Read> {
    let pages = (0..POSTS).map(|id| page(db, reader, id)).collect::<rusqlite::Result<Vec<_>>>()?;
    let text = pages.iter().map(|page| page.text.as_str()).collect::<Vec<_>>().join("\n");
    Ok(Read { text, rows: pages.into_iter().flat_map(|page| page.rows).collect() })
}

/// One row from the data base: its text and its version.
fn row(db: &Connection, row: Row, sql: &str, key: impl rusqlite::Params) -> rusqlite::Result<Read> {
    db.prepare_cached(sql)?
        .query_row(key, |found| Ok(Read { text: found.get(0)?, rows: vec![(row, found.get(1)?)] }))
}

/// What one writer does: changes that are committed, and some that are taken back at the last moment.
fn write(blog: &Blog, mut random: Random) -> Result<()> {
    let db = blog.connect()?;
    for _ in 0..CHANGES {
        let takes_back = random.below(10) == 0;
        // The invalidations inside wait for the commit, and are forgotten when there is none.
        let changed = defer_invalidations(|| {
            let transaction = Transaction::new_unchecked(&db, TransactionBehavior::Immediate)?;
            let changed = change(&transaction, &mut random)?;
            if takes_back {
                return Err("the customer has changed his mind".into());
            }
            transaction.commit()?;
            Result::Ok(changed)
        });
        match changed {
            // From here on, nobody who begins to read may see less.
            Ok(changed) => blog.announce(&changed),
            Err(_) if takes_back => _ = blog.taken_back.fetch_add(1, SeqCst),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Changes some rows, and says so to the cache.
fn change(db: &Connection, random: &mut Random) -> Result<Vec<(Row, u32)>> {
    let (reader, id) = (random.below(USERS), random.below(POSTS));
    let changed = |row, sql: &str, values: &[&dyn ToSql]| {
        let version = db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
        Result::Ok((row, version))
    };
    match random.below(4) {
        0 => {
            let sql = "UPDATE users SET name = ?1, version = version + 1 WHERE id = ?2 RETURNING version";
            blocking::invalidate_tag(format!("user:{reader}"))?;
            Ok(vec![changed(Row::User(reader), sql, &[&random.word(), &reader])?])
        }
        1 | 2 => {
            let sql = "UPDATE posts SET title = ?1, version = version + 1 WHERE id = ?2 RETURNING version";
            // two posts, in one transaction
            let posts = [id, (id + 1) % POSTS];
            blocking::invalidate_tags(posts.map(|id| format!("post:{id}")))?;
            posts.into_iter().map(|id| changed(Row::Post(id), sql, &[&random.word(), &id])).collect()
        }
        3 if random.below(8) == 0 => {
            // all that one user may do
            blocking::invalidate_user(reader)?;
            let sql = "UPDATE permissions SET level = 'read', version = version + 1 WHERE reader = ?1 RETURNING post, version";
            let mut statement = db.prepare_cached(sql)?;
            let changed = statement
                .query_map([reader], |row| Ok((Row::Permission(reader, row.get(0)?), row.get(1)?)))?;
            Ok(changed.collect::<rusqlite::Result<_>>()?)
        }
        _ => {
            let level = if random.below(3) == 0 { "none" } else { "read" };
            let sql = "UPDATE permissions SET level = ?1, version = version + 1 WHERE reader = ?2 AND post = ?3 RETURNING version";
            permission::invalidate(reader, id);
            Ok(vec![changed(Row::Permission(reader, id), sql, &[&level, &reader, &id])?])
        }
    }
}

/// What one reader does until the writers are done: reads, and checks what it was given.
fn read(blog: &Blog, mut random: Random) -> Result<()> {
    let db = blog.connect()?;
    while !blog.is_done.load(SeqCst) {
        let (reader, id) = (random.below(USERS), random.below(POSTS));
        // What is announced before the read begins must be in it.
        let announced = blog.announced.lock().unwrap().clone();
        let read = match random.below(8) {
            0 => user(&db, reader),
            1 => post(&db, id),
            2 | 3 => front(&db, reader),
            _ => page(&db, reader, id),
        }?;
        for (row, version) in &read.rows {
            let least = announced.get(row).copied().unwrap_or(0);
            // What the data base says afterwards can only be newer.
            let most = uncached(&db, *row)?.rows[0].1;
            if !(least..=most).contains(version) {
                return Err(format!(
                    "{row:?} was read at version {version}; {least} was announced, {most} is there"
                )
                .into());
            }
        }
        blog.reads.fetch_add(1, SeqCst);
        blog.rows.fetch_add(read.rows.len() as u64, SeqCst);
    }
    Ok(())
}

/// The same row, past the cache.
fn uncached(db: &Connection, row: Row) -> rusqlite::Result<Read> {
    match row {
        Row::User(id) => user::uncached(db, id),
        Row::Post(id) => post::uncached(db, id),
        Row::Permission(reader, post) => permission::uncached(db, reader, post),
    }
}

/// When nobody writes any more, what is cached is what is there.
fn compare(blog: &Blog) -> Result<u32> {
    let db = blog.connect()?;
    let mut compared = 0;
    for reader in 0..USERS {
        for (row, version) in front(&db, reader)?.rows {
            let there = uncached(&db, row)?.rows[0].1;
            if version != there {
                return Err(format!("{row:?} is cached at version {version}, and {there} is there").into());
            }
            compared += 1;
        }
    }
    Ok(compared)
}

fn session(blog: &Blog) -> Result<()> {
    blog.create()?;
    thread::scope(|scope| {
        let writers: Vec<_> =
            (0..WRITERS).map(|number| scope.spawn(move || write(blog, Random(number.into())))).collect();
        let readers: Vec<_> = (0..READERS)
            .map(|number| scope.spawn(move || read(blog, Random((100 + number).into()))))
            .collect();
        let joined = |thread: thread::ScopedJoinHandle<'_, Result<()>>| {
            thread.join().unwrap_or_else(|_| Err("a thread has panicked".into()))
        };
        let written: Vec<_> = writers.into_iter().map(joined).collect();
        blog.is_done.store(true, SeqCst);
        written.into_iter().chain(readers.into_iter().map(joined)).collect::<Result<Vec<_>>>()
    })?;
    let compared = compare(blog)?;

    let committed = u64::from(WRITERS * CHANGES) - blog.taken_back.load(SeqCst);
    println!("{USERS} users, {POSTS} posts, {WRITERS} writers, {READERS} readers\n");
    println!("written   {committed} transactions, and {} taken back", blog.taken_back.load(SeqCst));
    println!(
        "read      {} times, {} rows: none older than the promise allows",
        blog.reads.load(SeqCst),
        blog.rows.load(SeqCst)
    );
    println!("at last   {compared} cached rows, all of them as in the data base\n");
    println!("{}", larder::stats());
    Ok(())
}

fn main() -> ExitCode {
    let path = std::env::temp_dir().join(format!("larder-tags-{}.sqlite", std::process::id()));
    let blog = Blog::at(&path);
    let result = session(&blog);
    blog::remove(&path);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the promise was broken, or the data base: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The data base, and what its writers have announced.
struct Blog {
    path: PathBuf,
    announced: Mutex<BTreeMap<Row, u32>>,
    is_done: AtomicBool,
    taken_back: AtomicU64,
    reads: AtomicU64,
    rows: AtomicU64,
}

impl Blog {
    fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            announced: Mutex::default(),
            is_done: AtomicBool::new(false),
            taken_back: AtomicU64::new(0),
            reads: AtomicU64::new(0),
            rows: AtomicU64::new(0),
        }
    }

    fn connect(&self) -> Result<Connection> {
        Ok(blog::connect(&self.path)?)
    }

    fn create(&self) -> Result<()> {
        Ok(blog::create(&self.connect()?, USERS, POSTS)?)
    }

    fn announce(&self, changed: &[(Row, u32)]) {
        let mut announced = self.announced.lock().unwrap();
        for (row, version) in changed {
            let known = announced.entry(*row).or_default();
            *known = (*known).max(*version);
        }
    }
}

/// Random numbers (splitmix64), the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, count: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % u64::from(count)) as u32
    }

    fn word(&mut self) -> String {
        let words = ["amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "hazel"];
        format!("{} {}", words[self.below(8) as usize], self.below(1_000))
    }
}
