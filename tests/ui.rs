//! The compile errors users read, word for word, and the forms that must compile.
//!
//! A new message: write the case into `ui/fail`, run `cargo xtask ui-bless`, and read what it wrote. A new form: write
//! it into `ui/pass`, and its name into `ui/pass/mod.rs`.

#[allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::undocumented_unsafe_blocks,
    reason = "the forms are as users may write them"
)]
#[path = "ui/pass/mod.rs"]
pub mod pass;

#[test]
fn compile_errors_say_what_to_write() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}
