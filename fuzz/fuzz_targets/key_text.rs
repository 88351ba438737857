//! The text of keys is injective: two keys have one text if and only if they are equal.
#![no_main]

use larder_core::{CacheKey, KeyText};
use libfuzzer_sys::fuzz_target;

type Arguments = (i64, String, char, bool, Vec<(String, Option<u32>)>, Vec<u8>);

fn text(arguments: &Arguments) -> String {
    let mut out = KeyText::new();
    arguments.write_text(&mut out);
    out.to_string()
}

fuzz_target!(|pair: (Arguments, Arguments)| {
    let (one, other) = pair;
    assert_eq!(text(&one) == text(&other), one == other, "{one:?} and {other:?}");
});
