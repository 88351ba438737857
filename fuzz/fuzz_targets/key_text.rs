//! The text of keys is injective: two keys have one text if and only if they are equal.
#![no_main]

use larder_core::{CacheKey, KeyText};
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};

#[derive(Arbitrary, Debug, PartialEq)]
struct Arguments {
    number: i64,
    text: String,
    letter: char,
    flag: bool,
    many: Vec<(String, Option<u32>)>,
    bytes: Vec<u8>,
}

fn text(arguments: &Arguments) -> String {
    let Arguments { number, text, letter, flag, many, bytes } = arguments;
    let mut out = KeyText::new();
    (number, text.as_str(), letter, flag, many.as_slice(), bytes.as_slice()).write_text(&mut out);
    out.to_string()
}

fuzz_target!(|pair: (Arguments, Arguments)| {
    let (one, other) = pair;
    assert_eq!(text(&one) == text(&other), one == other, "{one:?} and {other:?}");
});
