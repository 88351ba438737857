//! The entries of caches in memory: every operation, loads, numbers, keys, and random histories beside a naive model. Apart from `it`, which takes long to build.

mod beside_a_model;
mod build;
mod entries;
mod key_template;
mod load;
mod model;
mod nested;
mod numbers;
mod races;
mod support;
