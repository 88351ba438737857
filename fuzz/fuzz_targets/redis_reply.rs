//! Whatever a Redis answers: the same however it comes, and what redis-rs takes it for.
#![no_main]

use larder_redis::read_replies;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // beginnings that no search finds soon
    check(&[format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n", bytes].concat());
    check(&[b"*2\r\n$-1\r\n", format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n", bytes].concat());
});

fn check(bytes: &[u8]) {
    let whole = read_replies(bytes, bytes.len());
    for piece in [1, 3, 16] {
        assert_eq!(read_replies(bytes, piece), whole, "in pieces of {piece}");
    }
    if let Some((first, texts)) = whole.and_then(|replies| replies.into_iter().next()) {
        if let (redis::Value::Array(values), Some(texts)) = (&first, texts) {
            assert_eq!(values.len(), texts);
        }
        // ours is stricter in what a number is, never laxer
        assert_eq!(redis::parse_redis_value(bytes).expect("a reply"), first);
    }
}
