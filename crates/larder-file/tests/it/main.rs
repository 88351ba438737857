//! What users of the directory may rely on.

mod bounds;
mod directory;
mod processes;
mod suite;
mod support;
