//! Whatever a store gives back: an envelope is opened or refused, never more memory is taken than allowed, and what is opened can be sealed again.
#![no_main]

use larder_core::codec::{Format, Keyring};
use libfuzzer_sys::fuzz_target;
use twox_hash::XxHash3_64;

const KEY: &str = "key";
const LARGEST: usize = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let plain = Format::new(1, 2).largest(LARGEST);
    let formats = [plain.clone(), plain.encrypt(Keyring::new(1, [1; 32]))];
    for format in &formats {
        check(format, bytes);
        check(format, &forged(bytes));
    }
});

fn check(format: &Format, bytes: &[u8]) {
    let Ok(envelope) = format.open(KEY, bytes) else { return };
    assert!(envelope.payload.len() <= LARGEST);
    let write = |out: &mut Vec<u8>| {
        out.extend_from_slice(&envelope.payload);
        Ok(())
    };
    let again = format.seal(KEY, &envelope.metadata, write).expect("what was opened can be sealed");
    assert_eq!(format.open(KEY, &again).expect("what was sealed can be opened"), envelope);
}

/// An envelope whose front and checksum are right, since no search finds them: flags and everything after the fingerprint are the input.
fn forged(bytes: &[u8]) -> Vec<u8> {
    let (flags, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let mut out = [&[0x8C, b'L', b'D', b'R', 1, *flags][..], &1_u16.to_le_bytes()].concat();
    let length = out.len() + 4 + 8 + rest.len() + 8;
    out.extend_from_slice(&(length as u32).to_le_bytes());
    out.extend_from_slice(&2_u64.to_le_bytes());
    out.extend_from_slice(rest);
    let sum = XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(KEY.as_bytes()), &out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}
