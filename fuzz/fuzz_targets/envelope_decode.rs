//! Whatever a store gives back: an envelope is opened or refused, never more memory is taken than allowed, and what is opened was sealed so.
#![no_main]

use larder_core::codec::{Format, Keyring};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "key";
const LARGEST: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let plain = Format::new(1, 2).largest(LARGEST);
    let formats = [plain.clone(), plain.encrypt(Keyring::new(1, [1; 32]))];
    for format in &formats {
        let Ok(envelope) = format.open(KEY, bytes) else { continue };
        assert!(envelope.payload.len() <= LARGEST);
        let write = |out: &mut Vec<u8>| {
            out.extend_from_slice(&envelope.payload);
            Ok(())
        };
        let again = format.seal(KEY, &envelope.metadata, write).expect("what was opened can be sealed");
        assert_eq!(format.open(KEY, &again).expect("what was sealed can be opened"), envelope);
    }
});
