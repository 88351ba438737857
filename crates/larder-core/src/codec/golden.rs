//! Version 1 of the envelope, pinned: stores hold what older builds wrote.
//!
//! A file may be added to `golden/`. One that no longer opens means that every value stored before an upgrade is lost by it: that takes a new version of the
//! envelope, and an entry in the changelog. Compression and encryption are pinned for opening only, since both may write the same in another way.

use super::*;

const KEY: &str = "app:profile:7";
const PAYLOAD: &[u8] = b"a payload, and a payload, and a payload, and a payload, and a payload";

fn format() -> Format {
    Format::new(2, 0x1122_3344_5566_7788)
}

fn plain() -> Metadata<'static> {
    Metadata {
        snapshot: 258,
        created_ms: 1_795_824_000_123,
        fresh_ms: 300_000,
        stale_ms: 30_000,
        dependencies: vec![],
    }
}

fn with_dependencies() -> Metadata<'static> {
    let dependency = |scope: &'static str, snapshot| Dependency { scope: scope.into(), snapshot };
    Metadata {
        fresh_ms: u64::MAX,
        dependencies: vec![dependency("app:s:tag:user:7", 258), dependency("app:s:größe", 3)],
        ..plain()
    }
}

#[track_caller]
fn opens(file: &str, format: &Format, metadata: &Metadata<'_>) -> Vec<u8> {
    let bytes = bytes(file);
    let envelope = format.open(KEY, &bytes).unwrap();
    assert_eq!(envelope.metadata, *metadata);
    assert_eq!(&*envelope.payload, PAYLOAD);
    bytes
}

#[track_caller]
fn seals(file: &str, metadata: &Metadata<'_>) {
    let written = opens(file, &format(), metadata);
    let write = |out: &mut Vec<u8>| {
        out.extend_from_slice(PAYLOAD);
        Ok(())
    };
    assert_eq!(format().seal(KEY, metadata, write).unwrap(), written);
}

/// What a golden file holds: pairs of hexadecimal digits; a `#` begins a comment.
#[track_caller]
fn bytes(file: &str) -> Vec<u8> {
    let text = file.lines().filter_map(|line| line.split('#').next()).collect::<String>();
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

#[test]
fn a_plain_envelope() {
    seals(include_str!("golden/plain.hex"), &plain());
}

#[test]
fn an_envelope_with_dependencies() {
    seals(include_str!("golden/dependencies.hex"), &with_dependencies());
}

#[cfg(feature = "compress")]
#[test]
fn a_compressed_envelope() {
    opens(include_str!("golden/compressed.hex"), &format(), &plain());
}

#[cfg(feature = "encrypt")]
#[test]
fn an_encrypted_envelope() {
    let keys = Keyring::new(9, [9; 32]).older(0x0102_0304, *b"a key of thirty-two plain bytes.");
    opens(include_str!("golden/encrypted.hex"), &format().encrypt(keys), &with_dependencies());
}

#[cfg(all(feature = "compress", feature = "encrypt"))]
#[test]
fn a_compressed_and_encrypted_envelope() {
    let keys = Keyring::new(0x0102_0304, *b"a key of thirty-two plain bytes.");
    opens(include_str!("golden/compressed_encrypted.hex"), &format().encrypt(keys), &plain());
}

#[test]
fn fingerprints() {
    assert_eq!(fingerprint("app::User", "msgpack", "1"), 11_922_498_629_640_407_858);
    assert_eq!(fingerprint("", "", ""), 8_376_124_999_220_038_186);
}
