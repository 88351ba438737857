//! Whether two templates can give the same key, and which.
//!
//! A template is a small automaton: text is read as it is, a value as anything that the runtime lets it be. Two of them are followed side by side; if both can end at once, the text
//! that led there is a key of both.

use std::collections::{BTreeSet, VecDeque};

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    /// A value with any text.
    Any,
    /// A value whose text is an integer.
    Integer,
}

/// A key of both, if there is one.
pub(super) fn between(one: &[Part], other: &[Part]) -> Option<String> {
    let (one, other) = (states(one), states(other));
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from([(0, 0, String::new())]);
    while let Some((a, b, text)) = waiting.pop_front() {
        if a == one.len() && b == other.len() {
            return Some(text);
        }
        if !seen.insert((a, b)) {
            continue;
        }
        let (left, right) = (one.get(a), other.get(b));
        // A value may have ended.
        if left.is_some_and(State::may_end) {
            waiting.push_back((a + 1, b, text.clone()));
        }
        if right.is_some_and(State::may_end) {
            waiting.push_back((a, b + 1, text.clone()));
        }
        let (Some(left), Some(right)) = (left, right) else { continue };
        if let Some(character) = left.common(right) {
            let mut text = text;
            text.push(character);
            waiting.push_back((left.after(a), right.after(b), text));
        }
    }
    None
}

/// A place in a template.
#[derive(Clone, Copy, Debug)]
enum State {
    Text(char),
    /// Inside a value, which does not hold this character as it is: it would end it.
    Any {
        stop: Option<char>,
    },
    /// Before the first digit.
    Integer,
    Digits,
}

fn states(parts: &[Part]) -> Vec<State> {
    let mut states = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            // As the runtime writes a `%` of the text.
            Part::Text(text) => states.extend(text.replace('%', "%%").chars().map(State::Text)),
            Part::Any => {
                let stop = match parts.get(at + 1) {
                    Some(Part::Text(text)) => text.chars().next(),
                    _ => None,
                };
                states.push(State::Any { stop });
            }
            Part::Integer => states.extend([State::Integer, State::Digits]),
        }
    }
    states
}

impl State {
    fn may_end(&self) -> bool {
        matches!(self, Self::Any { .. } | Self::Digits)
    }

    /// Where reading a character leads to.
    fn after(self, at: usize) -> usize {
        match self {
            Self::Text(_) | Self::Integer => at + 1,
            Self::Any { .. } | Self::Digits => at,
        }
    }

    /// A character that both can read.
    fn common(self, other: &Self) -> Option<char> {
        match (self, *other) {
            (Self::Text(one), other) => other.reads(one).then_some(one),
            (one, Self::Text(other)) => one.reads(other).then_some(other),
            (one, other) => {
                "1ax23".chars().find(|character| one.reads(*character) && other.reads(*character))
            }
        }
    }

    fn reads(self, character: char) -> bool {
        match self {
            Self::Text(text) => text == character,
            Self::Any { stop } => character != '%' && !character.is_control() && stop != Some(character),
            Self::Integer => character == '-' || character.is_ascii_digit(),
            Self::Digits => character.is_ascii_digit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{a}` is any value, `{1}` an integer.
    fn parts(template: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some((text, tail)) = rest.split_once('{') {
            let (value, tail) = tail.split_once('}').unwrap();
            if !text.is_empty() {
                parts.push(Part::Text(text.into()));
            }
            parts.push(if value == "1" { Part::Integer } else { Part::Any });
            rest = tail;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.into()));
        }
        parts
    }

    fn both(one: &str, other: &str) -> Option<String> {
        let found = between(&parts(one), &parts(other));
        assert_eq!(found.is_some(), between(&parts(other), &parts(one)).is_some(), "{one} {other}");
        found
    }

    #[test]
    fn templates_of_one_text_collide() {
        assert_eq!(both("user:{a}", "user:{b}").as_deref(), Some("user:"));
        assert_eq!(both("user:{a}", "user:me").as_deref(), Some("user:me"));
        assert_eq!(both("motd", "motd").as_deref(), Some("motd"));
        assert!(both("{a}", "user:{b}").is_some());
        assert!(both("user:{a}", "user:{b}:{c}").is_some());
        assert!(both("{a}:x", "y:{b}").is_some());
        assert!(both("{a}b{c}", "{d}e").is_some());
        assert_eq!(both("n{1}", "n{1}").as_deref(), Some("n1"));
    }

    #[test]
    fn what_differs_somewhere_does_not() {
        assert_eq!(both("user:{a}", "post:{b}"), None);
        assert_eq!(both("user:{1}", "user:me"), None);
        assert_eq!(both("user:{1}", "user:{1}:posts"), None);
        assert_eq!(both("user:{a}:x", "user:{a}:y"), None);
        assert_eq!(both("a{1}b", "a{1}c"), None);
        assert_eq!(both("{1}", "x{a}"), None);
        // The first value cannot hold the colon that ends it.
        assert_eq!(both("{a}:1", "{a}:{b}:1"), None);
        // A `%` is written as `%%`, which no value holds.
        assert_eq!(both("50%", "{a}"), None);
    }
}
