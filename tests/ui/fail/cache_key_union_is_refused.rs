//! Nothing says which field is set.

use larder::CacheKey;

#[derive(CacheKey)]
union Bits {
    float: f32,
    int: u32,
}

fn needs<T: CacheKey>() {}

fn main() {
    needs::<Bits>();
}
