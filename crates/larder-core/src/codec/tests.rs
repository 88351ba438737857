//! What is sealed is opened, and nothing else is: by random envelopes, by each damage to one, by bytes of any origin.

#[cfg(feature = "compress")]
mod compressed;
mod damage;
#[cfg(feature = "encrypt")]
mod encrypted;
#[cfg(any(feature = "json", feature = "msgpack", feature = "postcard", feature = "bincode"))]
mod serializers;
#[cfg(feature = "string")]
mod text;

use proptest::{collection::vec, prelude::*};

use super::*;

/// One of each kind that is compiled in.
fn formats() -> Vec<Format> {
    let plain = Format::new(7, 0x0123_4567_89ab_cdef);
    vec![
        plain.clone(),
        #[cfg(feature = "compress")]
        plain.clone().compress_above(0),
        #[cfg(feature = "encrypt")]
        plain.clone().encrypt(Keyring::new(3, [3; 32])),
        #[cfg(all(feature = "compress", feature = "encrypt"))]
        plain.clone().compress_above(0).encrypt(Keyring::new(3, [3; 32])),
    ]
}

fn sealed(format: &Format, key: &str, metadata: &Metadata<'_>, payload: &[u8]) -> Vec<u8> {
    let write = |out: &mut Vec<u8>| {
        out.extend_from_slice(payload);
        Ok(())
    };
    format.seal(key, metadata, write).unwrap()
}

fn metadata() -> Metadata<'static> {
    let dependency = |scope: &'static str, snapshot| Dependency { scope: scope.into(), snapshot };
    Metadata {
        snapshot: 41,
        created_ms: 1_795_000_000_000,
        fresh_ms: 60_000,
        stale_ms: 5_000,
        dependencies: vec![dependency("tag:user:7", 41), dependency("größe", 3), dependency("", 0)],
    }
}

fn any_metadata() -> impl Strategy<Value = Metadata<'static>> {
    let dependency =
        (".{0,40}", any::<u64>()).prop_map(|(scope, snapshot)| Dependency { scope: scope.into(), snapshot });
    (any::<[u64; 4]>(), vec(dependency, 0..6)).prop_map(
        |([snapshot, created_ms, fresh_ms, stale_ms], dependencies)| Metadata {
            snapshot,
            created_ms,
            fresh_ms,
            stale_ms,
            dependencies,
        },
    )
}

/// Payloads as they are, and such that compress well.
fn any_payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        (any::<u8>(), 0..5_000_usize).prop_map(|(byte, length)| vec![byte; length])
    ]
}

proptest! {
    #[test]
    fn what_was_sealed_is_opened(key in ".{0,60}", metadata in any_metadata(), payload in any_payload()) {
        for format in formats() {
            let bytes = sealed(&format, &key, &metadata, &payload);
            let envelope = format.open(&key, &bytes).unwrap();
            prop_assert_eq!(&envelope.metadata, &metadata);
            prop_assert_eq!(&*envelope.payload, &payload[..]);
        }
    }

    #[test]
    fn another_key_does_not_open_it(key in ".{0,20}", other in ".{0,20}", payload in any_payload()) {
        prop_assume!(key != other);
        for format in formats() {
            let bytes = sealed(&format, &key, &metadata(), &payload);
            prop_assert!(matches!(format.open(&other, &bytes), Err(CodecError::Checksum)));
        }
    }

    #[test]
    fn fingerprints_tell_lists_of_texts_apart(one in vec(".{0,9}", 3), other in vec(".{0,9}", 3)) {
        let number = |texts: &[String]| fingerprint(&texts[0], &texts[1], &texts[2]);
        prop_assert_eq!(number(&one) == number(&other), one == other);
    }
}

#[test]
fn fingerprints_do_not_run_together() {
    assert_ne!(fingerprint("ab", "c", ""), fingerprint("a", "bc", ""));
    assert_ne!(fingerprint("ab", "c", ""), fingerprint("ab", "", "c"));
}

#[test]
fn a_payload_is_borrowed_where_it_can_be() {
    let format = Format::new(1, 2);
    let bytes = sealed(&format, "key", &metadata(), b"payload");
    assert!(matches!(format.open("key", &bytes).unwrap().payload, std::borrow::Cow::Borrowed(b"payload")));
}

#[test]
fn another_serializer_and_another_type_are_named() {
    let bytes = sealed(&Format::new(1, 2), "key", &metadata(), b"payload");
    assert!(matches!(Format::new(9, 2).open("key", &bytes), Err(CodecError::Codec(1))));
    assert!(matches!(Format::new(1, 9).open("key", &bytes), Err(CodecError::Fingerprint)));
}

#[test]
fn what_is_too_large_is_neither_sealed_nor_opened() {
    let format = Format::new(1, 2).largest(10);
    let write = |count: usize| {
        move |out: &mut Vec<u8>| {
            out.resize(out.len() + count, b'x');
            Ok(())
        }
    };
    let error = format.seal("key", &metadata(), write(11)).unwrap_err();
    assert!(matches!(error, CodecError::TooLarge { bytes: 11, most: 10 }), "{error}");
    let bytes = format.seal("key", &metadata(), write(10)).unwrap();
    assert_eq!(format.open("key", &bytes).unwrap().payload.len(), 10);
    let error = Format::new(1, 2).largest(9).open("key", &bytes).unwrap_err();
    assert!(matches!(error, CodecError::TooLarge { bytes: 10, most: 9 }), "{error}");
}

#[test]
fn scopes_that_do_not_fit_are_refused() {
    let scope = |length| Dependency { scope: "s".repeat(length).into(), snapshot: 1 };
    let seal = |dependencies| {
        Format::new(1, 2).seal("key", &Metadata { dependencies, ..Metadata::default() }, |_| Ok(()))
    };
    assert!(seal(vec![scope(65_535)]).is_ok());
    assert!(matches!(seal(vec![scope(65_536)]), Err(CodecError::TooLarge { bytes: 65_536, most: 65_535 })));
    assert!(seal(vec![scope(1); 65_535]).is_ok());
    assert!(matches!(
        seal(vec![scope(1); 65_536]),
        Err(CodecError::TooLarge { bytes: 65_536, most: 65_535 })
    ));
}

#[test]
fn an_error_of_the_serializer_is_given_on() {
    let error = Format::new(1, 2).seal("key", &metadata(), |_| Err(CodecError::encode("no"))).unwrap_err();
    assert_eq!(error.to_string(), "the value cannot be serialized: no");
    let shrinking = Format::new(1, 2).seal("key", &metadata(), |out| {
        out.clear();
        Ok(())
    });
    assert!(matches!(shrinking, Err(CodecError::Malformed)), "a writer that takes away is no panic");
}
