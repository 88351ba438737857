//! What is written, and that nothing a server sends is taken for what it is not.

use proptest::prelude::*;

use super::*;

fn text(command: Command<'_>) -> String {
    let mut out = Vec::new();
    command.write(7, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn commands_are_pinned() {
    let key = b"k";
    let minute = Left::Seconds(60).expiry();
    let set = |when| text(Command { key, verb: Verb::Set { value: b"a\r\nb", expiry: minute, when } });
    assert_eq!(text(Command { key, verb: Verb::Get }), "mg k v O7\r\n");
    assert_eq!(text(Command { key, verb: Verb::Read }), "mg k v c t O7\r\n");
    assert_eq!(text(Command { key, verb: Verb::Look }), "mg k t O7\r\n");
    assert_eq!(set(When::Always), "ms k 4 T60 O7\r\na\r\nb\r\n");
    assert_eq!(set(When::IfAbsent), "ms k 4 T60 ME O7\r\na\r\nb\r\n");
    assert_eq!(set(When::IfUnchanged(9)), "ms k 4 T60 C9 O7\r\na\r\nb\r\n");
    assert_eq!(text(Command { key, verb: Verb::Delete { version: None } }), "md k O7\r\n");
    assert_eq!(text(Command { key, verb: Verb::Delete { version: Some(9) } }), "md k C9 O7\r\n");
}

#[test]
fn a_request_ends_with_its_end_and_no_two_commands_have_one_number() {
    let get = || Command { key: b"k", verb: Verb::Get };
    let (one, other) = (Request::new([get(), get()], true), Request::new([get()], true));
    assert!(one.bytes.ends_with(b"\r\nmn\r\n"));
    assert_eq!(one.expected[2], Expected::End);
    let mut all =
        [one.expected[0], one.expected[1], other.expected[0]].map(|one| format!("{one:?}")).to_vec();
    all.dedup();
    assert_eq!(all.len(), 3);
}

fn decoded(bytes: &[u8], expected: Expected) -> Result<Option<Reply>, Unusable> {
    let mut decoder = Decoder::default();
    decoder.feed(bytes);
    decoder.next(expected)
}

const SEVEN: Expected = Expected::Opaque(7);

#[test]
fn replies_are_what_they_say() {
    let found = Found { value: b"a\r\nb".to_vec(), version: Some(3), left: Some(Left::Seconds(60)) };
    let cases: [(&[u8], Reply); 11] = [
        (b"VA 4 c3 t60 O7\r\na\r\nb\r\n", Reply::Value(found)),
        (b"VA 0 t-1 O7 s0 kx\r\n\r\n", Reply::Value(Found { left: Some(Left::Forever), ..Found::default() })),
        (b"HD O7\r\n", Reply::Done(None)),
        (b"HD t5 O7\r\n", Reply::Done(Some(Left::Seconds(5)))),
        (b"EN\r\n", Reply::Missing),
        (b"EN O7\r\n", Reply::Missing),
        (b"NS O7\r\n", Reply::NotStored),
        (b"EX O7\r\n", Reply::Changed),
        (b"NF\r\n", Reply::NotFound),
        (b"SERVER_ERROR out of memory\r\n", Reply::Error("SERVER_ERROR out of memory".into())),
        (b"ERROR\r\n", Reply::Error("ERROR".into())),
    ];
    for (bytes, reply) in cases {
        assert_eq!(decoded(bytes, SEVEN).unwrap(), Some(reply));
    }
    assert_eq!(decoded(b"MN\r\n", Expected::End).unwrap(), Some(Reply::Done(None)));
    assert_eq!(decoded(b"STORED\r\n", Expected::Login).unwrap(), Some(Reply::Done(None)));
}

#[test]
fn what_is_no_reply_of_ones_own_is_refused() {
    let wrong: [&[u8]; 19] = [
        b"HD\r\n",
        b"HD O8\r\n",
        b"EN O8\r\n",
        b"VA 1 O8\r\nx\r\n",
        b"VA 1\r\nx\r\n",
        b"VA O7\r\nx\r\n",
        b"VA -1 O7\r\nx\r\n",
        b"VA 1 O7\r\nxyz\r\n",
        b"VA 99999999999999999999 O7\r\nx\r\n",
        b"VA 9999999999 O7\r\nx\r\n",
        b"VA 1 O7 cx\r\nx\r\n",
        b"VA 1 O7 t\r\nx\r\n",
        b"HD O7x\r\n",
        b"MN\r\n",
        b"STORED\r\n",
        b"END\r\n",
        b"VALUE k 0 1\r\nx\r\n",
        b"HD O7\n",
        b"\r\n",
    ];
    for bytes in wrong {
        assert!(decoded(bytes, SEVEN).is_err(), "{}", String::from_utf8_lossy(bytes));
    }
    for bytes in [&b"HD O7\r\n"[..], b"EN\r\n", b"STORED\r\n", b"\r\n"] {
        assert!(decoded(bytes, Expected::End).is_err());
    }
    assert!(decoded(&[b'x'; LONGEST_LINE], SEVEN).is_err(), "a line has an end");
}

fn reply() -> impl Strategy<Value = (Vec<u8>, Reply)> {
    let value = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        (value, any::<u64>()).prop_map(|(value, version)| {
            let mut bytes = format!("VA {} c{version} t9 O7\r\n", value.len()).into_bytes();
            bytes.extend_from_slice(&value);
            bytes.extend_from_slice(b"\r\n");
            (bytes, Reply::Value(Found { value, version: Some(version), left: Some(Left::Seconds(9)) }))
        }),
        Just((b"HD O7\r\n".to_vec(), Reply::Done(None))),
        Just((b"EN\r\n".to_vec(), Reply::Missing)),
        Just((b"CLIENT_ERROR no\r\n".to_vec(), Reply::Error("CLIENT_ERROR no".into()))),
    ]
}

proptest! {
    #[test]
    fn replies_are_the_same_however_they_come(replies in prop::collection::vec(reply(), 1..6), piece in 1_usize..40) {
        let all: Vec<u8> = replies.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
        let mut decoder = Decoder::default();
        let mut found = Vec::new();
        for bytes in all.chunks(piece) {
            decoder.feed(bytes);
            while let Some(reply) = decoder.next(SEVEN).unwrap() {
                found.push(reply);
            }
        }
        prop_assert!(decoder.is_empty());
        prop_assert_eq!(found, replies.into_iter().map(|(_, reply)| reply).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_comes_is_a_reply_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), start in 0_usize..8) {
        let starts: [&[u8]; 8] = [b"", b"VA ", b"VA 5 O7\r\n", b"HD ", b"EN ", b"VA 3 O8 ", b"MN", b"VA 18446744073709551615 O7\r\n"];
        let mut decoder = Decoder::default();
        decoder.feed(starts[start]);
        decoder.feed(&bytes);
        for expected in [SEVEN, SEVEN, Expected::End] {
            match decoder.next(expected) {
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => break,
            }
        }
    }

    #[test]
    fn a_value_of_another_command_is_never_given(own in any::<u64>(), other in any::<u64>(), value in "[a-z]{0,20}") {
        prop_assume!(own != other);
        let bytes = format!("VA {} O{other}\r\n{value}\r\n", value.len());
        prop_assert!(decoded(bytes.as_bytes(), Expected::Opaque(own)).is_err());
    }
}
