//! Rules between the options that say how values grow old.

use crate::duration::Lifetime;
use crate::errors::Errors;
use crate::options::Options;
use crate::spanned::Spanned;

/// Options that need each other, and times that do not fit together.
pub(crate) fn check(options: &Options, errors: &mut Errors) {
    lifetimes(options, errors);
    partners(options, errors);
    times(options, errors);
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
