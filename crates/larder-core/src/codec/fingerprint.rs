//! Telling the values of one type from those of another.

use twox_hash::XxHash3_64;

/// A number for a type as it is stored: another type, another serializer or another version gives another number, so that [`Format::open`](super::Format::open)
/// refuses what was stored before. The same texts give the same number in every build and on every machine.
///
/// `type_name` is usually what [`std::any::type_name`] says. It does not tell how the type looks inside: when its fields change and the serializer does not
/// mind, change `version`. A compiler may name a type differently than an older one did; then values are computed anew, once.
///
/// ```
/// # use larder_core::codec::fingerprint;
/// let before = fingerprint("app::User", "msgpack", "1");
/// assert_eq!(before, fingerprint("app::User", "msgpack", "1"));
/// assert_ne!(before, fingerprint("app::User", "msgpack", "2"));
/// ```
#[must_use]
pub fn fingerprint(type_name: &str, serializer: &str, version: &str) -> u64 {
    let mut text = Vec::with_capacity(type_name.len() + serializer.len() + version.len() + 24);
    for part in [type_name, serializer, version] {
        // with its length before it, so that no two lists give the same bytes
        text.extend_from_slice(&(part.len() as u64).to_le_bytes());
        text.extend_from_slice(part.as_bytes());
    }
    XxHash3_64::oneshot(&text)
}
