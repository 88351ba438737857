//! The compile errors users read, word for word, and the forms that must compile.
//!
//! A new message: write the case into `ui/fail`, run `cargo xtask ui-bless`, and read what it wrote.

#[test]
fn compile_errors_say_what_to_write() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
