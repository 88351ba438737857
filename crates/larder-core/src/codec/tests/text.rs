//! The serializer that takes a value's own text.

use super::*;

#[test]
fn its_number_and_name_are_pinned() {
    assert_eq!((Serializer::<u8>::id(&Text), Serializer::<u8>::name(&Text)), (5, "string"));
}

#[test]
fn it_is_the_text_and_nothing_else() {
    let mut out = b"before ".to_vec();
    Text.encode(&"größe".to_owned(), &mut out).unwrap();
    Text.encode(&-7_i64, &mut out).unwrap();
    assert_eq!(out, "before größe-7".as_bytes());
}

#[test]
fn what_does_not_parse_is_an_error() {
    let number: Result<u8, _> = Text.decode(b"256");
    let text: Result<String, _> = Text.decode(b"\xff");
    assert!(matches!((number, text), (Err(CodecError::Decode(_)), Err(CodecError::Decode(_)))));
}

proptest! {
    #[test]
    fn values_come_back(text in ".{0,50}", number in any::<i128>(), float in any::<f64>(), flag in any::<bool>()) {
        fn back<V: std::fmt::Display + std::str::FromStr>(value: &V) -> V
        where
            Text: Serializer<V>,
        {
            let mut out = Vec::new();
            Text.encode(value, &mut out).unwrap();
            Text.decode(&out).unwrap()
        }
        prop_assert_eq!(back(&text), text);
        prop_assert_eq!(back(&number), number);
        prop_assert_eq!(back(&flag), flag);
        prop_assert!(back(&float) == float || float.is_nan());
    }
}
