//! Another process for the tests of `shared/`: it invalidates what it is told to, in the store that both share.

#[path = "shared/functions.rs"]
#[allow(dead_code, reason = "this process calls none of them")]
mod functions;

use std::sync::Arc;

use functions::{SHAPES, TARGETS};
use larder::{Cache, memcached::Memcached, redis::Redis, store::Store};

fn main() {
    let url = std::env::args().nth(1).expect("the address of the server");
    let store: Arc<dyn Store> = match url.starts_with("memcached:") {
        true => Arc::new(Memcached::builder(&url).expect("a good address").build()),
        false => Arc::new(Redis::builder(&url).expect("a good address").build()),
    };
    Cache::builder("default").store(store).build().expect("the first of its name");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
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
