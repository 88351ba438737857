//! Whatever a memcached answers: the same however it comes, and never the value of another command.
#![no_main]

use larder_memcached::read_values;
use libfuzzer_sys::fuzz_target;

const OPAQUES: [u64; 4] = [7, 8, 9, 10];

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // a beginning that no search finds soon
    for opaque in OPAQUES {
        check(&[format!("VA {} O{opaque}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n", bytes].concat());
    }
});

fn check(bytes: &[u8]) {
    let whole = read_values(&OPAQUES, bytes, bytes.len());
    for piece in [1, 3, 16] {
        assert_eq!(read_values(&OPAQUES, bytes, piece), whole);
    }
    for value in whole.iter().flatten() {
        assert!(value.is_empty() || bytes.windows(value.len()).any(|part| part == value));
    }
    // of commands that were never sent nothing is ever given
    let foreign = read_values(&[u64::MAX; 4], bytes, 5);
    let names_it = bytes.windows(20).any(|part| part == u64::MAX.to_string().as_bytes());
    assert!(names_it || foreign.is_none_or(|values| values.is_empty()));
}
