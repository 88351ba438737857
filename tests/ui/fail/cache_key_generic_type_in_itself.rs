//! A generic type in itself would have an endless owned form.

use larder::CacheKey;

#[derive(CacheKey)]
enum List<T> {
    Nil,
    Cons(T, Box<List<T>>),
}

#[derive(CacheKey)]
struct Chain<T> {
    value: T,
    next: Option<Box<Self>>,
}

fn main() {}
