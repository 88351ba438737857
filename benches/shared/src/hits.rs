//! Hits on threads: of the server, and of the memory in front of it.

use std::hint::black_box;

use crate::{
    Failure, functions,
    server::Server,
    table::{Reach, Row},
    turns::{self, Contender},
};

/// So many keys are used.
const IDS: usize = 100;

fn each(from: usize, calls: usize, mut call: impl FnMut(u64)) {
    (from..from + calls).for_each(|at| call((at % IDS) as u64));
}

/// One thread, one call after another.
pub(crate) fn on_threads(server: &mut Server) -> Result<Vec<Row>, Failure> {
    let client = server.client()?;
    let mut connection = client.get_connection()?;
    functions::prepare_raw(&mut connection, IDS as u64)?;
    let times = turns::take(
        401,
        40,
        vec![
            Contender::new("larder", |from, calls| {
                each(from, calls, |id| _ = black_box(functions::plain(id)));
            }),
            Contender::new("larder, scoped", |from, calls| {
                each(from, calls, |id| _ = black_box(functions::scoped(7, id)));
            }),
            Contender::new("raw", |from, calls| {
                each(from, calls, |id| {
                    _ = black_box(functions::raw(&mut connection, id)).expect("it is there")
                });
            }),
            Contender::new("cached", |from, calls| {
                each(from, calls, |id| _ = black_box(functions::by_cached(id)).expect("it is there"));
            }),
        ],
    );
    let how = format!("{} rounds of 40 calls; {}", times.rounds(), times.medians());
    Ok(vec![
        Row::new("hit, sync", Reach::AtMost(1.25, "x raw"), times.ratio("larder", "raw"), how),
        Row::new(
            "hit, sync, user, 2 tags, global",
            Reach::AtMost(1.4, "x raw"),
            times.ratio("larder, scoped", "raw"),
            "the same run",
        ),
        Row::new("hit, sync, `cached`", Reach::None("x raw"), times.ratio("cached", "raw"), "the same run"),
    ])
}

/// A hit of the memory in front of the server, beside one of a function without a server.
pub(crate) fn in_front(_server: &mut Server) -> Result<Vec<Row>, Failure> {
    let times = turns::take(
        401,
        4_000,
        vec![
            Contender::new("l1", |from, calls| {
                each(from, calls, |id| _ = black_box(functions::in_front(id)));
            }),
            Contender::new("memory", |from, calls| {
                each(from, calls, |id| _ = black_box(functions::in_memory(id)));
            }),
        ],
    );
    let how = format!("{} rounds of 4,000 calls; {}", times.rounds(), times.medians());
    Ok(vec![Row::new("hit, l1", Reach::AtMost(1.5, "x memory"), times.ratio("l1", "memory"), how)])
}
