//! Damaged, foreign and made-up bytes.

use proptest::{collection::vec, prelude::*, sample::Index};

use super::*;
use crate::codec::envelope::{FLAGS, MAGIC, checksum};

#[test]
fn every_damage_to_one_byte_is_refused() {
    for format in formats() {
        let bytes =
            sealed(&format, "key", &metadata(), b"a payload that says more than once a payload a payload");
        for at in 0..bytes.len() {
            for change in 1..=u8::MAX {
                let mut damaged = bytes.clone();
                damaged[at] ^= change;
                assert!(format.open("key", &damaged).is_err(), "byte {at} changed by {change:#04x}");
            }
        }
    }
}

#[test]
fn every_truncation_is_refused_and_so_is_more() {
    for format in formats() {
        let mut bytes = sealed(&format, "key", &metadata(), b"payload");
        for length in 0..bytes.len() {
            let error = format.open("key", &bytes[..length]).unwrap_err();
            assert!(matches!(error, CodecError::Truncated), "{length} of {} bytes: {error}", bytes.len());
        }
        bytes.push(0);
        assert!(matches!(format.open("key", &bytes), Err(CodecError::Malformed)));
    }
}

#[test]
fn what_is_foreign_is_called_so() {
    let format = Format::new(1, 2);
    for foreign in [&b"hello"[..], b"{\"a\":1}", b"\x80\x04\x95pickle", &[0; 100], b"\x8cLDX\x01"] {
        assert!(matches!(format.open("key", foreign), Err(CodecError::NotOurs)), "{foreign:?}");
    }
}

#[test]
fn another_version_is_named_whatever_follows() {
    for version in [0, 2, 255] {
        for rest in [&b""[..], b"other layout"] {
            let bytes = [&MAGIC[..], &[version], rest].concat();
            assert!(
                matches!(Format::new(1, 2).open("key", &bytes), Err(CodecError::Version(v)) if v == version)
            );
        }
    }
}

#[test]
fn flags_that_nobody_knows_are_refused() {
    let format = Format::new(1, 2);
    let mut bytes = sealed(&format, "key", &metadata(), b"payload");
    bytes[FLAGS] |= 4;
    assert!(matches!(format.open("key", &forged("key", bytes)), Err(CodecError::Malformed)));
}

#[test]
fn a_count_of_dependencies_asks_for_no_memory() {
    let format = Format::new(1, 2);
    let mut bytes = sealed(&format, "key", &Metadata::default(), b"");
    bytes[52..54].copy_from_slice(&u16::MAX.to_le_bytes());
    assert!(matches!(format.open("key", &forged("key", bytes)), Err(CodecError::Malformed)));
}

#[cfg(not(feature = "compress"))]
#[test]
fn what_was_compressed_elsewhere_names_the_feature() {
    let format = Format::new(1, 2);
    let mut bytes = sealed(&format, "key", &metadata(), &[0; 60]);
    bytes[FLAGS] |= 1;
    assert!(matches!(format.open("key", &forged("key", bytes)), Err(CodecError::Feature("compress"))));
}

#[cfg(not(feature = "encrypt"))]
#[test]
fn what_was_encrypted_elsewhere_names_the_feature() {
    let format = Format::new(1, 2);
    let mut bytes = sealed(&format, "key", &metadata(), &[0; 60]);
    bytes[FLAGS] |= 2;
    assert!(matches!(format.open("key", &forged("key", bytes)), Err(CodecError::Feature("encrypt"))));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..200)) {
        for format in formats() {
            prop_assert!(format.open("key", &bytes).is_err());
        }
    }

    /// With the checksum of somebody who knows how: then it is opened or refused, and never more than the payload that is allowed comes out.
    #[test]
    fn forged_envelopes_never_panic(
        payload in any_payload(),
        metadata in any_metadata(),
        changes in vec((any::<Index>(), any::<u8>()), 0..8),
    ) {
        for format in formats() {
            let mut bytes = sealed(&format, "key", &metadata, &payload);
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                // the front is refused at once, the length would hide the rest
                if at >= FLAGS && !(8..12).contains(&at) {
                    bytes[at] = *byte;
                }
            }
            if let Ok(envelope) = format.clone().largest(6_000).open("key", &forged("key", bytes)) {
                prop_assert!(envelope.payload.len() <= 6_000);
            }
        }
    }
}

/// The same bytes with the checksum that fits them.
pub(super) fn forged(key: &str, mut bytes: Vec<u8>) -> Vec<u8> {
    let body = bytes.len() - 8;
    let sum = checksum(key, &bytes[..body]);
    bytes[body..].copy_from_slice(&sum.to_le_bytes());
    bytes
}
