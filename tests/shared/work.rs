//! A function whose runs are counted on the server that all processes share, and held up there.

use std::sync::OnceLock;

use larder::cached;

/// The server.
pub(crate) static SERVER: OnceLock<redis::Client> = OnceLock::new();

/// Waits for one to be let go: `LPUSH go:<id> 1`.
#[cached(name = "work", ttl = 60, store = shared, lock = 30)]
pub(crate) fn work(id: u32) -> i64 {
    let mut server = connection();
    let run: i64 =
        redis::cmd("INCR").arg(format!("runs:{id}")).query(&mut server).expect("the server counts");
    let _: redis::Value =
        redis::cmd("BLPOP").arg(format!("go:{id}")).arg(60).query(&mut server).expect("the server lets go");
    run
}

/// Calls it from so many threads at once; gives what all of them got.
pub(crate) fn call(id: u32, threads: usize) -> Vec<i64> {
    let arrive = || {
        let _: i64 =
            redis::cmd("INCR").arg(format!("arrived:{id}")).query(&mut connection()).expect("it counts");
        work(id)
    };
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..threads).map(|_| scope.spawn(arrive)).collect();
        calls.into_iter().map(|call| call.join().expect("it does not panic")).collect()
    })
}

fn connection() -> redis::Connection {
    SERVER.get().expect("set by `main`").get_connection().expect("the server is there")
}
