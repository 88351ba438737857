//! What the examples share, so that each of them shows caching and little else.
//!
//! `files` and `text` serve `quickstart`; `trace`, `workload` and `opt` serve `replay`; `blog` serves `tags` and `preload`.

pub mod blog;
pub mod files;
pub mod opt;
pub mod text;
pub mod trace;
pub mod workload;
