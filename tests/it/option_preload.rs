//! `preload`: what a provider may be, and what comes of it.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};

use futures_core::Stream;
use larder::testing::isolate;
use larder::{FunctionReport, PreloadEnd, blocking, cached, preload_only};

/// Numbers as a stream that is not ready at each second poll.
struct Numbers<T> {
    items: std::vec::IntoIter<T>,
    is_ready: bool,
}

impl<T: Unpin> Stream for Numbers<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.is_ready = !self.is_ready;
        if self.is_ready {
            return Poll::Ready(self.items.next());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

fn stream<T>(items: Vec<T>) -> Numbers<T> {
    Numbers { items: items.into_iter(), is_ready: false }
}

type Args = (u32,);

/// An error that can say nothing.
struct Silent;

#[derive(Debug)]
struct Seen;

type Tried<T> = Result<T, fmt::Error>;

fn three() -> Vec<Args> {
    vec![(1,), (2,), (3,)]
}

fn tried() -> Vec<Result<Args, String>> {
    vec![Ok((1,)), Err("no second".into()), Ok((3,))]
}

fn iterator() -> impl Iterator<Item = Args> {
    (1..=3).map(|number| (number,))
}

fn array() -> [Args; 3] {
    [(1,), (2,), (3,)]
}

fn option() -> Option<Args> {
    Some((1,))
}

fn boxed() -> Box<dyn Iterator<Item = Args> + Send> {
    Box::new(iterator())
}

fn results() -> Vec<Result<Args, Silent>> {
    vec![Ok((1,)), Err(Silent), Ok((3,))]
}

async fn later() -> Vec<Args> {
    ready(()).await;
    three()
}

async fn later_iterator() -> impl Iterator<Item = Args> {
    iterator()
}

async fn later_tried() -> Vec<Result<Args, String>> {
    tried()
}

fn future() -> Pin<Box<dyn Future<Output = Vec<Args>>>> {
    Box::pin(later())
}

fn streamed() -> impl Stream<Item = Args> {
    stream(three())
}

fn streamed_tried() -> Numbers<Result<Args, String>> {
    stream(tried())
}

fn boxed_stream() -> Pin<Box<dyn Stream<Item = Args> + Send>> {
    Box::pin(streamed())
}

async fn later_streamed() -> impl Stream<Item = Args> {
    streamed()
}

async fn later_streamed_tried() -> Numbers<Result<Args, String>> {
    streamed_tried()
}

fn result() -> Result<Vec<Args>, String> {
    Ok(three())
}

fn result_by_alias() -> Tried<impl Iterator<Item = Tried<Args>>> {
    Ok(vec![Ok((1,)), Err(fmt::Error), Ok((3,))].into_iter())
}

async fn later_result() -> Result<Vec<Args>, Seen> {
    Ok(three())
}

fn result_of_a_stream() -> Result<Numbers<Args>, Infallible> {
    Ok(stream(three()))
}

async fn later_result_of_a_stream() -> Result<Numbers<Result<Args, String>>, Seen> {
    Ok(streamed_tried())
}

fn refused() -> Result<Vec<Args>, String> {
    Err("no data base".into())
}

async fn later_refused() -> Result<Vec<Args>, Seen> {
    Err(Seen)
}

fn one() -> Result<Args, String> {
    Ok((1,))
}

fn no_one() -> Result<Args, String> {
    Err("nobody".into())
}

async fn later_no_one() -> Result<Args, String> {
    no_one()
}

/// What a run did for one function.
fn loaded(name: &str) -> FunctionReport {
    blocking::preload_only([name]).unwrap().functions.remove(0)
}

/// Each form: its provider, how many values it loads, and the failures.
macro_rules! forms {
    ($($name:ident = $provider:expr, $loaded:literal, $failed:expr;)*) => {$(
        mod $name {
            use super::*;

            #[cached(preload = $provider)]
            fn double(number: u32) -> u32 {
                number * 2
            }

            #[test]
            fn is_loaded() {
                let time = isolate();
                let failed: &[&str] = $failed;
                let report = loaded(concat!(stringify!($name), "::double"));
                assert_eq!((report.loaded, report.skipped), ($loaded, 0), "{report:?}");
                assert_eq!(report.failed, failed);
                assert_eq!(report.failed_total, failed.len());
                assert_eq!(report.end, PreloadEnd::Finished);
                assert_eq!(report.is_complete(), failed.is_empty());
                if $loaded > 0 {
                    time.hit(|| assert_eq!(double(1), 2));
                }
                if $loaded > 1 {
                    time.hit(|| assert_eq!(double(3), 6));
                }
            }
        }
    )*};
}

const NO_SECOND: &[&str] = &["no second"];

forms! {
    a_vector = three, 3, &[];
    a_vector_of_results = tried, 2, NO_SECOND;
    an_iterator = iterator, 3, &[];
    an_array = array, 3, &[];
    an_option = option, 1, &[];
    a_boxed_iterator = boxed, 3, &[];
    an_async_function = later, 3, &[];
    an_async_function_of_an_iterator = later_iterator, 3, &[];
    an_async_function_of_results = later_tried, 2, NO_SECOND;
    a_function_of_a_future = future, 3, &[];
    a_stream = streamed, 3, &[];
    a_stream_of_results = streamed_tried, 2, NO_SECOND;
    a_boxed_stream = boxed_stream, 3, &[];
    an_async_function_of_a_stream = later_streamed, 3, &[];
    an_async_function_of_a_stream_of_results = later_streamed_tried, 2, NO_SECOND;
    a_result = result, 3, &[];
    a_result_by_an_alias = result_by_alias, 2, &["an error occurred when formatting an argument"];
    an_async_result = later_result, 3, &[];
    a_result_of_a_stream = result_of_a_stream, 3, &[];
    an_async_result_of_a_stream_of_results = later_result_of_a_stream, 2, NO_SECOND;
    one_tuple = one, 1, &[];
    no_tuple = no_one, 0, &["nobody"];
    no_tuple_later = later_no_one, 0, &["nobody"];
    a_closure = || (1..4).map(|number| (number,)), 3, &[];
    an_async_closure = async || vec![(1,), (3,)], 2, &[];
    nothing = Vec::<Args>::new, 0, &[];
}

#[test]
fn errors_that_say_nothing_are_named() {
    #[cached(preload = results, name = "silent")]
    fn double(number: u32) -> u32 {
        number * 2
    }
    let time = isolate();
    let report = loaded("silent");
    assert_eq!(report.failed_total, 1);
    assert!(report.failed[0].ends_with("::Silent"), "{report:?}");
    time.hit(|| double(3));
}

#[test]
fn a_provider_that_fails_is_reported() {
    #[cached(preload = refused, name = "refused")]
    fn double(number: u32) -> u32 {
        number * 2
    }
    #[cached(preload = later_refused, name = "refused later")]
    fn triple(number: u32) -> u32 {
        number * 3
    }
    let time = isolate();
    let report = loaded("refused");
    assert_eq!(report.end, PreloadEnd::ProviderFailed("no data base".into()));
    assert_eq!((report.loaded, report.failed_total, report.is_complete()), (0, 0, false));
    assert_eq!(loaded("refused later").end, PreloadEnd::ProviderFailed("Seen".into()));
    time.miss(|| double(1) + triple(1));
}

#[test]
fn failures_of_the_function_do_not_stop_the_others() {
    fn numbers() -> impl Iterator<Item = Args> {
        (0..10).map(|number| (number,))
    }
    #[cached(preload = numbers, name = "picky")]
    fn picky(number: u32) -> Result<u32, String> {
        assert_ne!(number, 7, "not seven");
        if number == 3 { Err(format!("{number} is not there")) } else { Ok(number) }
    }
    #[cached(preload = numbers, name = "picky later")]
    async fn later(number: u32) -> Result<u32, Seen> {
        assert_ne!(number, 7, "not seven");
        ready(if number == 3 { Err(Seen) } else { Ok(number) }).await
    }
    let time = isolate();
    for (name, error) in [("picky", "3 is not there"), ("picky later", "Seen")] {
        let mut report = loaded(name);
        report.failed.sort();
        assert_eq!((report.loaded, report.failed_total), (8, 2));
        assert_eq!(report.failed[0], error);
        assert!(report.failed[1].contains("not seven"), "{report:?}");
        assert_eq!(report.end, PreloadEnd::Finished);
    }
    time.hit(|| picky(9)).unwrap();
    time.hit(|| pollster::block_on(later(9))).unwrap();
    time.miss(|| picky(3)).unwrap_err();
}

#[test]
fn arguments_are_owned_by_the_provider() {
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    struct Database {
        name: String,
    }
    type All = (Database, String, Vec<u8>, Option<String>, &'static str, Vec<&'static str>, Option<u8>);
    fn everything() -> Vec<All> {
        let database = Database { name: "main".into() };
        vec![(database, "a".into(), vec![1, 2], Some("b".into()), "c", vec!["d"], None)]
    }
    #[allow(clippy::ref_option_ref, clippy::too_many_arguments, reason = "every kind of argument")]
    #[cached(preload = everything, name = "everything")]
    fn text(
        database: &Database,
        text: &str,
        bytes: &[u8],
        maybe: Option<&str>,
        always: &'static str,
        list: &[&str],
        number: Option<u8>,
    ) -> String {
        format!("{} {text} {bytes:?} {maybe:?} {always} {list:?} {number:?}", database.name)
    }
    #[cached(preload = || [("a".to_owned(), Some(String::from("b")))], name = "everything later")]
    async fn later<'a>(text: &'a str, maybe: Option<&'a str>) -> String {
        ready(()).await;
        format!("{text} {maybe:?}")
    }
    let time = isolate();
    assert_eq!(loaded("everything").loaded, 1);
    assert_eq!(loaded("everything later").loaded, 1);
    let database = Database { name: "main".into() };
    let value = time.hit(|| text(&database, "a", &[1, 2], Some("b"), "c", &["d"], None));
    assert_eq!(value, r#"main a [1, 2] Some("b") c ["d"] None"#);
    assert_eq!(time.hit(|| pollster::block_on(later("a", Some("b")))), r#"a Some("b")"#);
}

#[test]
fn a_function_without_parameters_is_loaded_once() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    #[cached(preload = true, name = "settings")]
    fn settings() -> String {
        RUNS.fetch_add(1, SeqCst);
        "settings".into()
    }
    #[cached(preload = true, name = "settings later")]
    async fn later() -> Result<String, String> {
        ready(Err("not yet".into())).await
    }
    let time = isolate();
    RUNS.store(0, SeqCst);
    assert_eq!(loaded("settings").loaded, 1);
    assert_eq!(time.hit(settings), "settings");
    assert_eq!(RUNS.load(SeqCst), 1);
    assert_eq!(loaded("settings").skipped, 1);
    assert_eq!(RUNS.load(SeqCst), 1);
    assert_eq!(loaded("settings later").failed, ["not yet"]);
    pollster::block_on(later()).unwrap_err();
}

#[test]
fn ignored_arguments_keys_tags_and_users_are_those_of_any_call() {
    #[cached(
        preload = || [(1, "de".to_owned(), 5), (2, "en".to_owned(), 6)],
        ignore = [page],
        tags = ["language:{language}"],
        user = user,
        name = "feeds to preload",
    )]
    fn feed(user: u32, language: &str, page: u32) -> String {
        format!("{user} {language} {page}")
    }
    let time = isolate();
    assert_eq!(loaded("feeds to preload").loaded, 2);
    assert_eq!(time.hit(|| feed(1, "de", 0)), "1 de 5");
    blocking::invalidate_tag("language:de").unwrap();
    blocking::invalidate_user(2_u32).unwrap();
    assert_eq!(time.miss(|| feed(1, "de", 0)), "1 de 0");
    assert_eq!(time.miss(|| feed(2, "en", 0)), "2 en 0");
}

