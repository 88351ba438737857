//! Whatever is in an envelope: each serializer reads it or refuses it.
#![no_main]

use std::collections::BTreeMap;

use larder_core::codec::{Bincode, Json, MessagePack, Postcard, Serializer, Text};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
enum Value {
    Nothing,
    Number(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Many(Vec<Value>),
    Named { parts: BTreeMap<String, Value>, next: Option<Box<Value>> },
}

fn check(serializer: &impl Serializer<Value>, bytes: &[u8]) {
    if let Ok(value) = serializer.decode(bytes) {
        let mut again = Vec::new();
        serializer.encode(&value, &mut again).expect("what was read can be written");
        serializer.decode(&again).expect("and read again");
    }
}

fuzz_target!(|bytes: &[u8]| {
    check(&Json, bytes);
    check(&MessagePack, bytes);
    check(&Postcard, bytes);
    check(&Bincode, bytes);
    let _: Result<u64, _> = Text.decode(bytes);
    let _: Result<String, _> = Text.decode(bytes);
});
