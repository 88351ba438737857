//! Known limit: a private generic type in a field of a public generic type.

use larder::CacheKey;

#[derive(CacheKey)]
struct Hidden<T>(T);

#[derive(CacheKey)]
pub struct Shown<T>(Hidden<T>);

fn main() {}
