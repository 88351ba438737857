//! How keys are written on the server: behind a prefix, and on a cluster in a slot.

/// The prefix that stands before every key of one store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keyspace {
    prefix: String,
}

impl Keyspace {
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}:") } }
    }

    /// The key as the server knows it.
    pub(crate) fn key(&self, key: &str) -> Vec<u8> {
        let mut whole = Vec::with_capacity(self.size(key));
        self.write(key, &mut whole);
        whole
    }

    /// How long it is.
    pub(crate) fn size(&self, key: &str) -> usize {
        self.prefix.len() + key.len()
    }

    /// Appends it.
    pub(crate) fn write(&self, key: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(self.prefix.as_bytes());
        out.extend_from_slice(key.as_bytes());
    }

    /// The pattern of `SCAN` that matches keys that begin with `start`, and no others.
    pub(crate) fn pattern(&self, start: &str) -> Vec<u8> {
        let mut pattern = Vec::new();
        for byte in self.key(start) {
            if matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\' | b'^' | b'-') {
                pattern.push(b'\\');
            }
            pattern.push(byte);
        }
        pattern.push(b'*');
        pattern
    }
}

/// The slot of a key in a cluster: by what stands between the first `{` and the next `}` if that is not empty, otherwise by all of it.
#[cfg(feature = "cluster")]
pub(crate) fn slot(key: &[u8]) -> u16 {
    let tagged = key.iter().position(|byte| *byte == b'{').and_then(|open| {
        let inside = &key[open + 1..];
        let close = inside.iter().position(|byte| *byte == b'}')?;
        (close > 0).then(|| &inside[..close])
    });
    crc16(tagged.unwrap_or(key)) % SLOTS
}

/// How many slots a cluster has.
#[cfg(feature = "cluster")]
pub(crate) const SLOTS: u16 = 16_384;

/// CRC-16/XMODEM, which the cluster specification asks for.
#[cfg(feature = "cluster")]
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum: u16, byte| (sum << 8) ^ CRC16[usize::from((sum >> 8) as u8 ^ byte)])
}

#[cfg(feature = "cluster")]
static CRC16: [u16; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut sum = (at as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 0x8000 == 0 { sum << 1 } else { (sum << 1) ^ 0x1021 };
            bit += 1;
        }
        table[at] = sum;
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_set_apart() {
        assert_eq!(Keyspace::new("app").key("users:7"), b"app:users:7");
        assert_eq!(Keyspace::new("").key("users:7"), b"users:7");
    }

    #[test]
    fn what_a_pattern_would_read_is_escaped() {
        assert_eq!(Keyspace::new("a*").pattern("b[x]?\\"), br"a\*:b\[x\]\?\\*");
    }

    #[cfg(feature = "cluster")]
    #[test]
    fn slots_are_those_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
        assert_eq!(slot(b"foo"), 12_182);
        assert_eq!(slot(b"{user1000}.following"), slot(b"{user1000}.followers"));
        assert_eq!(slot(b"foo{}{bar}"), crc16(b"foo{}{bar}") % SLOTS);
        assert_eq!(slot(b"foo{{bar}}zap"), slot(b"{bar"));
    }
}
