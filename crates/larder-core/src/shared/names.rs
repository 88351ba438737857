//! The keys of a space's records: readable unless the cache hides them, injective, and printable without blanks, whatever the texts they are made of.

use super::Space;

/// The names of one function's records.
#[derive(Debug)]
pub(crate) struct FunctionNames {
    pub(crate) function: String,
    /// Before the text of a key: in the record of its scope, and in its entry.
    key: String,
    entry: String,
}

impl FunctionNames {
    /// The scope of one key, as [`Space::key`] names it.
    pub(crate) fn key(&self, space: &Space, key: &str) -> String {
        space.under(&self.key, key)
    }

    /// The entry of one key, as [`Space::entry`] names it.
    pub(crate) fn entry(&self, space: &Space, key: &str) -> String {
        space.under(&self.entry, key)
    }
}

impl Space {
    /// The names of a function's records, for values of this fingerprint.
    pub(crate) fn names_of(&self, function: &str, fingerprint: u64) -> FunctionNames {
        // The text of a key comes last, and an empty one leaves what stands before it, of which nothing is hidden.
        FunctionNames {
            function: self.function(function),
            key: self.readable("k:", &[function, ""]),
            entry: self.readable("e:", &[function, &format!("{fingerprint:016x}"), ""]),
        }
    }

    /// The sequence of invalidations.
    pub(crate) fn sequence(&self) -> String {
        self.asked_always[1].clone()
    }

    /// What tells the secret that hides the names of the others.
    pub(super) fn secret(&self) -> String {
        self.readable("names", &[])
    }

    /// The scope of everything.
    pub(crate) fn all(&self) -> String {
        self.asked_always[0].clone()
    }

    /// The scope of a function.
    pub(crate) fn function(&self, function: &str) -> String {
        self.readable("f:", &[function])
    }

    /// The scope of one key of a function.
    pub(crate) fn key(&self, function: &str, key: &str) -> String {
        self.name("k:", &[function, key])
    }

    /// The scope of a tag.
    pub(crate) fn tag(&self, tag: &str) -> String {
        self.name("t:", &[tag])
    }

    /// The scope of a user.
    pub(crate) fn user(&self, user: &str) -> String {
        self.name("u:", &[user])
    }

    /// The entry of a key of a function, for values of this fingerprint.
    pub(crate) fn entry(&self, function: &str, fingerprint: u64, key: &str) -> String {
        self.name("e:", &[function, &format!("{fingerprint:016x}"), key])
    }

    /// The lock that goes with such an entry.
    pub(crate) fn lock(&self, function: &str, fingerprint: u64, key: &str) -> String {
        self.name(LOCK, &[function, &format!("{fingerprint:016x}"), key])
    }

    /// That somebody waits for this lock.
    pub(crate) fn wish(&self, function: &str, fingerprint: u64, key: &str) -> String {
        self.name("w:", &[function, &format!("{fingerprint:016x}"), key])
    }

    /// Whether this is the name of a lock of this space.
    pub(super) fn is_lock(&self, name: &str) -> bool {
        name.strip_prefix(&self.prefix).is_some_and(|rest| rest.starts_with(LOCK))
    }

    /// The number of a key.
    pub(crate) fn number(&self, key: &str) -> String {
        self.name("n:", &["", key])
    }

    /// What the keys of all entries of the cache itself begin with, and those of its numbers.
    pub(crate) fn own(&self) -> [String; 2] {
        // Only what stands before the keys, of which nothing is hidden.
        [self.readable("e:", &["", ""]), self.readable("n:", &["", ""])]
    }

    /// A name whose last part is hidden where the cache hides names. What hides it is made of all of the name, so that nobody sees that two functions were called with the same
    /// arguments.
    fn name(&self, kind: &str, parts: &[&str]) -> String {
        let name = self.readable(kind, parts);
        match (self.protection().hide(&name), parts.split_last()) {
            (Some(hidden), Some((_, before))) => self.readable(kind, &[before, &[&hidden]].concat()),
            _ => name,
        }
    }

    /// The same for a last part, and what stands before it.
    fn under(&self, before: &str, last: &str) -> String {
        let name = escaped(before, last);
        match self.protection().hide(&name) {
            Some(hidden) => escaped(before, &hidden),
            None => name,
        }
    }

    fn readable(&self, kind: &str, parts: &[&str]) -> String {
        let mut name = String::with_capacity(
            self.prefix.len() + kind.len() + parts.iter().map(|part| part.len() + 1).sum::<usize>(),
        );
        name.push_str(&self.prefix);
        name.push_str(kind);
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                name.push(':');
            }
            escape(part, at + 1 == parts.len(), &mut name);
        }
        name
    }
}

/// The scope of everything, and the sequence, behind this prefix.
pub(super) fn asked_always(prefix: &str) -> [String; 2] {
    ["a", "seq"].map(|kind| format!("{prefix}{kind}"))
}

fn escaped(before: &str, last: &str) -> String {
    let mut name = String::with_capacity(before.len() + last.len());
    name.push_str(before);
    escape(last, true, &mut name);
    name
}

/// How the names of locks begin, behind the prefix.
const LOCK: &str = "l:";

/// Writes a text so that it holds no blank and nothing that does not print, and, unless it is the last one, no colon that could end it.
pub(super) fn escape(text: &str, is_last: bool, out: &mut String) {
    use std::fmt::Write;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%' && (is_last || byte != b':');
    if text.bytes().all(is_plain) {
        out.push_str(text);
        return;
    }
    for character in text.chars() {
        if character.is_ascii() && is_plain(character as u8) {
            out.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::escape;

    fn name(parts: &[String]) -> String {
        let mut out = String::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push(':');
            }
            escape(part, at + 1 == parts.len(), &mut out);
        }
        out
    }

    proptest! {
        #[test]
        fn different_texts_have_different_names(one: [String; 2], other: [String; 2]) {
            prop_assert_eq!(name(&one) == name(&other), one == other);
            prop_assert!(name(&one).chars().all(|character| character.is_ascii_graphic()));
        }

        #[test]
        fn colons_and_escapes_collide_with_nothing(one in "[:%a ]{0,4}", two in "[:%a ]{0,4}", three in "[:%a ]{0,4}", four in "[:%a ]{0,4}") {
            let (first, second) = ([one, two], [three, four]);
            prop_assert_eq!(name(&first) == name(&second), first == second);
        }
    }
}
