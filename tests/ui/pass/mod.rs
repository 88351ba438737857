//! The forms that must compile, each a module, and run: a program of one file, as users write it.
//!
//! They are modules of this test, and no programs for trybuild: beside one that must compile, it builds and links each
//! of those that must not, one after the other. Those that deny every lint are public, as if they were all of a crate.

pub mod background_is_clean_under_every_lint;
pub mod cache_key_is_clean_under_every_lint;
mod function_in_every_edition_2021_style;
mod function_with_a_result_of_its_impl;
mod options_every_one_of_them;
mod options_trailing_comma_and_none;
mod policy_every_one_of_them;
pub mod store_is_clean_under_every_lint;
mod ttl_in_every_form;

use std::path::Path;

/// A test of each form: that it is built is the most of it.
macro_rules! run {
    ($($form:ident)*) => {
        mod forms {
            $(#[test]
            fn $form() {
                super::$form::main();
            })*
        }

        const FORMS: &[&str] = &[$(stringify!($form)),*];
    };
}

run! {
    background_is_clean_under_every_lint
    cache_key_is_clean_under_every_lint
    function_in_every_edition_2021_style
    function_with_a_result_of_its_impl
    options_every_one_of_them
    options_trailing_comma_and_none
    policy_every_one_of_them
    store_is_clean_under_every_lint
    ttl_in_every_form
}

#[test]
fn every_file_of_this_folder_is_a_form_that_runs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/pass");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of the forms")
        .map(|entry| entry.expect("an entry").path().with_extension(""))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .filter(|name| name != "mod")
        .collect();
    files.sort();
    assert_eq!(files, FORMS);
}
