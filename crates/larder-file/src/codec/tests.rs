use proptest::{collection::vec, prelude::*};

use super::*;

fn record<'a>(key: &'a str, value: &'a [u8]) -> Record<'a> {
    Record { key, value: Value::Bytes(value.into()), life: Life::new(1_795_824_000_123, 60_000) }
}

/// Directories outlive builds: a file that changes here loses what is in them, which takes a new version and a line in the changelog.
#[test]
fn the_layout_is_pinned() {
    let value = record("app:größe", b"value").encode();
    let number = Record { value: Value::Number(258), ..record("n", b"") }.encode();
    assert_eq!(
        hex(&value),
        "8c4c444601000b0000000500000000000000db86741fa201000060ea0000000000006170703a6772c3b6c39f6576616c75652d0ec2dd54990b70df36ead53b4cd835"
    );
    assert_eq!(
        hex(&number),
        "8c4c44460101010000000800000000000000db86741fa201000060ea0000000000006e02010000000000007cce2d2bba9809e37ae8740f25d4412a"
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_damage_is_refused() {
    let bytes = record("key", b"value").encode();
    for at in 0..bytes.len() {
        for change in 1..=u8::MAX {
            let mut damaged = bytes.clone();
            damaged[at] ^= change;
            assert_eq!(Record::decode(&damaged), None, "byte {at} changed by {change:#04x}");
        }
        assert_eq!(Record::decode(&bytes[..at]), None, "{at} bytes");
    }
    assert_eq!(Record::decode(&[&bytes[..], b"\0"].concat()), None);
}

#[test]
fn a_clock_that_is_set_back_does_not_lengthen_lives() {
    let life = Life::new(1_000_000, 60_000);
    assert!(life.lasts(1_000_000) && life.lasts(1_059_999) && !life.lasts(1_060_000));
    assert!(life.lasts(999_500), "clocks are set back a little all the time");
    assert!(!life.lasts(900_000));
    assert_eq!(
        (life.left_ms(1_030_000), life.left_ms(999_500), life.left_ms(2_000_000)),
        (30_000, 60_000, 0)
    );
}

#[test]
fn a_lifetime_without_end_has_none() {
    let life = Life::new(1_000_000, u64::MAX);
    assert_eq!(life.written_ms(), 1_000_000);
    assert!(life.lasts(u64::MAX - 1));
    assert!(Life::new(5, 0).lasts(5), "at least a millisecond");
}

proptest! {
    #[test]
    fn records_come_back(key in ".{0,40}", value in vec(any::<u8>(), 0..200), life in any::<[u32; 2]>()) {
        let life = Life::new(life[0].into(), life[1].into());
        let record = Record { key: &key, value: Value::Bytes((&value).into()), life };
        let bytes = record.encode();
        prop_assert_eq!(bytes.len(), OVERHEAD + key.len() + value.len());
        prop_assert_eq!(Head::decode(&bytes).unwrap().file_length(), Some(bytes.len() as u64));
        prop_assert_eq!(Record::decode(&bytes), Some(record));
    }

    #[test]
    fn numbers_come_back(number in any::<u64>()) {
        let record = Record { value: Value::Number(number), ..record("key", b"") };
        let bytes = record.encode();
        prop_assert_eq!(Record::decode(&bytes), Some(record));
    }

    #[test]
    fn arbitrary_bytes_never_panic(front in vec(any::<u8>(), 0..60)) {
        prop_assert_eq!(Record::decode(&front), None);
        let ours = [&MAGIC[..], &[VERSION], &front].concat();
        prop_assert_eq!(Record::decode(&ours), None);
    }
}
