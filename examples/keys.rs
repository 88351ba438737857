//! What makes two calls the same?
//!
//! ```text
//! cargo run --example keys
//! ```
//!
//! All arguments together, unless the attribute says otherwise.

use larder::{CacheKey, cached};

/// Stands for a connection that has no business in a key.
struct Database;

/// `ignore` leaves parameters out, `only` names those that count.
#[cached(ignore = [database])]
fn title(database: &Database, id: u64) -> String {
    let Database = database;
    println!("  reading title {id}");
    format!("title {id}")
}

/// A template: placeholders are parameters, or fields of them, and are checked while compiling.
#[derive(Debug)]
struct User {
    organisation: u32,
    name: String,
    last_seen: u64,
}

#[cached(key = "{user.organisation}:{user.name}")]
fn rights(user: &User) -> Vec<&'static str> {
    println!("  asking for the rights of {} (seen {})", user.name, user.last_seen);
    if user.organisation == 1 { vec!["read", "write"] } else { vec!["read"] }
}

/// Any expression over the parameters is a key as well.
#[cached(key = text.trim().to_lowercase())]
fn words(text: &str) -> usize {
    println!("  counting {text:?}");
    text.split_whitespace().count()
}

/// The derive says once, for all functions, what identifies a type. Floats count by their bits.
#[derive(Debug, Clone, CacheKey)]
struct Place {
    latitude: f64,
    longitude: f64,
    #[cache_key(skip)]
    label: String,
}

#[cached(max_entries = 10_000)]
fn height(place: &Place) -> f64 {
    println!("  measuring the height of {}", place.label);
    place.latitude.abs() + place.longitude.abs()
}

fn main() {
    println!("ignored parameters:");
    assert_eq!(title(&Database, 1), title(&Database, 1));
    assert_eq!(title::stats().loads, 1);

    println!("templates:");
    let ada = |last_seen| User { organisation: 1, name: "Ada".into(), last_seen };
    assert_eq!(rights(&ada(10)), rights(&ada(20)));
    assert_eq!(rights::stats().loads, 1);

    println!("expressions:");
    assert_eq!(words("To be or not"), words("  to be or NOT "));
    assert_eq!(words::stats().loads, 1);

    println!("derived keys:");
    let place = |label: &str| Place { latitude: 52.1, longitude: -4.3, label: label.into() };
    assert!((height(&place("here")) - height(&place("the same spot"))).abs() < f64::EPSILON);
    assert_eq!(height::stats().loads, 1);

    // what shared stores will use is stable text in which no two different calls look alike
    println!("\n{}\n{}", title::key(1), rights::key(&ada(0)));
    println!("\n{}", larder::stats());
}
