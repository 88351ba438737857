//! Reading several keys: one `MGET`, or as many `GET`s in one write? Both are one round trip. (Decision 0015.)

use redis::{Value, cmd, pipe};

use crate::{
    Failure,
    later::runtime,
    server::Server,
    table::{Reach, Row},
    turns::{self, Contender},
};

/// What a hit reads: the entry and four records, in keys of larder's length.
const KEYS: [&str; 5] = [
    "larder:e:prices:0123456789abcdef:42",
    "larder:a",
    "larder:f:prices",
    "larder:k:prices:42",
    "larder:seq",
];

pub(crate) fn one_command_or_many(server: &mut Server) -> Result<Vec<Row>, Failure> {
    let client = server.client()?;
    let mut connection = client.get_connection()?;
    for key in KEYS {
        let _: () = cmd("SET").arg(key).arg("1764300000000000".repeat(4)).query(&mut connection)?;
    }
    let mut one = cmd("MGET");
    one.arg(&KEYS[..]);
    let mut many = pipe();
    KEYS.iter().for_each(|key| _ = many.get(*key));
    let mut other = client.get_connection()?;
    let times = turns::take(
        401,
        40,
        vec![
            Contender::new("MGET", |_, calls| {
                (0..calls)
                    .for_each(|_| _ = one.query::<Vec<Value>>(&mut connection).expect("they are there"));
            }),
            Contender::new("GETs", |_, calls| {
                (0..calls).for_each(|_| _ = many.query::<Vec<Value>>(&mut other).expect("they are there"));
            }),
        ],
    );
    let how = |times: &turns::Times| format!("{} rounds; {}", times.rounds(), times.medians());
    let mut rows =
        vec![Row::new("5 keys, sync", Reach::None("MGET / GETs"), times.ratio("MGET", "GETs"), how(&times))];
    let runtime = runtime();
    let connection = runtime.block_on(client.get_multiplexed_async_connection())?;
    for callers in [1, 64] {
        let block = |calls: usize, is_one: bool| {
            let tasks: Vec<_> = (0..callers)
                .map(|_| {
                    let (mut connection, one, many) = (connection.clone(), one.clone(), many.clone());
                    runtime.spawn(async move {
                        for _ in 0..calls {
                            let read: redis::RedisResult<Vec<Value>> = if is_one {
                                one.query_async(&mut connection).await
                            } else {
                                many.query_async(&mut connection).await
                            };
                            read.expect("they are there");
                        }
                    })
                })
                .collect();
            let ended = runtime.block_on(futures_util::future::join_all(tasks));
            ended.into_iter().for_each(|ended| ended.expect("no call panics"));
        };
        let times = turns::take(
            if callers == 1 { 401 } else { 201 },
            if callers == 1 { 40 } else { 8 },
            vec![
                Contender::new("MGET", |_, calls| block(calls, true)),
                Contender::new("GETs", |_, calls| block(calls, false)),
            ],
        );
        let path = format!("5 keys, async, callers: {callers}");
        rows.push(Row::new(path, Reach::None("MGET / GETs"), times.ratio("MGET", "GETs"), how(&times)));
    }
    Ok(rows)
}
