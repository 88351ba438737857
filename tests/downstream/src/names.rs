//! Items, parameters and types named like what larder generates or uses.
#![allow(
    non_camel_case_types,
    non_upper_case_globals,
    dead_code,
    missing_docs,
    clippy::must_use_candidate,
    clippy::missing_errors_doc
)]

use pantry::cached;

pub const CACHE: u8 = 1;
pub const SITE: u8 = 2;
pub const begun: u8 = 3;
pub static miss: u8 = 4;
pub const value: u8 = 5;
pub const config: u8 = 6;
pub static site: u8 = 7;

mod core {}
mod std {}
mod larder {}
mod alloc {}

#[derive(Debug)]
pub struct Option;
#[derive(Debug)]
pub struct Some;
#[derive(Debug)]
pub struct None;
#[derive(Debug)]
pub struct Result;
#[derive(Debug)]
pub struct Ok;
#[derive(Debug)]
pub struct Err;
#[derive(Debug)]
pub struct Box;
#[derive(Debug)]
pub struct String;
#[derive(Debug)]
pub struct PhantomData;
#[derive(Debug)]
pub struct Duration;
pub trait AsRef {}
pub trait Into {}
pub trait Future {}
pub trait Send {}
pub fn drop() {}
pub fn compute() -> u8 {
    CACHE
}

/// Constants in scope would be seen by patterns of these names.
#[cached(crate = ::pantry, ttl = 1, cache_if = |found| *found > CACHE)]
pub fn constants(number: u8) -> u8 {
    number + CACHE + SITE + begun + miss + value + config + site
}

pub use self::parameters::{Peek, Probe, key, r#match, provider, run, spec};

macro_rules! concat {
    () => {};
}
macro_rules! module_path {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! line {
    () => {};
}
macro_rules! matches {
    () => {};
}
concat!();
module_path!();
file!();
line!();
matches!();

mod parameters {
    use pantry::cached;

    #[allow(unused_imports)]
    use super::{
        AsRef, Box, Duration, Err, Future, Into, None, Ok, Option, PhantomData, Result, Some, String, core,
        drop, std,
    };

    #[cached(crate = ::pantry, ttl = "5s", cache_if = |found| *found > 0)]
    pub fn key(key: u8, spec: u8, compute: u8) -> u8 {
        key + spec + compute + super::CACHE + super::compute()
    }

    #[cached(crate = ::pantry, cache_err = _, err_ttl = 1)]
    pub fn spec(begun: u8, miss: u8, value: u8) -> ::core::result::Result<u8, u8> {
        ::core::result::Result::Ok(begun + miss + value)
    }

    #[cached(crate = ::pantry)]
    pub async fn run(site: u8, config: u8, larder_: u8, result: u8, f: u8) -> ::core::option::Option<u8> {
        ::core::future::ready(::core::option::Option::Some(site + config + larder_ + result + f)).await
    }

    pub(super) fn source() -> [(u8, &'static str, ::core::option::Option<::std::string::String>); 1] {
        [(1, "a", ::core::option::Option::None)]
    }

    #[cached(crate = ::pantry, preload = source)]
    pub fn provider(larder_provider: u8, how: &'static str, error: ::core::option::Option<&str>) -> usize {
        larder_provider as usize + how.len() + error.map_or(0, str::len)
    }

    #[cached(crate = ::pantry, key = (r#type, begun, miss))]
    pub fn r#match(r#type: u8, begun: u8, miss: u8) -> u8 {
        r#type + begun + miss
    }

    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    pub struct Probe;

    impl Probe {
        #[cached(crate = ::pantry)]
        pub fn uncached(&self, peek: u8, refresh: u8) -> u8 {
            peek + refresh
        }

        #[cached(crate = ::pantry)]
        pub fn r#fn(&self, r#struct: u8) -> u8 {
            r#struct
        }
    }

    pub trait Peek {
        fn peek(&self, begun: u8) -> u8;
    }

    impl Peek for Probe {
        #[cached(crate = ::pantry, handle = none)]
        fn peek(&self, begun: u8) -> u8 {
            begun + super::SITE
        }
    }
}
