//! The data base of `tags` and `preload`: users, their posts, and who may read what, in SQLite. Each row has a version.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Result};

/// A connection to the data base in this file, which may be used beside others.
///
/// # Errors
///
/// When SQLite cannot open it.
pub fn connect(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(60))?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")?;
    Ok(db)
}

/// Fills a new data base: so many users and posts, and everybody may read everything.
///
/// # Errors
///
/// When it is not new, or SQLite cannot write it.
pub fn create(db: &Connection, users: u32, posts: u32) -> Result<()> {
    db.execute_batch(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL);
         CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, version INTEGER NOT NULL);
         CREATE TABLE permissions (
             reader INTEGER, post INTEGER, level TEXT NOT NULL, version INTEGER NOT NULL,
             PRIMARY KEY (reader, post)
         );
         BEGIN;",
    )?;
    for id in 0..users {
        db.execute("INSERT INTO users VALUES (?1, ?2, 1)", (id, format!("user {id}")))?;
    }
    for id in 0..posts {
        db.prepare_cached("INSERT INTO posts VALUES (?1, ?2, 1)")?.execute((id, format!("post {id}")))?;
        let mut permission = db.prepare_cached("INSERT INTO permissions VALUES (?1, ?2, 'read', 1)")?;
        for reader in 0..users {
            permission.execute((reader, id))?;
        }
    }
    db.execute_batch("COMMIT;")
}

/// Removes the files of a data base.
pub fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        // Not every one of them is there.
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}
