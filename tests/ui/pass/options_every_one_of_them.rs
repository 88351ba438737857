use larder::cached;

use std::time::Duration;

#[derive(Debug, Clone, PartialEq)]
enum Error {
    NotFound(u64),
    Gone,
}

fn observe(_: &larder::Event) {}

#[cached(
    ttl = 60,
    idle = "10m",
    jitter = 0.1,
    ttl_with = |_| Duration::from_secs(30),
    stale_if_error = "10m",
    retry_after = 2,
    max_entries = 1_000,
    max_bytes = "1MiB",
    weigh = |value| value.as_ref().map_or(0, |value| value.as_ref().map_or(0, String::len)),
    policy = lru,
    ignore = [_trace],
    tags = ["everything:{id}", "everything"],
    user = id,
    cache = "things",
    cache_if = |value| !matches!(value, Ok(Some(text)) if text.is_empty()),
    cache_none = true,
    none_ttl = 5,
    cache_err = Error::NotFound(_) | Error::Gone,
    err_ttl = 5,
    single_flight = false,
    on_event = observe,
    name = "everything",
    handle = Everything,
    crate = ::larder,
)]
fn everything(id: u64, _trace: &str) -> Result<Option<String>, Error> {
    match id {
        0 => Err(Error::NotFound(id)),
        1 => Err(Error::Gone),
        id => Ok(Some(id.to_string())),
    }
}

pub(crate) fn main() {
    assert_eq!(everything(7, ""), Ok(Some("7".to_owned())));
    assert_eq!(Everything::peek(7), Some(Ok(Some("7".to_owned()))));
}