#[test]
fn a_function_inside_a_function_is_found() {
    fn inner() -> u32 {
        #[cached(preload = || [(4,)], name = "inside")]
        fn inside(number: u32) -> u32 {
            number + 1
        }
        inside(4)
    }
    let time = isolate();
    assert_eq!(loaded("inside").loaded, 1);
    time.hit(inner);
}

#[test]
fn names_are_those_of_the_statistics() {
    mod shop {
        #[larder::cached(preload = || [(1,)])]
        pub(super) fn preloaded_price(article: u32) -> u32 {
            article * 10
        }
    }
    let time = isolate();
    let full = shop::preloaded_price::stats().name;
    assert_eq!(loaded("preloaded_price").name, full);
    assert_eq!(loaded("shop::preloaded_price").skipped, 1);
    assert_eq!(loaded(full).skipped, 1);
    time.hit(|| shop::preloaded_price(1));
    let both = blocking::preload_only(["preloaded_price", full]).unwrap();
    assert_eq!(both.functions.len(), 1);
    assert!(both.get("preloaded_price").is_some());
    assert!(both.get("loaded_price").is_none());
}

#[test]
fn a_name_without_a_provider_is_an_error() {
    #[cached(name = "without a provider")]
    fn plain(number: u32) -> u32 {
        number
    }
    let _time = isolate();
    plain(1);
    for name in ["without a provider", "nobody"] {
        let error = preload_only(["settings", name]).unwrap_err();
        assert!(error.is_no_provider());
        let text = error.to_string();
        assert!(text.contains(&format!("{name:?}")) && text.contains("settings"), "{text}");
    }
}
