//! Another process for the tests of `shared/`: it invalidates or calls what it is told to, in the store that both share.

#[path = "shared/functions.rs"]
#[allow(dead_code, reason = "this process calls none of them")]
mod functions;
#[path = "shared/work.rs"]
mod work;

use std::sync::Arc;

use functions::{SHAPES, TARGETS};
use larder::{Cache, memcached::Memcached, redis::Redis, store::Store};

/// These tests are not about servers that are slow, and a busy machine makes them slow.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

fn main() {
    let url = std::env::args().nth(1).expect("the address of the server");
    let store: Arc<dyn Store> = match url.starts_with("memcached:") {
        true => Arc::new(Memcached::builder(&url).expect("a good address").deadline(PATIENCE).build()),
        false => Arc::new(Redis::builder(&url).expect("a good address").deadline(PATIENCE).build()),
    };
    // What counts runs; a cluster, or memcached, is asked for nothing of that.
    if let Ok(client) = redis::Client::open(url.as_str()) {
        work::SERVER.set(client).expect("set once");
    }
    Cache::builder("default").store(store).build().expect("the first of its name");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        if let ["call", id, threads] = words[..] {
            let values = work::call(id.parse().expect("an id"), threads.parse().expect("a number"));
            println!("{}", values.iter().map(i64::to_string).collect::<Vec<_>>().join(" "));
            continue;
        }
        let shape = SHAPES.into_iter().find(|shape| format!("{shape:?}") == words[0]);
        let target = TARGETS.into_iter().find(|target| format!("{target:?}") == words[1]);
        let (Some(shape), Some(target), Ok(id)) = (shape, target, words[2].parse()) else {
            println!("not understood: {line}");
            continue;
        };
        match shape.invalidate(target, id) {
            Ok(()) => println!("done"),
            Err(error) => println!("{error}"),
        }
    }
}
