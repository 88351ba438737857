//! Encryption.

use super::{damage::forged, *};

const SECRET: &[u8] = b"the payload that nobody reads";

fn format() -> Format {
    Format::new(1, 2).encrypt(Keyring::new(2, [2; 32]).older(1, [1; 32]))
}

#[test]
fn the_payload_is_not_to_be_seen() {
    let bytes = sealed(&format(), "key", &metadata(), SECRET);
    for part in SECRET.windows(4) {
        assert!(!bytes.windows(4).any(|window| window == part));
    }
    assert_ne!(bytes, sealed(&format(), "key", &metadata(), SECRET), "each time by another nonce");
}

#[test]
fn keys_can_be_changed() {
    let old = Format::new(1, 2).encrypt(Keyring::new(1, [1; 32]));
    let new_only = Format::new(1, 2).encrypt(Keyring::new(2, [2; 32]));
    let by_old = sealed(&old, "key", &metadata(), SECRET);
    let by_new = sealed(&format(), "key", &metadata(), SECRET);
    assert_eq!(&*format().open("key", &by_old).unwrap().payload, SECRET);
    assert_eq!(&*new_only.open("key", &by_new).unwrap().payload, SECRET);
    assert!(matches!(old.open("key", &by_new), Err(CodecError::Decrypt)));
    assert!(matches!(new_only.open("key", &by_old), Err(CodecError::Decrypt)));
}

#[test]
fn another_key_of_the_same_number_does_not_open_it() {
    let bytes = sealed(&format(), "key", &metadata(), SECRET);
    let other = Format::new(1, 2).encrypt(Keyring::new(2, [9; 32]));
    assert!(matches!(other.open("key", &bytes), Err(CodecError::Decrypt)));
}

#[test]
fn a_value_cannot_be_moved_to_another_key_of_the_cache() {
    let bytes = forged("other", sealed(&format(), "key", &metadata(), SECRET));
    assert!(matches!(format().open("other", &bytes), Err(CodecError::Decrypt)));
}

#[test]
fn no_byte_can_be_changed_by_who_can_compute_a_checksum() {
    let bytes = sealed(&format(), "key", &metadata(), SECRET);
    for at in 0..bytes.len() - 8 {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(format().open("key", &forged("key", changed)).is_err(), "byte {at}");
    }
}

#[test]
fn what_is_not_encrypted_is_not_taken_for_it() {
    let plain = Format::new(1, 2);
    let by_nobody = sealed(&plain, "key", &metadata(), SECRET);
    assert!(matches!(format().open("key", &by_nobody), Err(CodecError::Decrypt)));
    let bytes = sealed(&format(), "key", &metadata(), SECRET);
    assert!(matches!(plain.open("key", &bytes), Err(CodecError::Decrypt)));
}

#[test]
fn keys_are_never_shown() {
    let shown = format!("{:?}", format());
    assert!(shown.contains("current: 2") && shown.contains("older: [1]"), "{shown}");
    assert!(!shown.contains("2, 2") && !shown.contains("0202"), "{shown}");
}
