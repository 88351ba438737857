//! How do I keep values under keys of my own, beside what functions return?
//!
//! A small shop: sessions that end, carts that belong to a user, prices that are loaded once, visitors that are counted. The keys are an enum whose templates are checked while
//! compiling.
//!
//! ```text
//! cargo run --example keyvalue
//! ```

use std::error::Error;
use std::thread;
use std::time::Duration;

use larder::prelude::*;

#[derive(KeyTemplate)]
enum Keys<'a> {
    #[key("session:{token}")]
    Session { token: &'a str },
    #[key("cart:{user}")]
    Cart { user: u64 },
    #[key("price:{article}")]
    Price { article: &'a str },
    #[key("visits:{page}")]
    Visits { page: &'a str },
}

#[derive(Clone, Debug, PartialEq)]
struct Session {
    user: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    // In memory, any type. With `.redis("redis://..")?` before `.build()` the same for all processes, for types with serde.
    let shop = Cache::builder("shop").max_entries(10_000).build()?.blocking();

    // A session that ends by itself.
    let minute = EntryOptions::new().ttl(Duration::from_secs(60));
    shop.with(minute).insert(Keys::Session { token: "f3a9" }, Session { user: 7 })?;
    let session: Option<Session> = shop.get(Keys::Session { token: "f3a9" })?;
    println!("{session:?}, for another {:?}", shop.ttl(Keys::Session { token: "f3a9" })?);
    assert_eq!(session, Some(Session { user: 7 }));

    // A cart that goes with its user.
    shop.with(EntryOptions::new().user(7).tag("carts"))
        .insert(Keys::Cart { user: 7 }, vec!["pear", "plum"])?;
    shop.invalidate_user(7)?;
    assert!(!shop.contains(Keys::Cart { user: 7 })?);

    // A price that is loaded once, whoever asks, and anew when it has changed.
    let price = || shop.get_or_load(Keys::Price { article: "pear" }, || slowly(40_u32));
    assert_eq!((price(), price()), (40, 40));
    shop.remove(Keys::Price { article: "pear" })?;
    assert_eq!(price(), 40);

    // Visitors, of all threads.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                (0..250).map(|_| shop.increment(Keys::Visits { page: "/" }, 1)).all(|sum| sum.is_ok())
            });
        }
    });
    println!("{} visits", shop.increment(Keys::Visits { page: "/" }, 0)?);
    assert_eq!(shop.number(Keys::Visits { page: "/" })?, Some(1_000));

    println!("{}", larder::stats());
    Ok(())
}

/// Stands for a slow query.
fn slowly<T>(value: T) -> T {
    thread::sleep(Duration::from_millis(20));
    value
}
