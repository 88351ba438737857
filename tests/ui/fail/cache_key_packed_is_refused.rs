//! The fields of a packed type cannot be borrowed.

use larder::CacheKey;

#[derive(CacheKey)]
#[repr(C, packed(2))]
struct Header {
    kind: u8,
    length: u32,
}

fn main() {}
