//! `CacheKey` of strings and paths.
//!
//! Paths are compared as they are written: `a/b` and `a//b` are two keys, although `Path` calls them equal.

use std::ffi::{OsStr, OsString};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use super::{CacheKey, KeyText};

macro_rules! string {
    ($($type:ty, $owned:ty, |$value:ident| $seen:expr, |$out:ident| $text:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl CacheKey for $type {
            type Owned = $owned;

            #[inline]
            fn hash_key<H: Hasher>(&self, state: &mut H) {
                let $value = self;
                $seen.hash(state);
            }

            #[inline]
            fn hash_owned<H: Hasher>(owned: &$owned, state: &mut H) {
                let $value = owned;
                $seen.hash(state);
            }

            #[inline]
            fn eq_key(&self, owned: &$owned) -> bool {
                let left = { let $value = self; $seen };
                let right = { let $value = owned; $seen };
                left == right
            }

            #[inline]
            fn eq_owned(a: &$owned, b: &$owned) -> bool {
                let left = { let $value = a; $seen };
                let right = { let $value = b; $seen };
                left == right
            }

            fn to_key(&self) -> $owned {
                self.to_owned().into()
            }

            fn write_text(&self, $out: &mut KeyText) {
                let $value = self;
                $text;
            }

            fn write_owned_text(owned: &$owned, $out: &mut KeyText) {
                let $value = owned;
                $text;
            }
        }
    )*};
}

string! {
    str, String, |value| str::as_bytes(value), |out| out.string(value);
    String, String, |value| str::as_bytes(value), |out| out.string(value);
    OsStr, OsString, |value| value.as_encoded_bytes(), |out| os_text(value, out);
    OsString, OsString, |value| value.as_encoded_bytes(), |out| os_text(value, out);
    Path, PathBuf, |value| value.as_os_str().as_encoded_bytes(), |out| os_text(value.as_os_str(), out);
    PathBuf, PathBuf, |value| value.as_os_str().as_encoded_bytes(), |out| os_text(value.as_os_str(), out);
}

fn os_text(value: &OsStr, out: &mut KeyText) {
    match value.to_str() {
        Some(text) => out.path(text),
        None => os_bytes(value, out),
    }
}

#[cfg(windows)]
fn os_bytes(value: &OsStr, out: &mut KeyText) {
    use std::os::windows::ffi::OsStrExt;

    let bytes: Vec<u8> = value.encode_wide().flat_map(u16::to_be_bytes).collect();
    out.path_bytes(&bytes);
}

#[cfg(not(windows))]
fn os_bytes(value: &OsStr, out: &mut KeyText) {
    out.path_bytes(value.as_encoded_bytes());
}
