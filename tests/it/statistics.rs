//! `larder::stats()`: one row for each function of the program, and a table to read.

use std::time::Duration;

use larder::cached;
use larder::testing::isolate;

#[cached(ttl = 60, max_entries = 2, name = "statistics-example")]
fn example(n: u32) -> Result<u32, String> {
    if n < 100 { Ok(n) } else { Err(n.to_string()) }
}

#[cached]
fn never_called(n: u32) -> u32 {
    n
}

#[cached(ttl = 1)]
async fn later(n: u32) -> u32 {
    n
}

#[test]
fn every_function_has_a_row_also_one_never_called() {
    let _time = isolate();
    let stats = larder::stats();
    let row = stats.get("statistics::never_called").unwrap();
    assert_eq!((row.hits, row.misses, row.entries, row.unbounded), (0, 0, 0, true));
    assert!(row.name.ends_with("statistics::never_called"), "{}", row.name);
    assert!(row.file.ends_with("statistics.rs"), "{}", row.file);
    let row = stats.get("statistics-example").unwrap();
    assert!(row.line > 0 && row.options.contains("max_entries = 2") && !row.unbounded && !row.is_async);
    assert!(stats.get("statistics::later").unwrap().is_async);
    assert!(stats.get("no such function").is_none());
    // so that the compiler sees them called, after all was said
    assert_eq!((never_called(1), pollster::block_on(later(1))), (1, 1));
}

#[test]
fn everything_is_counted() {
    let time = isolate();
    example(1).unwrap();
    example(1).unwrap();
    example(2).unwrap();
    example(3).unwrap();
    example(100).unwrap_err();
    example(100).unwrap_err();
    let stats = example::stats();
    assert_eq!((stats.hits, stats.misses, stats.loads, stats.load_errors), (1, 5, 5, 2));
    assert_eq!((stats.insertions, stats.evicted_by_count, stats.entries), (3, 1, 2));
    assert!((stats.hit_rate() - 1.0 / 6.0).abs() < 1e-9);
    assert!(stats.bytes > 0);
    time.advance(Duration::from_secs(100));
    let stats = example::stats();
    assert_eq!((stats.expired, stats.entries, stats.bytes), (2, 0, 0));
    example(5).unwrap();
    example::invalidate(5);
    let stats = example::stats();
    assert_eq!((stats.invalidations, stats.removed), (1, 1));
}

#[test]
fn they_start_from_zero_again_and_the_entries_stay() {
    let time = isolate();
    example(1).unwrap();
    example::stats().reset();
    let stats = example::stats();
    assert_eq!((stats.misses, stats.loads, stats.insertions, stats.entries), (0, 0, 0, 1));
    assert_eq!(time.hit(|| example(1)), Ok(1));
    assert_eq!(example::stats().hits, 1);
    larder::stats().reset();
    assert_eq!(example::stats().hits, 0);
}

#[test]
fn load_times_are_measured() {
    #[cached(ignore = [time])]
    fn slow(n: u32, time: &larder::testing::Isolated) -> u32 {
        time.advance(Duration::from_millis(u64::from(n)));
        n
    }
    let time = isolate();
    (1..=100).for_each(|n| _ = slow(n, &time));
    let stats = slow::stats();
    let near = |found: Duration, wanted: f64| {
        let found = found.as_secs_f64() * 1e3;
        assert!((found - wanted).abs() <= wanted / 4.0, "{found} ms is not near {wanted} ms");
    };
    near(stats.load_mean, 50.5);
    near(stats.load_p50, 50.0);
    near(stats.load_p99, 99.0);
}

#[test]
fn the_table_is_readable() {
    let _time = isolate();
    example(1).unwrap();
    example(1).unwrap();
    let table = example::stats().to_string();
    let lines: Vec<_> = table.lines().collect();
    assert!(lines[0].starts_with("function") && lines[0].contains("hit rate"), "{table}");
    assert!(lines[2].starts_with("statistics-example") && lines[2].contains("50.0 %"), "{table}");
    assert!(larder::stats().to_string().contains("never_called (unbounded)"));
}
