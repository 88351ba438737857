//! Hits on tasks: one after another, and 64 at once.

use std::{future::Future, hint::black_box, sync::LazyLock};

use futures_util::future::join_all;
use tokio::runtime::Runtime;

use crate::{
    Failure, functions,
    server::Server,
    table::{Reach, Row},
    turns::{self, Contender},
};

/// So many keys are used.
const IDS: usize = 128;

/// So many tasks call at once.
const CALLERS: usize = 64;

/// One for all: the connection of `cached` ends with the runtime that made it.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().expect("threads can be had")
    });
    &RUNTIME
}

/// Blocks of calls, one after another, on a task of the runtime.
fn each<F>(runtime: &Runtime, from: usize, calls: usize, mut call: impl FnMut(u64) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let task = runtime.spawn(async move {
        for at in from..from + calls {
            call((at % IDS) as u64).await;
        }
    });
    runtime.block_on(task).expect("no call panics");
}

/// One task, one call after another.
pub(crate) fn one_after_another(server: &mut Server) -> Result<Vec<Row>, Failure> {
    let client = server.client()?;
    functions::prepare_raw(&mut client.get_connection()?, IDS as u64)?;
    let runtime = runtime();
    let connection = runtime.block_on(client.get_multiplexed_async_connection())?;
    let times = turns::take(
        401,
        40,
        vec![
            Contender::new("larder", |from, calls| {
                each(runtime, from, calls, |id| async move {
                    black_box(functions::plain_later(id).await);
                });
            }),
            Contender::new("larder, scoped", |from, calls| {
                each(runtime, from, calls, |id| async move {
                    black_box(functions::scoped_later(7, id).await);
                });
            }),
            Contender::new("raw", |from, calls| {
                let connection = connection.clone();
                each(runtime, from, calls, move |id| {
                    let mut connection = connection.clone();
                    async move {
                        black_box(functions::raw_later(&mut connection, id).await).expect("it is there");
                    }
                });
            }),
            Contender::new("cached", |from, calls| {
                each(runtime, from, calls, |id| async move {
                    black_box(functions::by_cached_later(id).await).expect("it is there");
                });
            }),
        ],
    );
    let how = format!("{} rounds of 40 calls; {}", times.rounds(), times.medians());
    Ok(vec![
        Row::new("hit, async", Reach::AtMost(1.15, "x raw"), times.ratio("larder", "raw"), how),
        Row::new(
            "hit, async, user, 2 tags, global",
            Reach::AtMost(1.4, "x raw"),
            times.ratio("larder, scoped", "raw"),
            "the same run",
        ),
        Row::new("hit, async, `cached`", Reach::None("x raw"), times.ratio("cached", "raw"), "the same run"),
    ])
}

/// Blocks of calls of [`CALLERS`] tasks at once; `calls` of each, and each has keys of its own.
fn all<F>(runtime: &Runtime, calls: usize, call: impl Fn(u64) -> F + Clone + Send + 'static)
where
    F: Future<Output = ()> + Send,
{
    let callers = (0..CALLERS).map(|caller| {
        let call = call.clone();
        runtime.spawn(async move {
            for at in 0..calls {
                call((caller + (at % 2) * CALLERS) as u64).await;
            }
        })
    });
    let callers: Vec<_> = callers.collect();
    runtime.block_on(join_all(callers)).into_iter().for_each(|ended| ended.expect("no call panics"));
}

/// Sixty-four tasks at once.
pub(crate) fn together(server: &mut Server) -> Result<Vec<Row>, Failure> {
    let client = server.client()?;
    functions::prepare_raw(&mut client.get_connection()?, IDS as u64)?;
    let runtime = runtime();
    let connection = runtime.block_on(client.get_multiplexed_async_connection())?;
    let times = turns::take(
        301,
        8,
        vec![
            Contender::new("larder", |_, calls| {
                all(runtime, calls, |id| async move {
                    black_box(functions::plain_later(id).await);
                });
            }),
            Contender::new("larder, scoped", |_, calls| {
                all(runtime, calls, |id| async move {
                    black_box(functions::scoped_later(7, id).await);
                });
            }),
            Contender::new("raw", |_, calls| {
                let connection = connection.clone();
                all(runtime, calls, move |id| {
                    let mut connection = connection.clone();
                    async move {
                        black_box(functions::raw_later(&mut connection, id).await).expect("it is there");
                    }
                });
            }),
            Contender::new("cached", |_, calls| {
                all(runtime, calls, |id| async move {
                    black_box(functions::by_cached_later(id).await).expect("it is there");
                });
            }),
        ],
    );
    let how = format!("throughput, {} rounds of 64 x 8 calls; 64 calls: {}", times.rounds(), times.medians());
    Ok(vec![
        Row::new("64 at once", Reach::AtLeast(0.85, "x raw"), times.ratio("raw", "larder"), how),
        Row::new(
            "64 at once, user, 2 tags, global",
            Reach::None("x raw"),
            times.ratio("raw", "larder, scoped"),
            "the same run",
        ),
        Row::new("64 at once, `cached`", Reach::None("x raw"), times.ratio("raw", "cached"), "the same run"),
    ])
}
