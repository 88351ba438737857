//! A field whose type has no `CacheKey`: one error, at its type.

use larder::CacheKey;

struct Foreign;

#[derive(CacheKey)]
struct Named<'a> {
    text: &'a str,
    foreign: Foreign,
}

#[derive(CacheKey)]
enum Shape {
    Circle(f64),
    Other(Vec<Foreign>),
}

#[derive(CacheKey)]
struct Generic<T> {
    one: T,
    other: Foreign,
}

fn main() {}
