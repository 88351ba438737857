//! "Did you mean": the legal name nearest to one that is not.

/// `unknown option `x`; did you mean `y`?`, then the list of what there is.
pub(crate) fn unknown<S: AsRef<str>>(what: &str, name: &str, legal: &[S]) -> String {
    let list = list(legal);
    match nearest(name, legal) {
        Some(_) => format!("{}? there are {list}", guess(what, name, legal)),
        None if legal.is_empty() => format!("unknown {what} `{name}`; there are none here"),
        None => format!("unknown {what} `{name}`; there are {list}"),
    }
}

/// The same without the list, where that was given already.
pub(crate) fn guess<S: AsRef<str>>(what: &str, name: &str, legal: &[S]) -> String {
    match nearest(name, legal) {
        Some(guess) => format!("unknown {what} `{name}`; did you mean `{guess}`"),
        None => format!("unknown {what} `{name}`; remove it"),
    }
}

/// The legal name that `name` was probably meant to be.
pub(crate) fn nearest<'a, S: AsRef<str>>(name: &str, legal: &'a [S]) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let mut names = legal.iter().map(AsRef::as_ref);
    let elsewhere = |limit: usize| {
        let mut aliases = ALIASES.iter().filter(|(alias, _)| distance(&wanted, alias) <= limit);
        aliases.find_map(|(_, meant)| legal.iter().map(AsRef::as_ref).find(|legal| legal == meant))
    };
    if let Some(found) = elsewhere(0) {
        return Some(found);
    }
    let limit = (wanted.chars().count() / 3).max(1);
    let close = names
        .clone()
        .map(|legal| (distance(&wanted, &legal.to_lowercase()), legal))
        .min_by_key(|(far, _)| *far);
    match close {
        Some((far, found)) if far <= limit => Some(found),
        _ => names
            .find(|legal| {
                wanted.len() > 2
                    && (legal.starts_with(&wanted) || wanted.starts_with(legal) && legal.len() > 2)
            })
            .or_else(|| elsewhere(limit)),
    }
}

/// For what is no option, since it is said elsewhere: where.
pub(crate) fn elsewhere(name: &str) -> Option<&'static str> {
    matches!(name, "encrypt" | "encryption").then_some(
        "a whole cache is encrypted, with its tags and users; write `larder::Cache::builder(\"default\").encrypt(keys)` before the first call, or set `LARDER_ENCRYPTION_KEYS`",
    )
}

/// `` `a`, `b` and `c` ``.
fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// How many insertions, deletions, replacements and swaps of neighbours lead from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[to.len()]
}

/// What other libraries call it.
const ALIASES: &[(&str, &str)] = &[
    ("capacity", "max_entries"),
    ("size", "max_entries"),
    ("max_size", "max_entries"),
    ("limit", "max_entries"),
    ("max", "max_entries"),
    ("max_capacity", "max_entries"),
    ("max_memory", "max_bytes"),
    ("memory", "max_bytes"),
    ("weigher", "weigh"),
    ("time", "ttl"),
    ("time_to_live", "ttl"),
    ("expire", "ttl"),
    ("expires", "ttl"),
    ("timeout", "ttl"),
    ("swr", "stale_while_revalidate"),
    ("serve_stale", "stale_while_revalidate"),
    ("stale_on_error", "stale_if_error"),
    ("fail_safe", "stale_if_error"),
    ("refresh_interval", "refresh"),
    ("refresh_after_write", "refresh"),
    ("refresh_ahead", "early"),
    ("early_refresh", "early"),
    ("xfetch", "early"),
    ("time_to_idle", "idle"),
    ("tti", "idle"),
    ("sync_writes", "single_flight"),
    ("coalesce", "single_flight"),
    ("convert", "key"),
    ("skip", "ignore"),
    ("exclude", "ignore"),
    ("include", "only"),
    ("condition", "cache_if"),
    ("eviction", "policy"),
    ("algorithm", "policy"),
    ("option", "cache_none"),
    ("result", "cache_err"),
    ("errors", "cache_err"),
    ("id", "name"),
    ("compression", "compress"),
    ("warm", "preload"),
    ("warmup", "preload"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_one_step() {
        assert_eq!(distance("tll", "ttl"), 1);
        assert_eq!(distance("max_entires", "max_entries"), 1);
        assert_eq!(distance("", "ttl"), 3);
        assert_eq!(distance("ttl", "ttl"), 0);
        assert_eq!(distance("abc", "cab"), 2);
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let legal = ["ttl", "max_entries", "single_flight"];
        assert_eq!(nearest("tll", &legal), Some("ttl"));
        assert_eq!(nearest("TTL", &legal), Some("ttl"));
        assert_eq!(nearest("single", &legal), Some("single_flight"));
        assert_eq!(nearest("capacity", &legal), Some("max_entries"));
        assert_eq!(nearest("capcity", &legal), Some("max_entries"));
        assert_eq!(nearest("colour", &legal), None);
    }

    #[test]
    fn a_word_of_another_library_needs_its_counterpart_to_be_legal() {
        assert_eq!(nearest("capacity", &["lru", "lfu"]), None);
    }

    #[test]
    fn the_list_reads_as_a_sentence() {
        assert_eq!(unknown("policy", "x", &["lru", "lfu"]), "unknown policy `x`; there are `lru` and `lfu`");
        assert_eq!(unknown::<&str>("parameter", "x", &[]), "unknown parameter `x`; there are none here");
    }
}
