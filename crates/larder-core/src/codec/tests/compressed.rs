//! Compression.

use super::{damage::forged, *};
use crate::codec::envelope::FLAGS;

fn format() -> Format {
    Format::new(1, 2).compress_above(99)
}

#[test]
fn what_gets_smaller_is_stored_smaller() {
    let payload = b"again and ".repeat(100);
    let plain = sealed(&Format::new(1, 2), "key", &metadata(), &payload);
    let compressed = sealed(&format(), "key", &metadata(), &payload);
    assert!(compressed.len() < plain.len() / 4, "{} of {}", compressed.len(), plain.len());
    assert_eq!(
        &*Format::new(1, 2).open("key", &compressed).unwrap().payload,
        &payload[..],
        "any format opens it"
    );
}

#[test]
fn what_does_not_get_smaller_or_is_small_stays_as_it_is() {
    let mut state = 1_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let random: Vec<u8> = (0..1_000).map(next).collect();
    for payload in [&random[..], &[b'x'; 99]] {
        let bytes = sealed(&format(), "key", &metadata(), payload);
        assert_eq!(bytes[FLAGS], 0);
        assert_eq!(bytes, sealed(&Format::new(1, 2), "key", &metadata(), payload));
    }
}

#[test]
fn a_bomb_is_refused_before_it_takes_memory() {
    let compressed = sealed(&format(), "key", &Metadata::default(), &[b'x'; 1_000]);
    let original = 54;
    for (claimed, is_expected) in [
        (u32::MAX, (|error| matches!(error, CodecError::TooLarge { .. })) as fn(&CodecError) -> bool),
        (60 << 20, |error| matches!(error, CodecError::Malformed)),
        (999, |error| matches!(error, CodecError::Malformed)),
        (1_001, |error| matches!(error, CodecError::Malformed)),
    ] {
        let mut bytes = compressed.clone();
        bytes[original..original + 4].copy_from_slice(&claimed.to_le_bytes());
        let error = format().open("key", &forged("key", bytes)).unwrap_err();
        assert!(is_expected(&error), "{claimed}: {error}");
    }
}
