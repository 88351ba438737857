//! What every store of bytes has to do, as tests: [`store_suite!`](crate::store_suite).

mod batches;
mod clearing;
mod expiry;
mod keys;
mod numbers;
mod threads;
mod trial;
mod values;

pub use self::{batches::*, clearing::*, expiry::*, keys::*, numbers::*, threads::*, trial::*, values::*};

/// Tests that a store does what [`Store`](crate::store_bytes::Store) asks for: one `#[test]` for each behaviour, in a module `blocking` by
/// [`run`](crate::store_bytes::Store::run) and in a module `asynchronous` by [`run_async`](crate::store_bytes::Store::run_async).
///
/// It is given an expression that makes a fresh store, empty and shared with no other test. Statements `let name = value;` before it make what the store needs, and are
/// kept for as long as the test runs. Each test evaluates them for itself.
///
/// ```
/// # mod larder { pub mod testing { pub use larder_core::{store_suite, testing::*}; } }
/// # fn main() {}
/// mod conformance {
///     use super::larder::testing::{MemoryStore, store_suite};
///
///     store_suite!(MemoryStore::new());
/// }
/// ```
///
/// Two options may follow, in this order:
///
/// - `pass = |by| ..`: a closure `FnMut(Duration)` that lets time pass for the store. Without it the tests really wait: for each expiry about 30 ms, or the store's
///   [resolution](crate::store_bytes::Capabilities::resolution) where that is longer.
/// - `block_on = |future| ..`: a closure `Fn(BoxFuture<()>)` that drives a future to its end, for a store whose async half needs a runtime. Several threads
///   call it at once. Without it the thread sleeps between polls.
///
/// ```
/// # mod larder { pub mod testing { pub use larder_core::{store_suite, testing::*}; } }
/// # use larder::testing::{MemoryStore, isolate, store_suite};
/// # fn main() {}
/// store_suite! {
///     let time = isolate();
///     MemoryStore::new(),
///     pass = |by| time.advance(by)
/// }
/// ```
///
/// What a store cannot do by its [`Capabilities`](crate::store_bytes::Capabilities) is not asked of it; that it says so is.
#[macro_export]
macro_rules! store_suite {
    (@tests $half:ident $subject:tt $($behaviour:ident)*) => {
        $($crate::store_suite!(@test $half $behaviour $subject);)*
    };
    (@test $half:ident $behaviour:ident {
        $(let $name:ident = $value:expr;)* $store:expr $(, pass = $pass:expr)? $(, block_on = $drive:expr)? $(,)?
    }) => {
        #[test]
        fn $behaviour() {
            $(let $name = $value;)*
            let store = $store;
            let trial = $crate::testing::suite::Trial::new(&store, $crate::testing::suite::Half::$half);
            $(let trial = trial.pass($pass);)?
            $(let trial = trial.block_on($drive);)?
            $crate::testing::suite::$behaviour(trial);
        }
    };
    (@half $module:ident $half:ident $subject:tt) => {
        mod $module {
            #[allow(unused_imports, reason = "the subject may name nothing from outside")]
            use super::*;

            $crate::store_suite! {
                @tests $half $subject
                nothing_is_there_at_first
                a_value_is_given_back
                a_value_is_replaced
                any_bytes_are_a_value
                values_that_look_like_numbers_stay_as_they_are
                large_values_are_given_back
                what_is_too_large_is_refused
                put_if_absent_leaves_what_is_there
                remove_says_whether_there_was_one
                remove_if_removes_this_value_only
                a_number_is_raised_and_never_shrinks
                raising_to_zero_only_extends
                add_begins_at_from
                add_subtracts
                add_saturates_at_zero
                add_saturates_at_the_top
                what_is_no_number_counts_as_missing
                a_value_expires
                values_expire_each_at_its_own_time
                a_replaced_value_has_the_new_expiry
                an_expired_value_is_absent_for_every_operation
                raise_extends_an_expiry
                raise_never_shortens_an_expiry
                add_sets_the_expiry
                an_expired_number_begins_anew
                remaining_is_how_long_it_lives_on
                clear_removes_by_prefix
                clear_of_nothing_removes_nothing
                clear_takes_the_prefix_literally
                clear_of_everything
                clear_reaches_numbers
                an_empty_batch_has_no_answers
                a_batch_answers_in_order
                the_order_of_a_batch_holds_for_each_key
                a_large_batch_is_answered
                keys_differ_by_one_character
                keys_may_be_unicode
                keys_at_the_longest_are_kept_apart
                keys_over_the_longest_are_kept_apart
                what_it_says_of_itself_is_plain
                concurrent_adds_lose_nothing
                concurrent_raises_keep_the_highest
                one_of_many_puts_if_absent
                one_of_many_removes
                a_value_is_never_torn
            }
        }
    };
    ($($subject:tt)*) => {
        $crate::store_suite!(@half blocking Blocking { $($subject)* });
        $crate::store_suite!(@half asynchronous Asynchronous { $($subject)* });
    };
}
