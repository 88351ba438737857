//! The same functions by everyone: a text of 64 bytes by a number, kept on the server for ten minutes.

use std::sync::OnceLock;

use ::cached::macros::concurrent_cached;
use larder::cached;
use redis::{AsyncCommands as _, Commands as _, aio::MultiplexedConnection};

use crate::Failure;

static URL: OnceLock<String> = OnceLock::new();

/// Where the server of this run is.
pub(crate) fn set_url(url: String) {
    let _ = URL.set(url);
}

fn url() -> &'static str {
    URL.get().map_or("", String::as_str)
}

/// What is computed.
fn text(id: u64) -> String {
    format!("{id:064}")
}

/// By larder.
#[cached(ttl = "10m", store = redis)]
pub(crate) fn plain(id: u64) -> String {
    text(id)
}

/// By larder, with a user and two tags; the global scope is always one.
#[cached(ttl = "10m", store = redis, user = user, tags = ["texts", "lines"])]
pub(crate) fn scoped(user: u32, id: u64) -> String {
    let _ = user;
    text(id)
}

/// By larder, async.
#[cached(ttl = "10m", store = redis)]
pub(crate) async fn plain_later(id: u64) -> String {
    text(id)
}

/// By larder, async, with a user and two tags.
#[cached(ttl = "10m", store = redis, user = user, tags = ["texts", "lines"])]
pub(crate) async fn scoped_later(user: u32, id: u64) -> String {
    let _ = user;
    text(id)
}

/// By larder, with a memory in front.
#[cached(ttl = "10m", store = redis, l1 = "10m")]
pub(crate) fn in_front(id: u64) -> String {
    text(id)
}

/// By larder, in memory only.
#[cached(ttl = "10m")]
pub(crate) fn in_memory(id: u64) -> String {
    text(id)
}

/// By `cached`.
#[concurrent_cached(
    map_error = "|error| error.to_string()",
    ty = "::cached::RedisCache<u64, String>",
    create = r#"{
        let builder = ::cached::RedisCache::builder("texts").ttl(std::time::Duration::from_secs(600));
        builder.connection_string(url()).build().expect("the server of this run")
    }"#
)]
pub(crate) fn by_cached(id: u64) -> Result<String, String> {
    Ok(text(id))
}

/// By `cached`, async.
#[concurrent_cached(
    map_error = "|error| error.to_string()",
    ty = "::cached::AsyncRedisCache<u64, String>",
    create = r#"{
        let builder = ::cached::AsyncRedisCache::builder("texts later").ttl(std::time::Duration::from_secs(600));
        builder.connection_string(url()).build().await.expect("the server of this run")
    }"#
)]
pub(crate) async fn by_cached_later(id: u64) -> Result<String, String> {
    Ok(text(id))
}

fn raw_key(id: u64) -> String {
    format!("raw:text:{id}")
}

/// Puts what [`raw`] reads on the server.
pub(crate) fn prepare_raw(connection: &mut redis::Connection, ids: u64) -> Result<(), Failure> {
    for id in 0..ids {
        let bytes = rmp_serde::to_vec(&text(id))?;
        let _: () = connection.set_ex(raw_key(id), bytes, 600)?;
    }
    Ok(())
}

/// By hand: a `GET`, and what it gives is decoded.
pub(crate) fn raw(connection: &mut redis::Connection, id: u64) -> Result<String, Failure> {
    let bytes: Vec<u8> = connection.get(raw_key(id))?;
    Ok(rmp_serde::from_slice(&bytes)?)
}

/// The same, async.
pub(crate) async fn raw_later(connection: &mut MultiplexedConnection, id: u64) -> Result<String, Failure> {
    let bytes: Vec<u8> = connection.get(raw_key(id)).await?;
    Ok(rmp_serde::from_slice(&bytes)?)
}
