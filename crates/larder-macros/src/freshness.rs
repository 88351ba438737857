//! Rules between the options that say how values grow old.

use crate::duration::Lifetime;
use crate::errors::Errors;
use crate::options::Options;
use crate::spanned::Spanned;

/// Times of nothing, options that need each other, and times that do not fit together.
pub(crate) fn check(options: &Options, errors: &mut Errors) {
    zeros(options, errors);
    lifetimes(options, errors);
    partners(options, errors);
    times(options, errors);
}

/// Lifetimes of nothing at all.
fn zeros(options: &Options, errors: &mut Errors) {
    let zeros: [(&Option<Spanned<Lifetime>>, &str); 11] = [
        (
            &options.ttl,
            "a lifetime of 0 keeps nothing; remove the attribute, or keep only some values with `cache_if = |value| ..`",
        ),
        (
            &options.idle,
            "an idle time of 0 keeps nothing; remove the attribute, or write the longest pause between two reads: `idle = 60`",
        ),
        (&options.none_ttl, "a lifetime of 0 keeps nothing; write `cache_none = false`"),
        (
            &options.err_ttl,
            "a lifetime of 0 keeps nothing; remove `err_ttl` and `cache_err`, then no error is kept",
        ),
        (
            &options.stale_while_revalidate,
            "a window of 0 serves nothing; remove it, or write how long a value may be served while it is refreshed: `stale_while_revalidate = \"30s\"`",
        ),
        (
            &options.stale_if_error,
            "a window of 0 serves nothing; remove it, or write how long a value may stand in for a failure: `stale_if_error = \"10m\"`",
        ),
        (
            &options.retry_after,
            "a pause of 0 tries a failing function with every call; write how long to wait: `retry_after = 1`",
        ),
        (
            &options.refresh,
            "an interval of 0 refreshes without end; write how often to refresh: `refresh = 30`",
        ),
        (
            &options.refresh_idle,
            "an idle time of 0 refreshes nothing; remove `refresh`, or write how long an unread key is refreshed: `refresh_idle = \"10m\"`",
        ),
        (
            &options.soft_timeout,
            "a timeout of 0 always serves the stale value; write `stale_while_revalidate = \"30s\"` for that",
        ),
        (
            &options.hard_timeout,
            "a timeout of 0 gives up at once; write how long a call may wait: `hard_timeout = \"2s\"`",
        ),
    ];
    for (option, message) in zeros {
        if let Some(span) = option.as_ref().and_then(|lifetime| lifetime.value.zero()) {
            errors.at(span, message);
        }
    }
}

/// What begins where a lifetime ends needs one.
fn lifetimes(options: &Options, errors: &mut Errors) {
    // A named cache may have one for its functions.
    let has_lifetime = options.ttl.is_some()
        || options.ttl_with.is_some()
        || options.none_ttl.is_some()
        || options.cache.is_some();
    if has_lifetime {
        return;
    }
    for (window, name) in [
        (&options.stale_while_revalidate, "stale_while_revalidate"),
        (&options.stale_if_error, "stale_if_error"),
    ] {
        if let Some(window) = window {
            let message = format!("`{name}` begins where a lifetime ends, and there is none; add `ttl = 60`");
            errors.at(window.span(), message);
        }
    }
    if let Some(early) = options.early.as_ref().filter(|early| !early.value.is_off()) {
        let message = "`early` refreshes before a lifetime ends, and there is none; add `ttl = 60`";
        errors.at(early.span(), message);
    }
}

/// What means nothing without another option.
fn partners(options: &Options, errors: &mut Errors) {
    if let Some(retry_after) = &options.retry_after
        && options.stale_if_error.is_none()
        && options.stale_while_revalidate.is_none()
        && options.refresh.is_none()
        && options.early.as_ref().is_none_or(|early| early.value.is_off())
    {
        let message = "`retry_after` is the pause after a failure that a stale value stands in for; add `stale_if_error = \"10m\"`, or remove it";
        errors.at(retry_after.span(), message);
    }
    if let (Some(idle), None) = (&options.refresh_idle, &options.refresh) {
        let message = "`refresh_idle` says when refreshing stops, and nothing is refreshed; add `refresh = 30`, or remove it";
        errors.at(idle.span(), message);
    }
    if let (Some(soft), None) = (&options.soft_timeout, &options.stale_if_error) {
        let message = "`soft_timeout` needs a stale value to fall back on; add `stale_if_error = \"10m\"`, or write `hard_timeout` for an error";
        errors.at(soft.span(), message);
    }
}

/// Of two times, the one that has to be the shorter.
fn times(options: &Options, errors: &mut Errors) {
    let mut shorter = |one: &Option<Spanned<Lifetime>>, other: &Option<Spanned<Lifetime>>, message: &str| {
        if let (Some(one), Some(other)) = (one, other)
            && let (Some(shorter), Some(longer)) = (one.value.known(), other.value.known())
            && shorter >= longer
            // A time of nothing has an error of its own.
            && !longer.is_zero()
        {
            errors.at(one.later(other), message);
        }
    };
    shorter(
        &options.refresh,
        &options.ttl,
        "values would expire before they are refreshed; `refresh` must be shorter than `ttl`, as in `refresh = 30, ttl = 60`",
    );
    shorter(
        &options.refresh,
        &options.refresh_idle,
        "refreshing would stop before it begins; `refresh_idle` must be longer than `refresh`, as in `refresh = 30, refresh_idle = 300`",
    );
    shorter(
        &options.soft_timeout,
        &options.hard_timeout,
        "the soft timeout would never come; `soft_timeout` must be shorter than `hard_timeout`, as in `soft_timeout = 0.05, hard_timeout = 2`",
    );
}
