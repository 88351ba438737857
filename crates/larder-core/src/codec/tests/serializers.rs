//! The serializers that go through serde.

use std::collections::BTreeMap;

use proptest::{collection, prelude::*};
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Profile {
    id: u64,
    name: String,
    tags: Vec<String>,
    score: f64,
    balance: i64,
    best: Option<Box<Profile>>,
    kind: Kind,
    counts: BTreeMap<String, u16>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Plain,
    Named { since: u32 },
    Pair(u8, char),
}

fn profile() -> impl Strategy<Value = Profile> {
    let kind = prop_oneof![
        Just(Kind::Plain),
        any::<u32>().prop_map(|since| Kind::Named { since }),
        any::<(u8, char)>().prop_map(|(number, letter)| Kind::Pair(number, letter)),
    ];
    let numbers = (any::<u64>(), prop::num::f64::NORMAL | prop::num::f64::ZERO, any::<i64>());
    let texts =
        (".{0,20}", collection::vec(".{0,9}", 0..4), collection::btree_map(".{0,5}", any::<u16>(), 0..4));
    let leaf = (numbers, texts, kind).prop_map(|((id, score, balance), (name, tags, counts), kind)| {
        Profile { id, name, tags, score, balance, best: None, kind, counts }
    });
    leaf.prop_recursive(3, 4, 1, |inner| {
        (inner.clone(), inner).prop_map(|(best, outer)| Profile { best: Some(Box::new(best)), ..outer })
    })
}

macro_rules! serializer {
    ($feature:literal, $module:ident, $serializer:expr, $id:literal) => {
        #[cfg(feature = $feature)]
        mod $module {
            use super::*;

            fn codec<V: Serialize + serde::de::DeserializeOwned + 'static>() -> Codec<V> {
                Codec::new($serializer, "")
            }

            #[test]
            fn its_number_and_name_are_pinned() {
                assert_eq!(Serializer::<u8>::id(&$serializer), $id);
                assert_eq!(Serializer::<u8>::name(&$serializer), $feature);
            }

            #[test]
            fn what_it_cannot_write_is_an_error() {
                struct Unwritable;
                impl Serialize for Unwritable {
                    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                        Err(serde::ser::Error::custom("not this one"))
                    }
                }
                impl<'de> Deserialize<'de> for Unwritable {
                    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
                        Err(serde::de::Error::custom("nor back"))
                    }
                }
                let error = codec().seal("key", &metadata(), &Unwritable).unwrap_err();
                assert!(matches!(error, CodecError::Encode(_)), "{error}");
                let bytes = codec().seal("key", &metadata(), &7_u8).unwrap();
                let fingerprint = fingerprint(std::any::type_name::<u8>(), $feature, "");
                let envelope = Format::new($id, fingerprint).open("key", &bytes).unwrap();
                let error = Serializer::<Unwritable>::decode(&$serializer, &envelope.payload).err().unwrap();
                assert!(matches!(error, CodecError::Decode(_)), "{error}");
            }

            proptest! {
                #[test]
                fn values_come_back(profile in profile()) {
                    let bytes = codec().seal("key", &metadata(), &profile).unwrap();
                    prop_assert_eq!(codec::<Profile>().open("key", &bytes).unwrap(), (metadata(), profile));
                }

                #[test]
                fn arbitrary_payloads_never_panic(bytes in collection::vec(any::<u8>(), 0..100)) {
                    if let Ok(profile) = Serializer::<Profile>::decode(&$serializer, &bytes) {
                        prop_assert!(profile.name.len() <= bytes.len());
                    }
                    let _: Result<Vec<Vec<u64>>, _> = Serializer::decode(&$serializer, &bytes);
                }

                #[test]
                fn what_is_in_the_way_is_not_touched(before in collection::vec(any::<u8>(), 0..9), profile in profile()) {
                    let mut out = before.clone();
                    Serializer::encode(&$serializer, &profile, &mut out).unwrap();
                    let payload = out.strip_prefix(&before[..]).unwrap();
                    prop_assert_eq!(Serializer::<Profile>::decode(&$serializer, payload).unwrap(), profile);
                }
            }
        }
    };
}

serializer!("json", json, Json, 1);
serializer!("msgpack", msgpack, MessagePack, 2);
serializer!("postcard", postcard, Postcard, 3);
serializer!("bincode", bincode, Bincode, 4);
